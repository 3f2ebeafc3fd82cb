"""aarch64: NEON, which every such processor has, and SVE with registers of a known size.

LLVM uses SVE for vectors of fixed size where a function says how large the registers are
(vscale_range, in units of 128 bits); such a program runs with registers of that size alone.
"""

from __future__ import annotations

from sampan.targets.base import Level, Target, VectorHooks

_NEON = "+fp-armv8,+neon"


def _sve(bits: int) -> Level:
    count = bits // 128
    return Level(
        f"sve{bits}",
        "generic",
        f"{_NEON},+fullfp16,+sve",
        f"SVE with registers of {bits} bits",
        ("-cpu", f"max,sve{bits}=on,sve-default-vector-length={bits // 8}"),
        ("sve",),
        function_attributes=f"vscale_range({count},{count})",
        vector_bits=bits,
    )


def vector_hooks(features: frozenset[str], bits: int) -> VectorHooks:
    if "sve" in features and bits:
        return VectorHooks(
            lanes=bits // 32, gathers=frozenset({4, 8}), converts_halves=True, mask_bits=32
        )
    return VectorHooks(lanes=4, converts_halves=True, mask_bits=32)


TARGET = Target(
    name="aarch64",
    triple="aarch64-unknown-linux-musl",
    libc="aarch64-linux-musl",
    library_cpu="generic",
    linker_emulation="aarch64linux",
    emulator="qemu-aarch64",
    machines=("aarch64", "arm64"),
    vectors=vector_hooks,
    levels=(
        Level("neon", "generic", _NEON, "NEON", ("-cpu", "cortex-a57")),
        _sve(256),
        _sve(512),
    ),
)
