"""PTX's types and the LLVM types that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from sampan.ir.types import DOUBLE, FLOAT, HALF, I1, Type, int_type

_KINDS = {"u": "unsigned", "s": "signed", "b": "bits", "f": "float"}
_PACKED = {"f16x2": ("f16", 32), "bf16x2": ("bf16", 32)}


@dataclass(frozen=True)
class PtxType:
    """`kind` is unsigned, signed, bits, float, bf16, pred or packed (two halves in 32 bits)."""

    name: str
    kind: str
    bits: int

    @property
    def signed(self) -> bool:
        return self.kind == "signed"

    @property
    def is_integer(self) -> bool:
        return self.kind in ("unsigned", "signed", "bits")

    @property
    def llvm(self) -> Type:
        """How a value is held in a register. f16 is held as half, bf16 as its bits."""
        if self.kind == "pred":
            return I1
        if self.kind == "float":
            return {16: HALF, 32: FLOAT, 64: DOUBLE}[self.bits]
        return int_type(self.bits)

    @property
    def element(self) -> PtxType:
        """Of a packed type, what it is two of."""
        found = ptx_type(_PACKED[self.name][0])
        assert found is not None
        return found


def ptx_type(name: str) -> PtxType | None:
    """The type of a modifier such as `u32`; None if it is none."""
    if name == "pred":
        return PtxType(name, "pred", 1)
    if name in _PACKED:
        return PtxType(name, "packed", _PACKED[name][1])
    if name == "bf16":
        return PtxType(name, "bf16", 16)
    if name[:1] in _KINDS and name[1:] in ("8", "16", "32", "64", "128"):
        if name[0] == "f" and name[1:] in ("8", "128"):
            return None
        return PtxType(name, _KINDS[name[0]], int(name[1:]))
    return None
