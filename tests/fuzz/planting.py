"""Plants one bug into the compiler of this process, and takes it out again.

A plant replaces a piece of one function's source text. The function's code object is exchanged in
place, so that every reference to the function sees the bug, whoever imported it from where. A plant
in a file of headers/ or runtime/ is made in a copy, which `changed` names while it is planted.
"""

from __future__ import annotations

import inspect
import pkgutil
import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

from sampan.support import PACKAGE

_changed: dict[str, Path] = {}


@dataclass(frozen=True)
class Plant:
    """`old` occurs once in the source of the function `where` ("package.module:Class.name"), or in
    the file `where` ("headers/NAME" or "runtime/NAME")."""

    name: str
    part: str  # of the compiler, as docs/passes.md names it
    what: str  # is wrong once it is planted
    where: str
    old: str
    new: str
    warps: bool = False  # looked for with kernels that have warp-wide operations
    rows: bool = False  # looked for with kernels whose code is simpler in most gangs
    path: str = "vector"  # that shows it

    @property
    def in_headers(self) -> bool:
        return self.where.startswith("headers/")


class PlantError(Exception):
    """The code that a plant changes is not as the plant expects: the plant must be renewed."""


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Raises PlantError if the function is gone or does not hold the text exactly once."""
    if "/" in plant.where:
        with _planted_in_file(plant):
            yield
        return
    function = _function(plant)
    saved = function.__code__
    function.__code__ = _changed_code(plant, function)
    try:
        yield
    finally:
        function.__code__ = saved


def changed(folder: str) -> Path | None:
    """The copy of the package's folder `headers`, or of the changed files of `runtime`, that is to
    be used instead."""
    return _changed.get(folder)


@contextmanager
def _planted_in_file(plant: Plant) -> Iterator[None]:
    folder, _, name = plant.where.partition("/")
    original = PACKAGE / folder
    try:
        text = (original / name).read_text()
    except OSError as error:
        raise PlantError(f"{plant.name}: {plant.where} is gone: {error}") from None
    _check_once(plant, text)
    with tempfile.TemporaryDirectory(prefix="sampan-planted-") as temporary:
        copy = Path(temporary) / folder
        if plant.in_headers:  # which find each other by the folder they lie in
            shutil.copytree(original, copy)
        else:
            copy.mkdir()
        (copy / name).write_text(text.replace(plant.old, plant.new))
        _changed[folder] = copy
        try:
            yield
        finally:
            del _changed[folder]


def _check_once(plant: Plant, text: str) -> None:
    count = text.count(plant.old)
    if count != 1:
        raise PlantError(f"{plant.name}: {plant.where} holds the text {count} times: {plant.old!r}")


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
    _check_once(plant, source)
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
