"""Reads YAML files that nobody has checked yet, and says by line what is wrong with them.

YAML is read as its version 1.2 has it: only `true` and `false` are truth values, so that the
country code `NO` stays text, and dates stay text too. A key that stands twice, an alias (with which
a small file can describe an enormous one) and deep nesting are errors. Models are pydantic's; a
value that does not fit becomes an error with the line of that value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, ValidationError

from sampan.diagnostics import Span
from sampan.supply.errors import DataError

SIZE_LIMIT = 4 << 20  # bytes; an order or a vendor's file has a few thousand
DEPTH_LIMIT = 32

Model = TypeVar("Model", bound=BaseModel)
Path_ = tuple[str | int, ...]


class Strict(BaseModel):
    """A model without unknown keys, whose values are not converted from other types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, without dates."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", "~n\0"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), list(_first)
    )
_Loader.yaml_implicit_resolvers[""] = [("tag:yaml.org,2002:null", re.compile("$"))]


@dataclass(frozen=True)
class Document:
    """What a YAML file holds, the line of every value in it, and its text as it was."""

    file: str
    data: Any
    lines: dict[Path_, int]
    raw: bytes = b""

    def span(self, path: Path_) -> Span:
        """The place of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return Span(self.file, self.lines.get(path, 1))

    def error(self, path: Path_, message: str, hint: str = "") -> DataError:
        return DataError(message, span=self.span(path), hint=hint)

    def checked(self, model: type[Model], path: Path_ = (), data: Any = None) -> Model:
        """The data as a `model`.

        Raises:
            DataError: it does not fit; the message names the first thing that does not, and how
                many others there are.
        """
        try:
            return model.model_validate(self.data if data is None else data)
        except ValidationError as error:
            raise self._misfit(error, path) from None

    def _misfit(self, error: ValidationError, path: Path_) -> DataError:
        found = error.errors(include_url=False)
        # A key that is missing may be the one that is misspelt: that is the better message.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        where = path + tuple(first["loc"])
        name = ".".join(str(part) for part in where) or "the document"
        kind, wrong = first["type"], first["input"]
        if kind == "missing":
            message = f"{name}: is missing"
        elif kind == "extra_forbidden":
            message = f"{name}: there is no such key"
        else:
            shown = repr(wrong) if isinstance(wrong, str | int | float | bool) else ""
            message = f"{name}: {first['msg'].removeprefix('Value error, ')}"
            message += f", not {shown[:80]}" if shown and kind != "value_error" else ""
        if len(found) > 1:
            message += f" (and {len(found) - 1} more like this)"
        return self.error(where, message)


def read_document(path: Path, size_limit: int = SIZE_LIMIT) -> Document:
    """Reads a YAML file.

    Raises:
        DataError: it cannot be read, is too large, or is not YAML of the kind described above.
    """
    try:
        with open(path, "rb") as stream:
            raw = stream.read(size_limit + 1)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    if len(raw) > size_limit:
        raise DataError(f"{path}: larger than {size_limit >> 20} MiB: this is no such file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError("not UTF-8 text", span=Span(str(path), line)) from None
    return parse_document(text, str(path))


def parse_document(text: str, file: str) -> Document:
    """The same of a text that was read already; `file` is what messages call it."""
    loader: Any = None
    try:
        loader = _Loader(text)
        _guard(text, file)
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        data = None if node is None else _convert(loader, node, (), lines, file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file)
        raise DataError(f"not YAML: {error.problem or error}", span=span) from None
    except yaml.YAMLError as error:
        brief = str(error).split("\n")[0]
        raise DataError(f"not YAML: {brief}", span=Span(file)) from None
    finally:
        if loader is not None:
            loader.dispose()
    return Document(file, data, lines, text.encode())


def _guard(text: str, file: str) -> None:
    """Refuses aliases and deep nesting before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise DataError("aliases (`*name`) are not allowed here", span=Span(file, line))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_LIMIT:
                raise DataError(f"more than {DEPTH_LIMIT} levels deep", span=Span(file, line))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _convert(loader: Any, node: yaml.Node, path: Path_, lines: dict[Path_, int], file: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise DataError("a key must be a word", span=Span(file, line))
            key = key_node.value
            if key in mapping:
                raise DataError(f"'{key}' stands here twice", span=Span(file, line))
            mapping[key] = _convert(loader, value_node, (*path, key), lines, file)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [
            _convert(loader, item, (*path, index), lines, file)
            for index, item in enumerate(node.value)
        ]
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.constructor.ConstructorError) as error:
        raise DataError(f"no value: {error}".split("\n")[0], span=Span(file, lines[path])) from None
