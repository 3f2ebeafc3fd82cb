"""x86-64: SSE4.2, AVX2 and AVX-512, the levels 2, 3 and 4 of its psABI."""

from __future__ import annotations

from sampan.targets.base import Level, Target

_V2 = "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+sahf"
_V3 = f"{_V2},+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe"
_V4 = f"{_V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"

TARGET = Target(
    name="x86_64",
    triple="x86_64-unknown-linux-musl",
    libc="x86_64-linux-musl",
    library_cpu="x86_64",
    linker_emulation="elf_x86_64",
    emulator="qemu-x86_64",
    machines=("x86_64", "amd64"),
    weak_order=False,
    levels=(
        Level("avx2", "x86-64-v3", _V3, "AVX2 and FMA", ("-cpu", "max"), ("avx2", "fma", "f16c")),
        Level("sse4.2", "x86-64-v2", _V2, "SSE4.2", ("-cpu", "max"), ("sse4_2", "popcnt")),
        Level(
            "avx512",
            "x86-64-v4",
            _V4,
            "AVX-512 (F, BW, CD, DQ, VL)",
            None,
            ("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"),
        ),
    ),
)
