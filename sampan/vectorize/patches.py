"""Gangs of several rows: where a lane is in its block, for blocks of a known shape.

Each row of a block of 16 x 16 threads is half a gang of 32 lanes. Instead of taking gangs of 16, or
leaving `threadIdx` unknown, the lanes' places are computed from what each lane knows at compile
time (lane_values) and the gang's first thread: line_groups then sees the rows in the addresses.
Where a kernel numbers the threads of its block, `threadIdx.y * 16 + threadIdx.x`, the lanes are a
line, whatever rows they are in.
"""

from __future__ import annotations

from sampan.ir.cfg import reverse_post_order
from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Function, Instruction, Value
from sampan.ir.types import I32, I64, IntType, Type, function_type
from sampan.targets.widths import BlockShape

_NO_WRAP = frozenset({"nuw", "nsw"})


def run(function: Function, shape: BlockShape, width: int) -> frozenset[Value]:
    """Establishes: no `sampan.tid.*` in `function`, for gangs of `width` lanes (Rows.PATCH).
    Returns what stands for them."""
    asked = [i for i in function.instructions() if i.callee_name.startswith("sampan.tid.")]
    if not asked:
        return frozenset()
    make = _Maker(function)
    x, y, z = shape
    _number_threads(function, shape, make)
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
    return frozenset(places.values())


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


# a * threadIdx.x + b * threadIdx.y + c * threadIdx.z + d, modulo 2^bits of the value's type
_Form = tuple[int, int, int, int]
_AXES = {"x": (1, 0, 0, 0), "y": (0, 1, 0, 0), "z": (0, 0, 1, 0)}
_LARGEST = 1024  # threads of a block, on each axis no more


def _number_threads(function: Function, shape: BlockShape, make: _Maker) -> None:
    """Rewrites what is c * (the thread's number in its block) + d."""
    forms: dict[Value, _Form] = {}
    found = []
    for block in reverse_post_order(function):
        for inst in block.instructions:
            form = _form(inst, forms)
            if form is not None:
                forms[inst] = form
                if inst.op in ("add", "or") and _is_number(form, shape):
                    found.append(inst)
    if not found:
        return
    lane = make("trunc", I32, make.call("sampan.gang.lane", I64), flags=_NO_WRAP)
    number = make("add", I32, make.call("sampan.gang.linear", I32), lane, flags=_NO_WRAP)
    for inst in found:
        factor, _, _, offset = forms[inst]
        assert isinstance(inst.type, IntType)
        flags = _NO_WRAP if _is_small(forms[inst]) else frozenset[str]()
        new: Value = number
        for op, constant, neutral in (("mul", factor, 1), ("add", offset, 0)):
            if constant != neutral:
                step = Instruction(op, I32, [new, const_int(I32, constant)])
                step.attrs["flags"] = flags
                step.metadata = dict(inst.metadata)
                step.insert_before(inst)
                new = step
        inst.replace_all_uses_with(new)


def _is_number(form: _Form, shape: BlockShape) -> bool:
    x, y, z = shape
    a, b, c, _ = form
    return bool(a and b) and b == a * x & _ALL and (z == 1 or c == b * y & _ALL)


def _is_small(form: _Form) -> bool:
    """Whether no sum of its parts wraps, signed or not."""
    return sum(form) * _LARGEST < 1 << 31


_ALL = (1 << 32) - 1


def _form(inst: Instruction, known: dict[Value, _Form]) -> _Form | None:
    if inst.type != I32:
        return None
    if inst.callee_name.startswith("sampan.tid."):
        return _AXES[inst.callee_name[-1]]
    if inst.op not in ("add", "mul", "shl") and "disjoint" not in inst.flags:
        return None
    found = [_constant(v) if isinstance(v, ConstInt) else known.get(v) for v in inst.operands]
    a, b = found
    if a is None or b is None:
        return None
    if inst.op in ("add", "or"):
        sums = [n + m & _ALL for n, m in zip(a, b, strict=True)]
        return sums[0], sums[1], sums[2], sums[3]
    if any(b[:3]):
        a, b = b, a
    if any(b[:3]) or (inst.op == "shl" and not 0 <= b[3] < 32):
        return None
    factor = 1 << b[3] if inst.op == "shl" else b[3]
    return a[0] * factor & _ALL, a[1] * factor & _ALL, a[2] * factor & _ALL, a[3] * factor & _ALL


def _constant(value: ConstInt) -> _Form:
    return 0, 0, 0, value.value & _ALL
