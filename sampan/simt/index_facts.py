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


def has_columns(function: Function, block_width: int) -> bool:
    """Whether the kernel computes blockIdx.x * blockDim.x + threadIdx.x, and so perhaps a column of
    the data, also with a constant and with other numbers added between."""
    for inst in function.instructions():
        if inst.callee_name == "sampan.ctaid.x":
            for user in inst.users:
                if isinstance(user, Instruction) and _by_block(user, block_width):
                    if _meets_thread(user, 0):
                        return True
    return False


def _by_block(inst: Instruction, block_width: int) -> bool:
    if inst.op == "shl":
        amount = inst.operands[1]
        return isinstance(amount, ConstInt) and 1 << amount.value == block_width
    if inst.op != "mul":
        return False
    return any(
        getattr(v, "callee_name", "") == "sampan.ntid.x"
        or (isinstance(v, ConstInt) and v.value == block_width)
        for v in inst.operands
    )


_BETWEEN = 4  # sums between the block's first column and the thread's


def _meets_thread(start: Instruction, depth: int) -> bool:
    for user in start.users:
        if not isinstance(user, Instruction) or user.op not in ("add", "or", "zext", "sext"):
            continue
        names = [getattr(_source(v), "callee_name", "") for v in user.operands]
        if "sampan.tid.x" in names or (depth < _BETWEEN and _meets_thread(user, depth + 1)):
            return True
    return False


def _source(value: Value) -> Value:
    while isinstance(value, Instruction) and value.op in ("zext", "sext"):
        value = value.operands[0]
    return value
