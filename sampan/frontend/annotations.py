"""What the headers say of variables and kernels by `__attribute__((annotate(…)))`.

Clang 22 has no code of its own for `__managed__` and, on NVPTX, `__cluster_dims__`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sampan.diagnostics import CompileError
from sampan.ir.core import (
    ConstAggregate,
    ConstExpr,
    ConstInt,
    ConstString,
    Function,
    GlobalVariable,
    Module,
    Value,
)

CLUSTER_DIMS = "sampan.cluster"


def annotations(module: Module) -> Iterator[tuple[Value, str, tuple[int, ...]]]:
    """What is annotated, with which text, and the integers behind it."""
    table = module.variables.get("llvm.global.annotations")
    if table is None or not isinstance(table.initializer, ConstAggregate):
        return
    for entry in table.initializer.operands:
        assert isinstance(entry, ConstAggregate)
        target, text, *_, arguments = (_without_casts(operand) for operand in entry.operands)
        string = text.initializer if isinstance(text, GlobalVariable) else None
        if isinstance(string, ConstString):
            plain = string.data.rstrip(b"\0").decode(errors="replace")
            yield target, plain, _integers(arguments)


def cluster_dims(module: Module) -> dict[Function, tuple[int, int, int]]:
    """The `__cluster_dims__` of kernels that have them. To be called before the table is dropped.

    Raises CompileError where a number is not positive."""
    found: dict[Function, tuple[int, int, int]] = {}
    for target, text, numbers in annotations(module):
        if text == CLUSTER_DIMS and isinstance(target, Function):
            x, y, z = (*numbers, 1, 1, 1)[:3]
            if min(x, y, z) < 1 or max(x, y, z) > 0x7FFFFFFF:
                raise CompileError(f"__cluster_dims__ of {target.name} must be positive numbers")
            found[target] = (x, y, z)
    return found


def _integers(value: Value) -> tuple[int, ...]:
    table = value.initializer if isinstance(value, GlobalVariable) else value
    if not isinstance(table, ConstAggregate):
        return ()
    return tuple(part.value for part in table.operands if isinstance(part, ConstInt))


def _without_casts(value: Value) -> Value:
    while isinstance(value, ConstExpr) and value.op in ("addrspacecast", "bitcast"):
        value = value.operands[0]
    return value
