"""Plants one bug into the compiler of this process, and takes it out again.

A plant replaces a piece of one function's source text. The function's code object is exchanged in
place, so that every reference to the function sees the bug, whoever imported it from where.
"""

from __future__ import annotations

import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType


@dataclass(frozen=True)
class Plant:
    """`old` occurs once in the source of the function `where` ("package.module:Class.name")."""

    name: str
    part: str  # of the compiler, as docs/passes.md names it
    what: str  # is wrong once it is planted
    where: str
    old: str
    new: str


class PlantError(Exception):
    """The code that a plant changes is not as the plant expects: the plant must be renewed."""


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Raises PlantError if the function is gone or does not hold the text exactly once."""
    function = _function(plant)
    saved = function.__code__
    function.__code__ = _changed_code(plant, function)
    try:
        yield
    finally:
        function.__code__ = saved


def _function(plant: Plant) -> FunctionType:
    try:
        found = pkgutil.resolve_name(plant.where)
    except (ImportError, AttributeError) as error:
        raise PlantError(f"{plant.name}: {plant.where} is gone: {error}") from None
    if not isinstance(found, FunctionType):
        raise PlantError(f"{plant.name}: {plant.where} is not a function")
    return found


def _changed_code(plant: Plant, function: FunctionType) -> CodeType:
    source = textwrap.dedent(inspect.getsource(function))
    count = source.count(plant.old)
    if count != 1:
        raise PlantError(f"{plant.name}: {plant.where} holds the text {count} times: {plant.old!r}")
    text = "from __future__ import annotations\n" + source.replace(plant.old, plant.new)
    made: dict[str, object] = {}
    exec(compile(text, f"<planted {plant.name}>", "exec"), function.__globals__, made)
    changed = made[function.__name__]
    if isinstance(changed, staticmethod):
        changed = changed.__func__
    assert isinstance(changed, FunctionType)
    if changed.__code__.co_freevars != function.__code__.co_freevars:
        raise PlantError(f"{plant.name}: {plant.where} is a closure")
    return changed.__code__
