"""Calls of LLVM intrinsics on vectors, one scalar call an element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.ir.core import Function, Instruction, Value
from sampan.ir.types import I1, StructType, Type, VectorType, function_type, struct_type

if TYPE_CHECKING:
    from sampan.canonicalize.splitter import Splitter

_VECTOR_PART = re.compile(r"\Av\d+(?=[a-z])")
_REDUCE = "llvm.vector.reduce."
_REDUCE_OPERATIONS = frozenset("add mul and or xor fadd fmul".split())
_REDUCE_COMPARISONS = {"smax": "sgt", "smin": "slt", "umax": "ugt", "umin": "ult"}
_REDUCE_CALLS = {
    "fmax": "maxnum",
    "fmin": "minnum",
    "fmaximum": "maximum",
    "fminimum": "minimum",
}
_REDUCTIONS = _REDUCE_OPERATIONS | _REDUCE_COMPARISONS.keys() | _REDUCE_CALLS.keys()
# Intrinsics whose elements are not independent of each other.
_NOT_ELEMENTWISE = (
    "llvm.vector.",
    "llvm.masked.",
    "llvm.experimental.",
    "llvm.matrix.",
    "llvm.get.active.lane.mask",
    "llvm.vp.",
    "llvm.stepvector",
)


def is_splittable(inst: Instruction) -> bool:
    """Whether `split_intrinsic` can handle this call, which has a vector type in it."""
    name = inst.callee_name
    if name.startswith(_REDUCE):
        return _reduction(name) in _REDUCTIONS
    if name.startswith(_NOT_ELEMENTWISE):
        return False
    counts = {v.type.count for v in inst.arguments if isinstance(v.type, VectorType)}
    results = _result_vectors(inst.type)
    return results is not None and len(counts | {t.count for t in results}) == 1


def split_intrinsic(splitter: Splitter, inst: Instruction) -> list[Value]:
    """The scalar parts of the call's result, in the order of `leaves` of its type."""
    if inst.callee_name.startswith(_REDUCE):
        return [_reduce(splitter, inst)]
    results = _result_vectors(inst.type)
    assert results is not None
    count = results[0].count
    columns = [splitter.split(v) if v.type.is_vector else [v] * count for v in inst.arguments]
    result: Type = inst.type.scalar
    if isinstance(inst.type, StructType):
        result = _struct_of_scalars(inst.type)
    callee = _scalar_callee(splitter, inst, result, [column[0].type for column in columns])
    calls = [
        splitter.emit(
            "call",
            result,
            [*(column[i] for column in columns), callee],
            function_type=callee.function_type,
            **{k: v for k, v in inst.attrs.items() if k in ("flags", "fn_attrs", "tail")},
        )
        for i in range(count)
    ]
    if not isinstance(inst.type, StructType):
        return list(calls)
    # Member by member, and in each member element by element.
    return [
        splitter.emit("extractvalue", vector.element, [call], indices=(member,))
        for member, vector in enumerate(results)
        for call in calls
    ]


def _result_vectors(t: Type) -> list[VectorType] | None:
    """The vectors a result consists of: itself, or the members of a struct; None otherwise."""
    members = list(t.elements or ()) if isinstance(t, StructType) else [t]
    vectors = [m for m in members if isinstance(m, VectorType)]
    return vectors if vectors and len(vectors) == len(members) else None


def _struct_of_scalars(t: StructType) -> Type:
    return struct_type(tuple(e.scalar for e in t.elements or ()), t.packed)


def _scalar_callee(
    splitter: Splitter, inst: Instruction, result: Type, parameters: list[Type]
) -> Function:
    """The scalar overload: each `vN` goes from the parts of the name (llvm.fma.v4f32)."""
    name = ".".join(_VECTOR_PART.sub("", part) for part in inst.callee_name.split("."))
    old = inst.callee
    assert isinstance(old, Function) and splitter.function.module is not None
    signature = function_type(result, tuple(parameters))
    return splitter.function.module.get_or_declare(name, signature, old.attrs)


def _reduction(name: str) -> str:
    return name.removeprefix(_REDUCE).split(".")[0]


def _reduce(splitter: Splitter, inst: Instruction) -> Value:
    """Element after element from the first on, as the ordered reductions are defined."""
    kind = _reduction(inst.callee_name)
    parts = [p for v in inst.arguments for p in splitter.split(v)]
    flags = {"flags": inst.attrs["flags"]} if inst.flags else {}
    total = parts[0]
    for part in parts[1:]:
        if kind in _REDUCE_OPERATIONS:
            total = splitter.emit(kind, inst.type, [total, part], **flags)
        elif kind in _REDUCE_COMPARISONS:
            pred = _REDUCE_COMPARISONS[kind]
            test = splitter.emit("icmp", I1, [total, part], pred=pred)
            total = splitter.emit("select", inst.type, [test, total, part])
        else:
            assert splitter.function.module is not None
            suffix = inst.callee_name.rsplit(".", 1)[1]
            callee = splitter.function.module.get_or_declare(
                f"llvm.{_REDUCE_CALLS[kind]}.{_VECTOR_PART.sub('', suffix)}",
                function_type(inst.type, (inst.type, inst.type)),
            )
            signature = callee.function_type
            total = splitter.emit(
                "call", inst.type, [total, part, callee], function_type=signature, **flags
            )
    return total
