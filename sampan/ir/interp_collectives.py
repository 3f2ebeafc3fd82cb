"""What the lanes of a warp get from an operation at which they meet (frontend.warp_operations)."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from sampan.ir.interp_values import fma32, fma64, signed
from sampan.matrices import A_BY_COLUMNS, B_BY_COLUMNS, LANES, SHAPES, MatrixShape

# Arguments of each lane that takes part, by lane number.
Arguments = dict[int, tuple[Any, ...]]
FULL = 0xFFFFFFFF
ACTIVE_MASK = "sampan.warp.activemask"


def evaluate(name: str, lanes: Arguments) -> dict[int, Any]:
    """Each lane's result of the operation `name`, whose first argument is the member mask."""
    return _FUNCTIONS[name](lanes)


def _read(lanes: Arguments) -> dict[int, Any]:
    # Whoever takes no part has no value to give: zero.
    return {
        lane: lanes[source & 31][1] if source & 31 in lanes else 0
        for lane, (_, _, source) in lanes.items()
    }


def _ballot(lanes: Arguments) -> dict[int, Any]:
    return dict.fromkeys(lanes, sum(1 << lane for lane, (_, flag) in lanes.items() if flag & 1))


def _match(lanes: Arguments) -> dict[int, Any]:
    return {
        lane: sum(1 << other for other, (_, same) in lanes.items() if same == value)
        for lane, (_, value) in lanes.items()
    }


# In the order of frontend.warp_operations.REDUCTIONS.
_OPERATIONS: tuple[Callable[[int, int], int], ...] = (
    lambda a, b: (a + b) & FULL,
    lambda a, b: a if signed(a, 32) < signed(b, 32) else b,
    lambda a, b: a if signed(a, 32) > signed(b, 32) else b,
    min,
    max,
    lambda a, b: a & b,
    lambda a, b: a | b,
    lambda a, b: a ^ b,
)


def _reduce(lanes: Arguments) -> dict[int, Any]:
    values = [arguments[1] for arguments in lanes.values()]
    operation = next(iter(lanes.values()))[2]
    return dict.fromkeys(lanes, reduce(_OPERATIONS[operation], values))


def _product(shape: MatrixShape) -> Callable[[Arguments], dict[int, Any]]:
    """See sampan.matrices."""
    m, n, k = shape.m, shape.n, shape.k
    a_count, b_count, c_count = shape.counts

    def evaluate_product(lanes: Arguments) -> dict[int, Any]:
        layouts = next(iter(lanes.values()))[1]

        def matrix(first: int, count: int) -> list[Any]:
            absent = (0,) * (2 + sum(shape.counts))
            held = [lanes.get(lane, absent)[first : first + count] for lane in range(LANES)]
            return [held[lane][number] for number in range(count) for lane in range(LANES)]

        a, b = matrix(2, a_count), matrix(2 + a_count, b_count)
        c = matrix(2 + a_count + b_count, c_count)
        if layouts & A_BY_COLUMNS:
            a = [a[x * m + row] for row in range(m) for x in range(k)]
        if not layouts & B_BY_COLUMNS:
            b = [b[x * n + column] for column in range(n) for x in range(k)]
        results = []
        for element, total in enumerate(c):
            row, column = divmod(element, n)
            for x, y in zip(a[row * k :][:k], b[column * k :][:k], strict=True):
                total = _ADD_PRODUCT[shape.kind](x, y, total)
            results.append(total)
        return {
            lane: tuple(results[lane + LANES * number] for number in range(c_count))
            for lane in lanes
        }

    return evaluate_product


_ADD_PRODUCT: dict[str, Callable[[Any, Any, Any], Any]] = {
    "f32": fma32,
    "f64": fma64,
    "i32": lambda a, b, c: (a * b + c) & FULL,
}
_FUNCTIONS: dict[str, Callable[[Arguments], dict[int, Any]]] = {
    "sampan.warp.read": _read,
    "sampan.warp.ballot": _ballot,
    "sampan.warp.match": _match,
    "sampan.warp.reduce": _reduce,
    "sampan.warp.sync": dict.fromkeys,
    **{name: _product(shape) for name, shape in SHAPES.items()},
}
MEETINGS = frozenset(_FUNCTIONS)
