"""Gangs of several rows: where a lane is in its block, for blocks of a known shape.

Each row of a block of 16 x 16 threads is half a gang of 32 lanes. Instead of taking gangs of 16, or
leaving `threadIdx` unknown, the lanes' places are computed from what each lane knows at compile
time (lane_values) and the gang's first thread: line_groups then sees the rows in the addresses.
"""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import Function, Instruction, Value
from sampan.ir.types import I32, I64, Type, function_type
from sampan.targets.widths import BlockShape

_NO_WRAP = frozenset({"nuw", "nsw"})


def run(function: Function, shape: BlockShape, width: int) -> None:
    """Establishes: no `sampan.tid.*` in `function`, for gangs of `width` lanes (Rows.PATCH)."""
    asked = [i for i in function.instructions() if i.callee_name.startswith("sampan.tid.")]
    if not asked:
        return
    make = _Maker(function)
    x, y, z = shape
    bits, height = const_int(I32, x.bit_length() - 1), const_int(I32, y)
    lane = make("trunc", I32, make.call("sampan.gang.lane", I64))
    first_row = make("lshr", I32, make.call("sampan.gang.linear", I32), bits)
    row = make("lshr", I32, lane, bits)
    places: dict[str, Value] = {"x": make("and", I32, lane, const_int(I32, x - 1))}
    if y % (width // x) == 0:  # the rows of a gang lie in one plane
        first_y = make("urem", I32, first_row, height) if z > 1 else first_row
        places["y"] = make("add", I32, first_y, row, flags=_NO_WRAP)
        places["z"] = make("udiv", I32, first_row, height) if z > 1 else const_int(I32, 0)
    else:  # they are whole planes
        places["y"] = make("urem", I32, row, height)
        first_z = make("udiv", I32, first_row, height)
        places["z"] = make("add", I32, first_z, make("udiv", I32, row, height), flags=_NO_WRAP)
    for inst in asked:
        inst.replace_all_uses_with(places[inst.callee_name[-1]])
        inst.erase()


class _Maker:
    """Puts instructions at the start of a function, in order."""

    def __init__(self, function: Function) -> None:
        assert function.module is not None
        self.module = function.module
        self.block = function.entry
        self.at = 0

    def __call__(
        self, op: str, type: Type, *operands: Value, flags: frozenset[str] = frozenset()
    ) -> Instruction:
        inst = Instruction(op, type, list(operands))
        if flags:
            inst.attrs["flags"] = flags
        return self._put(inst)

    def call(self, name: str, type: Type) -> Instruction:
        callee = self.module.get_or_declare(name, function_type(type, ()))
        return self._put(Instruction("call", type, [callee], function_type=callee.function_type))

    def _put(self, inst: Instruction) -> Instruction:
        self.block.insert(self.at, inst)
        self.at += 1
        return inst
