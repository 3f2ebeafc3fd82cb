"""Types, constants and operands as textual LLVM IR."""

from __future__ import annotations

from sampan.ir.core import (
    ConstAggregate,
    ConstExpr,
    ConstFloat,
    ConstInt,
    ConstNull,
    ConstSplat,
    ConstString,
    GlobalValue,
    InlineAsm,
    MetadataValue,
    Poison,
    Undef,
    Value,
)
from sampan.ir.lexer import escape_bytes, quoted_name
from sampan.ir.names import Names
from sampan.ir.types import I1, FloatType, FunctionType, StructType, Type, VectorType
from sampan.ir.write_floats import float_text

# LLVM's own order, so that text compares well with what LLVM prints.
_FLAG_ORDER = (
    "nuw nsw exact disjoint inbounds nusw nneg samesign fast reassoc nnan ninf nsz arcp contract "
    "afn"
).split()
GEP_ORDER = ["inbounds", "nusw", "nuw"]


def type_text(type: Type) -> str:
    if isinstance(type, StructType) and type.name is not None:
        return "%" + (type.name if type.name.isdigit() else quoted_name(type.name))
    if isinstance(type, StructType):
        inner = ", ".join(map(type_text, type.elements or ()))
        text = f"{{ {inner} }}" if inner else "{}"
        return f"<{text}>" if type.packed else text
    if isinstance(type, VectorType):
        return f"<{type.count} x {type_text(type.element)}>"
    if isinstance(type, FunctionType):
        parts = [type_text(p) for p in type.params] + (["..."] if type.vararg else [])
        return f"{type_text(type.result)} ({', '.join(parts)})"
    if type.is_aggregate:
        return f"[{type.count} x {type_text(type.element)}]"  # type: ignore[attr-defined]
    return str(type)


def flags_text(flags: frozenset[str], order: list[str] = _FLAG_ORDER) -> str:
    """Flags in a fixed order, each with a space behind it."""
    if not flags:
        return ""
    return "".join(f + " " for f in order if f in flags)


def value_text(value: Value, names: Names | None) -> str:
    if isinstance(value, ConstInt):
        if value.type is I1:
            return "true" if value.value else "false"
        return str(value.signed)
    if isinstance(value, GlobalValue):
        return "@" + quoted_name(value.name)
    if isinstance(value, ConstFloat):
        assert isinstance(value.type, FloatType)
        return float_text(value.type.kind, value.bits)
    if isinstance(value, ConstNull):
        return "null" if value.type.is_pointer else "zeroinitializer"
    if isinstance(value, Undef):
        return "undef"
    if isinstance(value, Poison):
        return "poison"
    if isinstance(value, ConstString):
        return f'c"{escape_bytes(value.data)}"'
    if isinstance(value, ConstSplat):
        return f"splat ({typed_text(value.operands[0], names)})"
    if isinstance(value, ConstAggregate):
        return _aggregate(value, names)
    if isinstance(value, ConstExpr):
        return _expression(value, names)
    if isinstance(value, InlineAsm):
        keywords = value.keywords + " " if value.keywords else ""
        return f'asm {keywords}"{value.template}", "{value.constraints}"'
    if isinstance(value, MetadataValue):
        return value.text
    if names is not None:
        return names.local(value)
    return "%" + (value.name or "?")


def typed_text(value: Value, names: Names | None) -> str:
    return f"{type_text(value.type)} {value_text(value, names)}"


def _aggregate(value: ConstAggregate, names: Names | None) -> str:
    inner = ", ".join(typed_text(v, names) for v in value.operands)
    type = value.type
    if isinstance(type, VectorType):
        return f"<{inner}>"
    if isinstance(type, StructType):
        text = f"{{ {inner} }}" if inner else "{}"
        return f"<{text}>" if type.packed else text
    return f"[{inner}]"


def _expression(value: ConstExpr, names: Names | None) -> str:
    attrs = value.attrs
    operands = ", ".join(typed_text(v, names) for v in value.operands)
    if value.op == "getelementptr":
        flags = flags_text(attrs.get("flags", frozenset()), GEP_ORDER)
        inrange = f"inrange{attrs['inrange']} " if "inrange" in attrs else ""
        return f"getelementptr {flags}{inrange}({type_text(attrs['source_type'])}, {operands})"
    flags = flags_text(attrs.get("flags", frozenset()))
    if len(value.operands) == 1:
        return f"{value.op} {flags}({operands} to {type_text(value.type)})"
    pred = attrs["pred"] + " " if "pred" in attrs else ""
    return f"{value.op} {flags}{pred}({operands})"
