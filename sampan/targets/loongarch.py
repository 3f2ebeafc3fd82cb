"""loongarch64: without vectors, with LSX (128 bits) and with LASX (256 bits).

QEMU knows LSX and LASX since its version 8.2.
"""

from __future__ import annotations

from sampan.targets.base import Level, Target, VectorHooks

_BASE = "+64bit,+f,+d,+ual"
_LSX = f"{_BASE},+lsx,-lasx"


def _level(name: str, features: str, meaning: str) -> Level:
    needs = tuple(feature for feature in ("lsx", "lasx") if f"+{feature}" in features)
    return Level(
        name,
        "generic-la64",
        features,
        meaning,
        ("-cpu", "max"),
        needs,
        emulator_since=(8, 2),
        fragile=True,  # LLVM 22 fails assertions at some operations on vectors
    )


def vector_hooks(features: frozenset[str], bits: int) -> VectorHooks:
    if "lasx" in features:
        return VectorHooks(lanes=8)
    return VectorHooks(lanes=4) if "lsx" in features else VectorHooks(lanes=1, least_width=4)


TARGET = Target(
    name="loongarch64",
    triple="loongarch64-unknown-linux-musl",
    libc="loongarch64-linux-musl",
    library_cpu="generic_la64+f+d-lsx-lasx",
    linker_emulation="elf64loongarch",
    emulator="qemu-loongarch64",
    machines=("loongarch64",),
    vectors=vector_hooks,
    levels=(
        _level("lsx", _LSX, "LSX, 128 bits"),
        _level("lasx", f"{_BASE},+lsx,+lasx", "LASX, 256 bits"),
        Level("scalar", "generic-la64", f"{_BASE},-lsx,-lasx", "no vector instructions", ()),
    ),
    host_flags=("-march=loongarch64", "-mno-lsx"),
    abi="lp64d",
    extends_ints=True,
)
