"""What a launch whose indices fit into an int says about `blockIdx * blockDim + threadIdx`.

The sum is unsigned in CUDA and may wrap, so extensions of it could not keep a line. Forms of a
kernel that run only where it does not wrap (targets.widths.Rows) know better: it is an int and not
negative, so is its extension, and dividing it by a power of two is a shift.
"""

from __future__ import annotations

from collections.abc import Iterator

from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Function, Instruction, Value

_NO_WRAP = frozenset({"nuw", "nsw"})


def run(function: Function) -> None:
    """Adds the facts to `function` in place. Only for forms that ask for Rows other than ANY."""
    for index in list(_indices(function)):
        for inst in (index, *index.operands):
            if isinstance(inst, Instruction) and inst.op in ("add", "mul"):
                inst.attrs["flags"] = inst.flags | _NO_WRAP
        for user in list(index.users):
            if isinstance(user, Instruction):
                _use(user, index)
    for inst in list(function.instructions()):
        if inst.op == "sub" and inst.users:
            _as_product(inst)


def _as_product(difference: Instruction) -> None:
    whole, rest = difference.operands
    if not isinstance(rest, Instruction) or rest.op not in ("urem", "srem"):
        return
    if rest.operands[0] is not whole or isinstance(rest.operands[1], ConstInt):
        return
    divide = "udiv" if rest.op == "urem" else "sdiv"
    quotient = Instruction(divide, difference.type, list(rest.operands))
    product = Instruction("mul", difference.type, [quotient, rest.operands[1]])
    for new in (quotient, product):
        new.metadata = dict(difference.metadata)
        new.insert_before(difference)
    difference.replace_all_uses_with(product)
    difference.erase()


def _indices(function: Function) -> Iterator[Instruction]:
    for inst in function.instructions():
        if inst.op == "add" and any(_is_index(a, b) for a, b in _orders(inst)):
            yield inst


def _orders(inst: Instruction) -> tuple[tuple[Value, Value], tuple[Value, Value]]:
    a, b = inst.operands
    return (a, b), (b, a)


def _is_index(start: Value, thread: Value) -> bool:
    """Whether `start + thread` is blockIdx * blockDim + threadIdx on one axis."""
    if not isinstance(start, Instruction) or start.op != "mul":
        return False
    name = getattr(thread, "callee_name", "")
    if not name.startswith("sampan.tid."):
        return False
    axis = name[-1]
    names = sorted(getattr(v, "callee_name", "") for v in start.operands)
    return names == [f"sampan.ctaid.{axis}", f"sampan.ntid.{axis}"]


def _use(user: Instruction, index: Value) -> None:
    """`index` is not negative and below 2**31."""
    if user.op == "zext":
        user.attrs["flags"] = user.flags | {"nneg"}
    elif user.op in ("sdiv", "srem") and user.operands[0] is index:
        divisor = user.operands[1]
        if isinstance(divisor, ConstInt) and 0 < divisor.signed and divisor.value.bit_count() == 1:
            _replace_division(user, index, divisor)


def _replace_division(division: Instruction, index: Value, divisor: ConstInt) -> None:
    if division.op == "sdiv":
        op, value = "lshr", divisor.value.bit_length() - 1
    else:
        op, value = "and", divisor.value - 1
    new = Instruction(op, division.type, [index, const_int(division.type, value)])
    new.metadata = dict(division.metadata)
    new.insert_before(division)
    division.replace_all_uses_with(new)
    division.erase()
