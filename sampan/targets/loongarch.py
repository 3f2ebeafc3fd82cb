"""loongarch64: without vectors, with LSX (128 bits) and with LASX (256 bits).

QEMU knows LSX and LASX since its version 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.targets.base import Level, Target, VectorHooks
from sampan.targets.loongarch_vectors import divide_by_constant, float_to_long, long_to_float

if TYPE_CHECKING:
    from sampan.ir.builder import Builder
    from sampan.ir.core import Instruction, Value

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


@dataclass(frozen=True)
class _Hooks(VectorHooks):
    def replace(self, b: Builder, inst: Instruction) -> Value | None:
        if inst.op in ("sdiv", "srem"):
            return divide_by_constant(b, inst)
        if self.lanes == 8 and inst.op in ("fptosi", "fptoui"):
            return float_to_long(b, inst)
        if self.lanes == 8 and inst.op in ("sitofp", "uitofp"):
            return long_to_float(b, inst)
        return None


def vector_hooks(features: frozenset[str], bits: int) -> VectorHooks:
    if "lasx" in features:
        return _Hooks(lanes=8, mask_bits=32)
    return (
        _Hooks(lanes=4, mask_bits=32) if "lsx" in features else VectorHooks(lanes=1, least_width=4)
    )


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
