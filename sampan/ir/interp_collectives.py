"""What the lanes of a warp get from an operation at which they meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from sampan.ir.interp_values import signed

# Arguments of each lane, by lane.
Arguments = dict[int, tuple[Any, ...]]
FULL = 0xFFFFFFFF


def member_mask(name: str, arguments: tuple[Any, ...]) -> int:
    """The lanes that a lane says take part."""
    if name.startswith("redux."):
        return int(arguments[1])
    if ".sync" in name or name.startswith("syncwarp"):
        return int(arguments[0]) if arguments else FULL
    return FULL


def evaluate(name: str, lanes: Arguments) -> dict[int, Any]:
    """Each lane's result."""
    for stem, function in _FUNCTIONS.items():
        if name.startswith(stem):
            return function(name, lanes)
    raise KeyError(name)


def _shuffle(name: str, lanes: Arguments) -> dict[int, Any]:
    mode = next(p for p in name.split(".") if p in ("up", "down", "bfly", "idx"))
    first = 1 if ".sync" in name else 0
    result: dict[int, Any] = {}
    for lane, arguments in lanes.items():
        own, b, c = arguments[first : first + 3]
        segment, clamp, b = c >> 8 & 31, c & 31, b & 31
        low = lane & segment
        limit = low | (clamp & ~segment & 31)
        source = {
            "up": lane - b,
            "down": lane + b,
            "bfly": lane ^ b,
            "idx": low | (b & ~segment & 31),
        }[mode]
        inside = source >= limit if mode == "up" else source <= limit
        # A lane that does not take part has no value to give: the reader keeps its own.
        taken = lanes[source][first] if inside and source in lanes else own
        result[lane] = (taken, int(inside)) if name.endswith("p") else taken
    return result


def _vote(name: str, lanes: Arguments) -> dict[int, Any]:
    last = {lane: bool(arguments[-1]) for lane, arguments in lanes.items()}
    if "ballot" in name:
        value: Any = sum(1 << lane for lane, flag in last.items() if flag)
    elif "all" in name.split("."):
        value = int(all(last.values()))
    elif "any" in name.split("."):
        value = int(any(last.values()))
    else:
        value = int(len(set(last.values())) == 1)
    return dict.fromkeys(lanes, value)


def _match(name: str, lanes: Arguments) -> dict[int, Any]:
    values = {lane: arguments[1] for lane, arguments in lanes.items()}
    if ".any" in name:
        return {
            lane: sum(1 << other for other, v in values.items() if v == value)
            for lane, value in values.items()
        }
    equal = len(set(values.values())) == 1
    mask = sum(1 << lane for lane in values) if equal else 0
    return dict.fromkeys(values, (mask, int(equal)))


def _reduce(name: str, lanes: Arguments) -> dict[int, Any]:
    operation = name.split(".")[2]
    values = [arguments[0] for arguments in lanes.values()]
    operations: dict[str, Callable[[int, int], int]] = {
        "add": lambda a, b: (a + b) & FULL,
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "xor": lambda a, b: a ^ b,
        "umin": lambda a, b: min(a, b),
        "umax": lambda a, b: max(a, b),
        "min": lambda a, b: a if signed(a, 32) < signed(b, 32) else b,
        "max": lambda a, b: a if signed(a, 32) > signed(b, 32) else b,
    }
    return dict.fromkeys(lanes, reduce(operations[operation], values))


def _nothing(name: str, lanes: Arguments) -> dict[int, Any]:
    return dict.fromkeys(lanes)


_FUNCTIONS: dict[str, Callable[[str, Arguments], dict[int, Any]]] = {
    "shfl.": _shuffle,
    "vote.": _vote,
    "ballot": _vote,
    "any.sync": _vote,
    "all.sync": _vote,
    "match.": _match,
    "redux.": _reduce,
    "bar.warp.sync": _nothing,
    "syncwarp": _nothing,
}
