"""C++ types as clang's debug information describes them: what a kernel's parameters and a device
variable look like to somebody who passes or reads them from outside.

Pointers in LLVM's IR have no pointee and classes no names, so this is where they come from.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass

_FIELD = re.compile(r'(\w+): (?:"((?:[^"\\]|\\.)*)"|([^,()"]+))')
_REFERENCE = re.compile(r"![0-9]+|null")
_QUALIFIERS = {
    "DW_TAG_volatile_type": "volatile ",
    "DW_TAG_restrict_type": "",
    "DW_TAG_atomic_type": "_Atomic ",
}
_ENCODINGS = {
    "DW_ATE_signed": "int",
    "DW_ATE_signed_char": "int",
    "DW_ATE_unsigned": "uint",
    "DW_ATE_unsigned_char": "uint",
    "DW_ATE_UTF": "uint",
    "DW_ATE_float": "float",
    "DW_ATE_boolean": "bool",
}
_RECORDS = ("DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type")


@dataclass(frozen=True)
class Member:
    """A member of a class; `offset` in bytes."""

    name: str
    offset: int
    type: CType


@dataclass(frozen=True)
class CType:
    """A type. `kind` is int, uint, float, bool, void, pointer, array, struct or opaque.

    `size` is in bytes. `element` is what a pointer points at (None within a class, and for a
    pointer to a pointer's pointee) or what an array consists of; `count` an array's length.
    `align` is in bytes, 0 where the source does not ask for more than usual.
    """

    kind: str
    size: int
    name: str
    const: bool = False
    element: CType | None = None
    count: int = 0
    members: tuple[Member, ...] = ()
    align: int = 0

    def __str__(self) -> str:
        return self.name


VOID = CType("void", 0, "void")


class DebugTypes:
    """Reads types from a module's metadata (node name -> text)."""

    def __init__(self, metadata: Mapping[str, str]) -> None:
        self._metadata = metadata

    def fields(self, node: str) -> dict[str, str]:
        text = self._metadata.get(node, "")
        return {m[1]: m[2] if m[2] is not None else m[3].strip() for m in _FIELD.finditer(text)}

    def references(self, node: str) -> list[str]:
        """The references in a `!{!1, null, !2}` node."""
        return _REFERENCE.findall(self._metadata.get(node, ""))

    def parameters(self, subprogram: str) -> list[CType] | None:
        """The types of a function's parameters; None where they are not described."""
        routine = self.fields(self.fields(subprogram).get("type", ""))
        types = self.references(routine.get("types", ""))
        return [self.type(node) for node in types[1:]] if types else None

    def qualified_name(self, node: str) -> str:
        """`ns::name<arguments>` of a function or variable."""
        fields = self.fields(node)
        scopes = []
        scope = fields.get("scope", "")
        while scope and "name" in (outer := self.fields(scope)):
            if "tag" not in outer and "DINamespace" not in self._metadata[scope]:
                break
            scopes.append(outer["name"])
            scope = outer.get("scope", "")
        return "::".join([*reversed(scopes), fields.get("name", "")])

    def type(self, node: str, depth: int = 2) -> CType:
        """The type of a node. `depth` limits how many pointers are followed."""
        if node in ("", "null"):
            return VOID
        text, fields = self._metadata.get(node, ""), self.fields(node)
        tag, name = fields.get("tag", ""), fields.get("name", "")
        size = int(fields.get("size", "0")) // 8
        if "DIBasicType" in text:
            kind = _ENCODINGS.get(fields.get("encoding", ""), "opaque")
            return CType(kind, size, name)
        if tag in ("DW_TAG_pointer_type", "DW_TAG_reference_type"):
            return self._pointer(fields, depth)
        if tag == "DW_TAG_const_type":
            inner = self.type(fields.get("baseType", ""), depth)
            return _renamed(inner, f"const {inner.name}", const=True)
        if tag in _QUALIFIERS:
            inner = self.type(fields.get("baseType", ""), depth)
            return _renamed(inner, _QUALIFIERS[tag] + inner.name, inner.const)
        if tag in ("DW_TAG_typedef", "DW_TAG_template_alias"):
            inner = self.type(fields.get("baseType", ""), depth)
            return _renamed(inner, name, inner.const)
        if tag == "DW_TAG_enumeration_type":
            base = self.type(fields.get("baseType", ""), depth)
            return CType(base.kind if fields.get("baseType") else "uint", size, name or base.name)
        if tag == "DW_TAG_array_type":
            return self._array(fields, depth)
        if tag in _RECORDS:
            return self._record(fields, size, depth)
        return CType("opaque", size, name or "a type without a name")

    def _pointer(self, fields: dict[str, str], depth: int) -> CType:
        node = fields.get("baseType", "")
        if "DISubroutineType" in self._metadata.get(node, ""):
            return CType("pointer", 8, "a function pointer", element=CType("opaque", 0, "function"))
        if depth == 0:
            return CType("pointer", 8, "pointer")
        element = self.type(node, depth - 1)
        star = "*" if element.name.endswith("*") else " *"
        return CType("pointer", 8, f"{element.name}{star}", element=element)

    def _array(self, fields: dict[str, str], depth: int) -> CType:
        result = self.type(fields.get("baseType", ""), depth)
        base = result.name
        extents = self.references(fields.get("elements", ""))
        counts = [self.fields(node).get("count", "0") for node in extents]
        for position in reversed(range(len(counts))):
            text = counts[position]
            count = int(text) if text.isdecimal() else 0
            shape = "".join(f"[{c}]" for c in counts[position:])
            result = CType("array", result.size * count, base + shape, result.const, result, count)
        return result

    def _record(self, fields: dict[str, str], size: int, depth: int) -> CType:
        name = fields.get("name") or "a class without a name"
        if "DIFlagFwdDecl" in fields.get("flags", ""):
            return CType("opaque", size, name)
        members: list[Member] = []
        for node in self.references(fields.get("elements", "")):
            one = self.fields(node)
            tag = one.get("tag", "")
            offset = int(one.get("offset", "0")) // 8
            if "DIFlagStaticMember" in one.get("flags", ""):
                continue
            if "DIFlagBitField" in one.get("flags", ""):
                return CType("opaque", size, name)
            if tag == "DW_TAG_inheritance":
                base = self.type(one.get("baseType", ""), 0)
                members += [Member(m.name, m.offset + offset, m.type) for m in base.members]
            elif tag == "DW_TAG_member":
                inner = self.type(one.get("baseType", ""), 0)
                if one.get("name"):
                    members.append(Member(one["name"], offset, inner))
                else:  # an anonymous union or struct: its members are the class's
                    members += [Member(m.name, m.offset + offset, m.type) for m in inner.members]
        align = int(fields.get("align", "0")) // 8
        return CType("struct", size, name, members=tuple(members), align=align)


def _renamed(type: CType, name: str, const: bool) -> CType:
    return dataclasses.replace(type, name=name, const=const)
