"""How each instruction's shape follows from the shapes of its operands."""

from __future__ import annotations

from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import ArrayType, PointerType, StructType, Type, size_of, struct_offset
from sampan.simt.shape import UNIFORM, VARYING, Shape, strided

# Calls whose result is the same for all lanes when their arguments are: decided by attributes,
# because whatever reads no lane-private state cannot tell lanes apart.
_PURE_PREFIXES = ("llvm.",)
_LANE_DEPENDENT = ("llvm.stacksave",)
# Beyond this, neighbouring lanes share no cache line and the line gains nothing.
LONGEST_ASSUMED_STRIDE = 64


def transfer(inst: Instruction, shapes: list[Shape]) -> Shape:
    """Shape of `inst` given its operands' shapes, none of them bottom. Not for phis."""
    if inst.op in ("atomicrmw", "cmpxchg"):
        return VARYING  # every lane sees another old value
    if inst.op == "call":
        return _call(inst, shapes)
    if all(s.is_uniform for s in shapes):
        return UNIFORM
    handler = _HANDLERS.get(inst.op)
    return handler(inst, shapes) if handler else VARYING


def _call(inst: Instruction, shapes: list[Shape]) -> Shape:
    name = inst.callee_name
    if name.startswith(_PURE_PREFIXES) and not name.startswith(_LANE_DEPENDENT):
        if name.startswith(("llvm.memcpy", "llvm.memset", "llvm.memmove")):
            return UNIFORM  # no result
        return UNIFORM if all(s.is_uniform for s in shapes) else VARYING
    return VARYING


def _wraps(inst: Instruction) -> bool:
    return "nsw" not in inst.flags


def _add(inst: Instruction, shapes: list[Shape]) -> Shape:
    a, b = shapes
    if a.stride is None or b.stride is None:
        return VARYING
    exact = a.exact and b.exact and not _wraps(inst)
    # The base lies between the other operand and the active lanes' results when both lines rise
    # from an exact base: no wrap there if none at the active lanes.
    base = a.base_exact and b.base_exact and a.stride >= 0 and b.stride >= 0
    lines = zip(inst.operands, shapes, strict=True)
    base = base and any(_nonnegative_line(value, shape) for value, shape in lines)
    return strided(a.stride + b.stride, exact, base, a.assumed | b.assumed)


def _nonnegative_line(value: Value, shape: Shape) -> bool:
    """The operand that rises with the lane is a thread index (0 … 1023), never far below."""
    from sampan.ir.core import Instruction as Inst

    return (
        shape.stride is not None
        and shape.stride > 0
        and isinstance(value, Inst)
        and value.callee_name in ("sampan.tid.x", "sampan.laneid")
    )


def _sub(inst: Instruction, shapes: list[Shape]) -> Shape:
    a, b = shapes
    if a.stride is None or b.stride is None:
        return VARYING
    exact = a.exact and b.exact and not _wraps(inst)
    return strided(a.stride - b.stride, exact, False, a.assumed | b.assumed)


def _mul(inst: Instruction, shapes: list[Shape]) -> Shape:
    for i in (0, 1):
        factor, other = inst.operands[1 - i], shapes[i]
        if isinstance(factor, ConstInt) and other.stride is not None:
            exact = other.exact and not _wraps(inst)
            return strided(other.stride * factor.signed, exact, False, other.assumed)
    return VARYING


def _shl(inst: Instruction, shapes: list[Shape]) -> Shape:
    amount, value = inst.operands[1], shapes[0]
    if isinstance(amount, ConstInt) and value.stride is not None and amount.value < 64:
        exact = value.exact and not _wraps(inst)
        return strided(value.stride << amount.value, exact, False, value.assumed)
    return VARYING


def _or(inst: Instruction, shapes: list[Shape]) -> Shape:
    if "disjoint" not in inst.flags:
        return VARYING
    a, b = shapes
    if a.stride is None or b.stride is None:
        return VARYING
    # A disjoint `or` is an add that carries nowhere; of two strided lines that never holds on
    # inactive lanes for sure, but a uniform part cannot spoil the line of the other.
    if not (a.is_uniform or b.is_uniform):
        return VARYING
    return strided(a.stride + b.stride, a.exact and b.exact, False, a.assumed | b.assumed)


