"""Vectors, structs and arrays as values give way to their scalar parts.

Requires: SIMT level. Establishes: no value of the function has a vector type. Composite values
(structs and arrays) occur only at calls, `cmpxchg`, arguments and `ret`, taken apart right there by
`extractvalue` of a scalar and put together by chains of `insertvalue` of scalars. Unreachable
blocks and unused instructions are gone. Memory keeps its layout, and may still be *typed* with
vectors (allocas, GEP source types).

Where a vector crosses a call, an argument or a `ret`, an array of the same element takes its place:
`<4 x float>` becomes `[4 x float]`, inside structs, too. That depends on the function type alone,
so the two sides of a call agree once every function of the program has been through this pass.

Raises `Refused` before anything is changed for what it cannot take apart (see `_check`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd

from sampan.canonicalize import dead_code
from sampan.canonicalize.composite import (
    constant_leaves,
    is_composite,
    leaf_range,
    leaves,
    signature_without_vectors,
    without_vectors,
)
from sampan.canonicalize.scalar_intrinsics import is_splittable, split_intrinsic
from sampan.canonicalize.splitter import Splitter
from sampan.ir.cfg import remove_unreachable_blocks
from sampan.ir.constants import const_int
from sampan.ir.core import (
    BINARY,
    CASTS,
    Argument,
    Constant,
    ConstInt,
    Function,
    InlineAsm,
    Instruction,
    Poison,
    Value,
)
from sampan.ir.types import I1, I8, I64, PTR, VOID, Type, VectorType, bit_size, int_type
from sampan.vectorize.refused import Refused

_ELEMENTWISE = (BINARY | CASTS | {"fneg", "icmp", "fcmp", "select", "freeze", "getelementptr"}) - {
    "bitcast"
}
_ROOTS = ("call", "cmpxchg")


def run(function: Function, context: object = None) -> bool:
    if not _needs_work(function):
        return False
    _check(function)
    remove_unreachable_blocks(function)
    Splitter(function).run(_visit)
    dead_code.run(function)
    return True


# ---- What there is to do -------------------------------------------------------------------------


def _needs_work(function: Function) -> bool:
    if signature_without_vectors(function.function_type) is not function.function_type:
        return True
    return any(_is_wrong(inst) for block in function.blocks for inst in block.instructions)


def _is_wrong(inst: Instruction) -> bool:
    if inst.type.is_vector or any(v.type.is_vector for v in inst.operands):
        return True
    if inst.op == "extractvalue":
        source = inst.operands[0]
        is_root = isinstance(source, Argument) or getattr(source, "op", "") in _ROOTS
        return is_composite(inst.type) or not is_root
    if inst.op == "insertvalue":
        base, value = inst.operands
        chained = isinstance(base, Constant) or getattr(base, "op", "") == "insertvalue"
        users = all(u.op in ("insertvalue", "call", "ret") for u in inst.users)  # type: ignore[attr-defined]
        return is_composite(value.type) or not chained or not users
    if inst.op == "call":
        signature = inst.attrs["function_type"]
        return signature_without_vectors(signature) is not signature
    if inst.op in ("cmpxchg", "ret"):
        return False
    return is_composite(inst.type) or any(is_composite(v.type) for v in inst.operands)


def _check(function: Function) -> None:
    for inst in function.instructions():
        for value in inst.operands:
            if isinstance(value, Constant) and is_composite(value.type):
                if constant_leaves(value) is None:
                    raise Refused("a constant expression of vector type", inst)
        types = [inst.type, *(v.type for v in inst.operands)]
        if inst.op == "call":
            if any(t.is_vector for t in types):
                if isinstance(inst.callee, InlineAsm):
                    raise Refused("a vector operand of inline assembly", inst)
                if inst.callee_name.startswith("llvm.") and not is_splittable(inst):
                    raise Refused(f"a call of {inst.callee_name}", inst)
        elif inst.op in ("atomicrmw", "cmpxchg", "va_arg"):
            if any(t.is_vector for t in types):
                raise Refused("an atomic operation on a vector", inst)
        elif inst.op in ("load", "store"):
            accessed = inst.type if inst.op == "load" else inst.operands[0].type
            if accessed.is_aggregate and any(leaf.bit_offset % 8 for leaf in leaves(accessed)):
                raise Refused(f"a memory access of type {accessed}", inst)


# ---- Instructions --------------------------------------------------------------------------------


def _visit(s: Splitter, inst: Instruction) -> None:
    if not (is_composite(inst.type) or any(is_composite(v.type) for v in inst.operands)):
        s.out.append(inst)
        return
    handler = _HANDLERS.get(inst.op)
    if handler is not None:
        handler(s, inst)
    else:
        assert inst.op in _ELEMENTWISE, f"{inst.op} of composite values"
        _elementwise(s, inst)


def _elementwise(s: Splitter, inst: Instruction) -> None:
    columns = [s.split(v) if is_composite(v.type) else None for v in inst.operands]
    parts: list[Value] = []
    for i, leaf in enumerate(leaves(inst.type)):
        operands = [
            v if column is None else column[i]
            for v, column in zip(inst.operands, columns, strict=True)
        ]
        parts.append(s.emit(inst.op, leaf.type, operands, **inst.attrs))
    s.finish(inst, parts)


def _phi(s: Splitter, inst: Instruction) -> None:
    s.phis.append(inst)
    parts: list[Value] = []
    for leaf in leaves(inst.type):
        parts.append(s.emit("phi", leaf.type, [], **inst.attrs))
    s.finish(inst, parts)


def _bitcast(s: Splitter, inst: Instruction) -> None:
    count = inst.type.count if isinstance(inst.type, VectorType) else 1
    s.finish(inst, s.recast(s.split(inst.operands[0]), inst.type.scalar, count))


def _extractelement(s: Splitter, inst: Instruction) -> None:
    vector, index = inst.operands
    parts = s.split(vector)
    if isinstance(index, ConstInt):
        valid = index.value < len(parts)
        s.finish(inst, [parts[index.value] if valid else Poison(inst.type)])
        return
    found = parts[0]
    for i, part in enumerate(parts[1:], 1):
        found = s.emit("select", inst.type, [_is(s, index, i), part, found])
    s.finish(inst, [found])


def _insertelement(s: Splitter, inst: Instruction) -> None:
    vector, element, index = inst.operands
    parts = list(s.split(vector))
    if isinstance(index, ConstInt):
        if index.value < len(parts):
            parts[index.value] = element
        else:
            parts = [Poison(element.type)] * len(parts)
    else:
        for i, part in enumerate(parts):
            parts[i] = s.emit("select", part.type, [_is(s, index, i), element, part])
    s.alias(inst, parts)


def _is(s: Splitter, index: Value, number: int) -> Value:
    return s.emit("icmp", I1, [index, const_int(index.type, number)], pred="eq")


def _shufflevector(s: Splitter, inst: Instruction) -> None:
    both = s.split(inst.operands[0]) + s.split(inst.operands[1])
    poison = Poison(inst.type.scalar)
    s.alias(inst, [poison if m < 0 else both[m] for m in inst.attrs["mask"]])


def _extractvalue(s: Splitter, inst: Instruction) -> None:
    source = inst.operands[0]
    first, last = leaf_range(source.type, inst.attrs["indices"])
    parts = s.split(source)[first:last]
    if is_composite(inst.type):
        s.alias(inst, parts)
    else:
        s.finish(inst, parts)


def _insertvalue(s: Splitter, inst: Instruction) -> None:
    aggregate, value = inst.operands
    first, last = leaf_range(aggregate.type, inst.attrs["indices"])
    parts = list(s.split(aggregate))
    parts[first:last] = s.split(value)
    s.alias(inst, parts)


# ---- Memory --------------------------------------------------------------------------------------


def _load(s: Splitter, inst: Instruction) -> None:
    bits = _packed_bits(inst.type)
    if bits:
        assert isinstance(inst.type, VectorType)
        whole = _access(s, inst, "load", 0, int_type(-(-bits // 8) * 8), None)
        if whole.type is not int_type(bits):
            whole = s.emit("trunc", int_type(bits), [whole])
        s.finish(inst, s.recast([whole], inst.type.element, inst.type.count))
        return
    parts: list[Value] = [
        _access(s, inst, "load", leaf.offset, leaf.type, None) for leaf in leaves(inst.type)
    ]
    s.finish(inst, parts)


def _store(s: Splitter, inst: Instruction) -> None:
    value = inst.operands[0]
    bits = _packed_bits(value.type)
    parts = s.split(value)
    if bits:
        (whole,) = s.recast(parts, int_type(bits), 1)
        memory_type = int_type(-(-bits // 8) * 8)
        if memory_type is not whole.type:
            whole = s.emit("zext", memory_type, [whole])
        _access(s, inst, "store", 0, memory_type, whole)
    else:
        for leaf, part in zip(leaves(value.type), parts, strict=True):
            _access(s, inst, "store", leaf.offset, leaf.type, part)
    s.dead.append(inst)


def _access(
    s: Splitter, inst: Instruction, op: str, offset: int, type: Type, value: Value | None
) -> Value:
    pointer = inst.operands[-1]
    if offset:
        pointer = s.emit(
            "getelementptr",
            PTR,
            [pointer, const_int(I64, offset)],
            source_type=I8,
            flags=frozenset({"inbounds"}),
        )
    attrs = {k: v for k, v in inst.attrs.items() if k == "volatile"}
    attrs["align"] = gcd(inst.attrs.get("align", 1), offset)
    operands = [pointer] if value is None else [value, pointer]
    return s.emit(op, type if op == "load" else VOID, operands, **attrs)


# ---- Calls ---------------------------------------------------------------------------------------


def _call(s: Splitter, inst: Instruction) -> None:
    vectors = inst.type.is_vector or any(v.type.is_vector for v in inst.operands)
    if vectors and inst.callee_name.startswith("llvm."):
        s.finish(inst, split_intrinsic(s, inst))
        return
    signature = signature_without_vectors(inst.attrs["function_type"])
    callee = inst.callee
    if isinstance(callee, Function) and callee.is_declaration:
        callee.function_type = signature_without_vectors(callee.function_type)
        for argument in callee.args:
            argument.type = without_vectors(argument.type)
    if signature is not inst.attrs["function_type"]:
        inst.attrs.pop("param_attrs", None)
        inst.attrs.pop("ret_attrs", None)
        inst.attrs.pop("flags", None)
        inst.attrs["function_type"] = signature
        inst.type = signature.result
    for i, value in enumerate(inst.arguments):
        if is_composite(value.type):
            inst.set_operand(i, s.build(without_vectors(value.type), s.split(value)))
    _root(s, inst)


def _root(s: Splitter, inst: Instruction) -> None:
    s.out.append(inst)
    if is_composite(inst.type) and inst.users:
        s.pieces[inst] = s.extract_all(inst)


def _ret(s: Splitter, inst: Instruction) -> None:
    (value,) = inst.operands
    inst.set_operand(0, s.build(without_vectors(value.type), s.split(value)))
    s.out.append(inst)


def _packed_bits(t: Type) -> int:
    """Size in bits of a vector whose elements are not whole bytes; 0 for any other type."""
    return bit_size(t) if isinstance(t, VectorType) and bit_size(t.element) % 8 else 0


_HANDLERS: dict[str, Callable[[Splitter, Instruction], None]] = {
    "phi": _phi,
    "bitcast": _bitcast,
    "extractelement": _extractelement,
    "insertelement": _insertelement,
    "shufflevector": _shufflevector,
    "extractvalue": _extractvalue,
    "insertvalue": _insertvalue,
    "load": _load,
    "store": _store,
    "call": _call,
    "cmpxchg": _root,
    "ret": _ret,
}
