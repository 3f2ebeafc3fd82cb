"""How each instruction's shape follows from the shapes of its operands."""

from __future__ import annotations

from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import ArrayType, PointerType, StructType, Type, size_of, struct_offset
from sampan.simt.shape import UNIFORM, VARYING, Shape, strided, uniform

# Calls whose result is the same for all lanes when their arguments are: decided by attributes,
# because whatever reads no lane-private state cannot tell lanes apart.
_PURE_PREFIXES = ("llvm.",)
_LANE_DEPENDENT = ("llvm.stacksave",)
# Beyond this, neighbouring lanes share no cache line and the line gains nothing.
LONGEST_ASSUMED_STRIDE = 64


def transfer(inst: Instruction, shapes: list[Shape], width: int) -> Shape:
    """Shape of `inst` in a gang of `width` lanes, given its operands' shapes, none of them bottom.
    Not for phis."""
    if inst.op in ("atomicrmw", "cmpxchg"):
        return VARYING  # every lane sees another old value
    if inst.op == "call":
        return _call(inst, shapes)
    if all(s.is_uniform for s in shapes):
        multiple = _MULTIPLES.get(inst.op)
        return uniform(multiple(inst, shapes)) if multiple else UNIFORM
    by_bits = _BY_BITS.get(inst.op)
    if by_bits is not None:
        return by_bits(inst, shapes, width)
    handler = _HANDLERS.get(inst.op)
    return handler(inst, shapes) if handler else VARYING


# What a call of these gives is the same for all lanes if these arguments are.
_WARP_UNIFORM_IF: dict[str, tuple[int, ...]] = {
    "sampan.warp.activemask": (),
    "sampan.warp.read": (2,),  # all read the same lane
    "sampan.warp.ballot": (0,),
    "sampan.warp.match": (0, 1),
    "sampan.warp.reduce": (0,),
}


def _call(inst: Instruction, shapes: list[Shape]) -> Shape:
    name = inst.callee_name
    if name in _WARP_UNIFORM_IF:
        decisive = _WARP_UNIFORM_IF[name]
        return UNIFORM if all(shapes[i].is_uniform for i in decisive) else VARYING
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
    multiple = min(a.multiple, b.multiple)
    return strided(a.stride + b.stride, exact, base, a.assumed | b.assumed, multiple)


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
    multiple = min(a.multiple, b.multiple)
    return strided(a.stride - b.stride, exact, False, a.assumed | b.assumed, multiple)


def _mul(inst: Instruction, shapes: list[Shape]) -> Shape:
    for i in (0, 1):
        factor, other = inst.operands[1 - i], shapes[i]
        if isinstance(factor, ConstInt) and other.stride is not None:
            exact = other.exact and not _wraps(inst)
            multiple = _product(inst, shapes)
            return strided(other.stride * factor.signed, exact, False, other.assumed, multiple)
    return VARYING


def _shl(inst: Instruction, shapes: list[Shape]) -> Shape:
    amount, value = inst.operands[1], shapes[0]
    if isinstance(amount, ConstInt) and value.stride is not None and amount.value < 64:
        exact = value.exact and not _wraps(inst)
        multiple = value.multiple << amount.value
        return strided(value.stride << amount.value, exact, False, value.assumed, multiple)
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
    multiple = min(a.multiple, b.multiple)
    return strided(a.stride + b.stride, a.exact and b.exact, False, a.assumed | b.assumed, multiple)


