"""loongarch64: without vectors, with LSX (128 bits) and with LASX (256 bits).

QEMU knows LSX and LASX since its version 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.ir.core import ConstInt, Value
from sampan.ir.types import IntType
from sampan.targets.base import Level, Target, VectorHooks
from sampan.targets.common import divide_magnitudes

if TYPE_CHECKING:
    from sampan.vectorize.emit import Emitter

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
    def divide(self, e: Emitter, op: str, dividend: Value, divisor: Value) -> Value:
        """LLVM 22 fails an assertion at signed divisions by a constant, of elements of 32 bits or
        less in vectors that take several registers: it makes a product's upper half of a vector
        that it has not yet taken apart. Of unsigned divisions it does not."""
        element, literal = dividend.type.scalar, divisor.operands[0]
        assert isinstance(element, IntType) and isinstance(literal, ConstInt)
        if op in ("udiv", "urem") or element.bits > 32:
            return super().divide(e, op, dividend, divisor)
        number = literal.value
        if number >> (element.bits - 1):
            number -= 1 << element.bits
        return divide_magnitudes(e, op, dividend, number)


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