def _trunc(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    if a.stride is None:
        return VARYING
    return strided(a.stride, a.exact and not _wraps(inst), False, a.assumed)


def _sext(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    if a.stride is None or a.assumed:
        return VARYING
    if not a.exact:
        return _assume(inst, a)
    # After extension the line has room at both ends: even the base is exact.
    return strided(a.stride, True, True)


def _zext(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    # Of a number known not to be negative it is the same as sign extension.
    if "nneg" in inst.flags and a.exact:
        return _sext(inst, shapes)
    return VARYING if a.stride is None or a.assumed else _assume(inst, a)


def _assume(inst: Instruction, a: Shape) -> Shape:
    """A line that may wrap: worth assuming it does not where it becomes an address."""
    assert a.stride is not None
    if a.stride == 0 or abs(a.stride) > LONGEST_ASSUMED_STRIDE or not _narrow(inst):
        return VARYING
    return strided(a.stride, True, True, frozenset({inst}))


def _narrow(inst: Instruction) -> bool:
    bits = getattr(inst.operands[0].type, "bits", 0)
    return bits in (16, 32) and getattr(inst.type, "bits", 0) == 64


def _select(inst: Instruction, shapes: list[Shape]) -> Shape:
    condition, a, b = shapes
    if not condition.is_uniform or a.stride is None or a.stride != b.stride:
        return VARYING
    return strided(
        a.stride, a.exact and b.exact, a.base_exact and b.base_exact, a.assumed | b.assumed
    )


def _freeze(inst: Instruction, shapes: list[Shape]) -> Shape:
    return shapes[0]


def _cast_pointer(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    return VARYING if a.stride is None else strided(a.stride, False, False, a.assumed)


def _gep(inst: Instruction, shapes: list[Shape]) -> Shape:
    total = shapes[0].stride
    if total is None:
        return VARYING
    for value, shape, scale in gep_terms(inst, shapes):
        if shape.is_uniform:
            continue
        if shape.stride is None:
            return VARYING
        bits = getattr(value.type, "bits", 64)
        if bits < 64 and not shape.exact:
            return VARYING  # the index is sign-extended first
        total += shape.stride * scale
    assumed = frozenset().union(*(s.assumed for s in shapes))
    return strided(total, False, False, assumed)


def gep_terms(inst: Instruction, shapes: list[Shape]) -> list[tuple[Value, Shape, int]]:
    """(index, its shape, bytes per step) of each index that is scaled at run time."""
    terms = []
    current: Type = inst.attrs["source_type"]
    for position, index in enumerate(inst.operands[1:]):
        shape = shapes[position + 1]
        if position == 0:
            terms.append((index, shape, size_of(current)))
        elif isinstance(current, ArrayType):
            current = current.element
            terms.append((index, shape, size_of(current)))
        elif isinstance(current, StructType):
            assert isinstance(index, ConstInt)
            assert current.elements is not None
            current = current.elements[index.value]
        else:  # a vector's element
            current = current.scalar
            terms.append((index, shape, size_of(current)))
    return terms


def gep_constant_offset(inst: Instruction) -> int:
    """Bytes that constant struct indices add (array indices are left to `gep_terms`)."""
    offset = 0
    current: Type = inst.attrs["source_type"]
    for index in inst.operands[2:]:
        if isinstance(current, ArrayType):
            current = current.element
        elif isinstance(current, StructType):
            assert isinstance(index, ConstInt) and current.elements is not None
            offset += struct_offset(current, index.value)
            current = current.elements[index.value]
        else:
            current = current.scalar
    return offset


def _load(inst: Instruction, shapes: list[Shape]) -> Shape:
    return UNIFORM if shapes[0].is_uniform else VARYING


def is_pointer(value: Value) -> bool:
    return isinstance(value.type, PointerType)


_HANDLERS = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "shl": _shl,
    "or": _or,
    "trunc": _trunc,
    "sext": _sext,
    "zext": _zext,
    "select": _select,
    "freeze": _freeze,
    "ptrtoint": _cast_pointer,
    "inttoptr": _cast_pointer,
    "bitcast": lambda inst, shapes: VARYING,
    "getelementptr": _gep,
    "load": _load,
}