def _trunc(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    if a.stride is None:
        return VARYING
    exact = a.exact and not _wraps(inst)
    return strided(a.stride, exact, False, a.assumed, min(a.multiple, _modulus(inst)))


def _sext(inst: Instruction, shapes: list[Shape]) -> Shape:
    (a,) = shapes
    if a.stride is None or a.assumed:
        return VARYING
    if not a.exact:
        return _assume(inst, a)
    # After extension the line has room at both ends: even the base is exact.
    return strided(a.stride, True, True, multiple=a.multiple)


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
    return strided(a.stride, True, True, frozenset({inst}), a.multiple)


def _narrow(inst: Instruction) -> bool:
    bits = getattr(inst.operands[0].type, "bits", 0)
    return bits in (16, 32) and getattr(inst.type, "bits", 0) == 64


def _select(inst: Instruction, shapes: list[Shape]) -> Shape:
    condition, a, b = shapes
    if not condition.is_uniform or a.stride is None or a.stride != b.stride:
        return VARYING
    return strided(
        a.stride,
        a.exact and b.exact,
        a.base_exact and b.base_exact,
        a.assumed | b.assumed,
        min(a.multiple, b.multiple),
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


# ---- What bits say: the lanes of a line whose base is a multiple of a power of two ---------------


def _modulus(inst: Instruction) -> int:
    return 1 << min(getattr(inst.type, "bits", 1), 31)


def _product(inst: Instruction, shapes: list[Shape]) -> int:
    return min(shapes[0].multiple * shapes[1].multiple, _modulus(inst))


def _smaller(inst: Instruction, shapes: list[Shape]) -> int:
    return min(shapes[0].multiple, shapes[1].multiple, _modulus(inst))


def _larger(inst: Instruction, shapes: list[Shape]) -> int:
    return min(max(shapes[0].multiple, shapes[1].multiple), _modulus(inst))


def _same(inst: Instruction, shapes: list[Shape]) -> int:
    return min(shapes[0].multiple, _modulus(inst))


def _either(inst: Instruction, shapes: list[Shape]) -> int:
    return min(shapes[1].multiple, shapes[2].multiple, _modulus(inst))


def _shifted_left(inst: Instruction, shapes: list[Shape]) -> int:
    amount = inst.operands[1]
    steps = amount.value if isinstance(amount, ConstInt) and amount.value < 32 else 0
    return min(shapes[0].multiple << steps, _modulus(inst))


def _shifted_right(inst: Instruction, shapes: list[Shape]) -> int:
    amount = inst.operands[1]
    if not isinstance(amount, ConstInt) or amount.value > 31:
        return 1
    return max(1, shapes[0].multiple >> amount.value)


# The power of two that divides the result of an instruction on uniform operands.
_MULTIPLES = {
    "add": _smaller,
    "sub": _smaller,
    "or": _smaller,
    "xor": _smaller,
    "and": _larger,
    "mul": _product,
    "shl": _shifted_left,
    "lshr": _shifted_right,
    "ashr": _shifted_right,
    "zext": _same,
    "sext": _same,
    "trunc": _same,
    "freeze": _same,
    "select": _either,
}


def _shift_right(inst: Instruction, shapes: list[Shape], width: int) -> Shape:
    """The bits above the chunk are uniform; a shift by less keeps a line whose stride allows it."""
    line, amount = shapes[0], inst.operands[1]
    chunk = line.chunk(width)
    if not chunk or line.assumed or not isinstance(amount, ConstInt) or amount.value > 31:
        return VARYING
    assert line.stride is not None
    if 1 << amount.value >= chunk:
        return uniform(_shifted_right(inst, shapes))
    if line.stride % (1 << amount.value):
        return VARYING
    multiple = _shifted_right(inst, shapes)
    return strided(line.stride >> amount.value, True, True, multiple=multiple)


def _and(inst: Instruction, shapes: list[Shape], width: int) -> Shape:
    """A constant that clears the bits in which lanes differ, or keeps all of them."""
    for i in (0, 1):
        mask, line = inst.operands[1 - i], shapes[i]
        chunk = line.chunk(width)
        if not isinstance(mask, ConstInt) or not chunk or line.assumed:
            continue
        low = mask.value & (chunk - 1)
        if low == 0:
            return uniform(_larger(inst, shapes))
        if low == chunk - 1:
            assert line.stride is not None
            kept = mask.value & -chunk
            multiple = max(line.multiple, kept & -kept) if kept else _modulus(inst)
            return strided(line.stride, True, True, multiple=min(multiple, _modulus(inst)))
    return VARYING


_SIDES = {"ult": 0, "uge": 0, "slt": 0, "sge": 0, "ugt": 1, "ule": 1, "sgt": 1, "sle": 1}
_SWAPPED = {"ult": "ugt", "ugt": "ult", "ule": "uge", "uge": "ule"}
_SWAPPED |= {"slt": "sgt", "sgt": "slt", "sle": "sge", "sge": "sle"}


def _compare(inst: Instruction, shapes: list[Shape], width: int) -> Shape:
    """A line against a bound at the edge of a chunk: all lanes are on one side."""
    (line, bound), pred = shapes, inst.attrs["pred"]
    value = inst.operands[1]
    if line.is_uniform:
        line, bound, pred = bound, line, _SWAPPED.get(pred, "")
        value = inst.operands[0]
    chunk = line.chunk(width)
    if not chunk or line.assumed or not bound.is_uniform or pred not in _SIDES:
        return VARYING
    multiple = bound.multiple
    if _SIDES[pred]:  # x > c is x >= c + 1
        multiple = _low_ones(value)
    return UNIFORM if multiple >= chunk else VARYING


def _low_ones(value: Value) -> int:
    """The power of two that divides value + 1."""
    if not isinstance(value, ConstInt):
        return 1
    return (value.value + 1) & -(value.value + 1)


_BY_BITS = {"lshr": _shift_right, "ashr": _shift_right, "and": _and, "icmp": _compare}
