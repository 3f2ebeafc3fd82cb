"""loongarch64: without vectors, with LSX (128 bits) and with LASX (256 bits).

Emulators before QEMU 8.2 know neither LSX nor LASX, so programs for these are made, not run.
"""

from __future__ import annotations

from sampan.targets.base import Level, Target, VectorHooks

_BASE = "+64bit,+f,+d,+ual"
_LSX = f"{_BASE},+lsx,-lasx"


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
        Level("lsx", "generic-la64", _LSX, "LSX, 128 bits", None, ("lsx",)),
        Level(
            "lasx", "generic-la64", f"{_BASE},+lsx,+lasx", "LASX, 256 bits", None, ("lsx", "lasx")
        ),
        Level("scalar", "generic-la64", f"{_BASE},-lsx,-lasx", "no vector instructions", ()),
    ),
    host_flags=("-march=loongarch64", "-mno-lsx"),
    abi="lp64d",
    extends_ints=True,
)
