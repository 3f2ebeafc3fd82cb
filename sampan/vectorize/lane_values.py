"""Values that every lane of a warp knows at compile time: arithmetic on the lane's number.

`laneid ^ 8` is (8, 9, …, 7, …): a shuffle by it is a fixed permutation. `laneid` is known in gangs
of a whole warp alone, where lane 0 of the gang is lane 0 of the warp. So are the low bits of any
line whose first lane has none of them, such as `threadIdx.x % 32`.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.abi import WARP_SIZE
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.simt.divergence import Divergence

_LIMIT = 64  # instructions looked at, for each value

_BINARY: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "shl": lambda a, b: a << b if b < 64 else 0,
    "lshr": lambda a, b: a >> b if b < 64 else 0,
}
_DIVISIONS: dict[str, Callable[[int, int], int]] = {  # towards zero; the divisor is not zero
    "udiv": lambda a, b: a // b,
    "urem": lambda a, b: a % b,
    "sdiv": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "srem": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
}
_OTHERS = ("icmp", "select", "zext", "sext", "trunc", "freeze", "ashr")
_ORDER: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def lane_values(value: Value, width: int, divergence: Divergence) -> list[int] | None:
    """The value of lane 0, 1, …, as unsigned numbers; None if that is not known."""
    return _evaluate(value, width, divergence, [_LIMIT])


def _low_bits(inst: Instruction, width: int, divergence: Divergence) -> list[int] | None:
    """Of a line whose base is a multiple of more than what is kept."""
    shape = divergence.shape(inst.operands[0])
    chunk = shape.chunk(width)
    if not chunk or shape.assumed or shape.stride is None:
        return None
    if inst.op == "and" and isinstance(inst.operands[1], ConstInt):
        mask = inst.operands[1].value
    elif inst.op == "trunc":
        mask = (1 << getattr(inst.type, "bits", 64)) - 1
    else:
        return None
    if mask >= shape.multiple:
        return None
    return [shape.stride * lane & mask for lane in range(width)]


def _evaluate(
    value: Value, width: int, divergence: Divergence, budget: list[int]
) -> list[int] | None:
    if isinstance(value, ConstInt):
        return [value.value] * width
    budget[0] -= 1
    if not isinstance(value, Instruction) or budget[0] < 0:
        return None
    name = value.callee_name
    if name == "sampan.gang.lane" or (name == "sampan.laneid" and width == WARP_SIZE):
        return list(range(width))
    if value.op == "phi":  # clang makes such of copies of an expression
        copies = [_evaluate(v, width, divergence, budget) for v, _ in value.incoming]
        return copies[0] if all(known == copies[0] for known in copies) else None
    bits = getattr(value.type, "bits", 0)
    if not bits or value.op not in (*_BINARY, *_DIVISIONS, *_OTHERS):
        return None
    found = _low_bits(value, width, divergence)
    if found is not None:
        return found
    operands = []
    for operand in value.operands:
        known = _evaluate(operand, width, divergence, budget)
        if known is None:
            return None
        operands.append(known)
    mask = (1 << bits) - 1
    if value.op in _BINARY:
        return [_BINARY[value.op](a, b) & mask for a, b in zip(*operands, strict=True)]
    if value.op == "select":
        return [a if c else b for c, a, b in zip(*operands, strict=True)]
    if value.op in ("sext", "sdiv", "srem", "ashr"):
        sign = 1 << (getattr(value.operands[0].type, "bits", 1) - 1)
        operands = [[(a ^ sign) - sign for a in lanes] for lanes in operands]
    if value.op in _DIVISIONS:
        if 0 in operands[1]:
            return None
        return [_DIVISIONS[value.op](a, b) & mask for a, b in zip(*operands, strict=True)]
    if value.op == "ashr":
        if any(not 0 <= b < bits for b in operands[1]):
            return None
        return [(a >> b) & mask for a, b in zip(*operands, strict=True)]
    if value.op == "icmp":
        return [int(x) for x in _compare(value, operands)]
    return [a & mask for a in operands[0]]


def _compare(inst: Instruction, operands: list[list[int]]) -> list[bool]:
    pred = inst.attrs["pred"]
    half = 1 << (getattr(inst.operands[0].type, "bits", 1) - 1)
    flip = half if pred.startswith("s") else 0  # maps signed order to unsigned order
    order = _ORDER[pred if pred in _ORDER else pred[1:]]
    return [order(a ^ flip, b ^ flip) for a, b in zip(*operands, strict=True)]
