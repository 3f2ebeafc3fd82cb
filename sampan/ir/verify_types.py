"""Checks operand and result types of one instruction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sampan.ir.core import BINARY, CASTS, Instruction
from sampan.ir.result_types import (
    cmpxchg_type,
    compare_type,
    element_type,
    gep_type,
    shuffle_type,
)
from sampan.ir.types import (
    I1,
    VOID,
    FunctionType,
    PointerType,
    Type,
    VectorType,
    bit_size,
)

_PREDICATES = {
    "icmp": frozenset("eq ne ugt uge ult ule sgt sge slt sle".split()),
    "fcmp": frozenset("false oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno true".split()),
}
_RMW = frozenset(
    "xchg add sub and nand or xor max min umax umin fadd fsub fmax fmin fmaximum fminimum "
    "uinc_wrap udec_wrap usub_cond usub_sat".split()
)


def check_types(inst: Instruction) -> Iterator[str]:
    """What is wrong with the operands, result type or attributes of `inst`."""
    check = _CHECKS.get(inst.op)
    if check is None:
        yield f"unknown instruction '{inst.op}'"
        return
    try:
        yield from check(inst)
    except (IndexError, KeyError, AttributeError, AssertionError, ValueError) as error:
        yield f"malformed {inst.op}: {type(error).__name__} {error}"


def _expect(inst: Instruction, expected: Type) -> Iterator[str]:
    if inst.type is not expected:
        yield f"result is {inst.type}, should be {expected}"


def _count(inst: Instruction, count: int) -> Iterator[str]:
    if len(inst.operands) != count:
        yield f"{len(inst.operands)} operands, should be {count}"


def _length(type: Type) -> int:
    return type.count if isinstance(type, VectorType) else 0


def _binary(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    a, b = inst.operands
    if a.type is not b.type:
        yield f"operands are {a.type} and {b.type}"
    yield from _expect(inst, a.type)
    is_float = inst.op[0] == "f"
    if not (a.type.scalar.is_float if is_float else a.type.scalar.is_integer):
        yield f"{inst.op} of {a.type}"


def _same_unary(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 1)
    yield from _expect(inst, inst.operands[0].type)


def _compare(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    a, b = inst.operands
    if a.type is not b.type:
        yield f"operands are {a.type} and {b.type}"
    yield from _expect(inst, compare_type(a.type))
    if inst.attrs["pred"] not in _PREDICATES[inst.op]:
        yield f"unknown predicate {inst.attrs['pred']}"
    if (inst.op == "fcmp") != a.type.scalar.is_float:
        yield f"{inst.op} of {a.type}"


def _cast(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 1)
    source, target = inst.operands[0].type, inst.type
    old, new = source.scalar, target.scalar
    if inst.op == "bitcast":
        if bit_size(source) != bit_size(target) or old.is_pointer != new.is_pointer:
            yield f"bitcast from {source} to {target}"
        return
    if _length(source) != _length(target):
        yield f"{inst.op} from {source} to {target}"
    kinds = {
        "trunc": (old.is_integer, new.is_integer),
        "zext": (old.is_integer, new.is_integer),
        "sext": (old.is_integer, new.is_integer),
        "fptrunc": (old.is_float, new.is_float),
        "fpext": (old.is_float, new.is_float),
        "fptoui": (old.is_float, new.is_integer),
        "fptosi": (old.is_float, new.is_integer),
        "uitofp": (old.is_integer, new.is_float),
        "sitofp": (old.is_integer, new.is_float),
        "ptrtoint": (old.is_pointer, new.is_integer),
        "ptrtoaddr": (old.is_pointer, new.is_integer),
        "inttoptr": (old.is_integer, new.is_pointer),
        "addrspacecast": (old.is_pointer, new.is_pointer),
    }
    if not all(kinds[inst.op]):
        yield f"{inst.op} from {source} to {target}"
        return
    if inst.op in ("trunc", "fptrunc") and bit_size(old) <= bit_size(new):
        yield f"{inst.op} from {source} to {target}"
    if inst.op in ("zext", "sext", "fpext") and bit_size(old) >= bit_size(new):
        yield f"{inst.op} from {source} to {target}"


def _select(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 3)
    condition, a, b = inst.operands
    if a.type is not b.type:
        yield f"select between {a.type} and {b.type}"
    if condition.type is not I1 and condition.type is not compare_type(a.type):
        yield f"select by {condition.type}"
    yield from _expect(inst, a.type)


def _phi(inst: Instruction) -> Iterator[str]:
    for value in inst.operands:
        if value.type is not inst.type:
            yield f"incoming value is {value.type}, the phi {inst.type}"


def _pointer(inst: Instruction, index: int) -> Iterator[str]:
    if not inst.operands[index].type.is_pointer:
        yield f"address is {inst.operands[index].type}"


def _load(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 1)
    yield from _pointer(inst, 0)


def _store(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    yield from _pointer(inst, 1)
    yield from _expect(inst, VOID)


def _gep(inst: Instruction) -> Iterator[str]:
    if not inst.operands[0].type.scalar.is_pointer:
        yield f"base is {inst.operands[0].type}"
        return
    if not isinstance(inst.attrs["source_type"], Type):
        yield "no source type"
    for index in inst.operands[1:]:
        if not index.type.scalar.is_integer:
            yield f"index is {index.type}"
    yield from _expect(inst, gep_type(inst.operands))


def _alloca(inst: Instruction) -> Iterator[str]:
    if not isinstance(inst.attrs["allocated_type"], Type) or not inst.type.is_pointer:
        yield "no allocated type, or no pointer"


def _atomicrmw(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    yield from _pointer(inst, 0)
    yield from _expect(inst, inst.operands[1].type)
    if inst.attrs["operation"] not in _RMW or "ordering" not in inst.attrs:
        yield "unknown operation, or no ordering"


def _cmpxchg(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 3)
    yield from _pointer(inst, 0)
    _, expected, new = inst.operands
    if expected.type is not new.type:
        yield f"expected and new value are {expected.type} and {new.type}"
    yield from _expect(inst, cmpxchg_type(new.type))
    if "ordering" not in inst.attrs or "failure_ordering" not in inst.attrs:
        yield "no ordering"


def _fence(inst: Instruction) -> Iterator[str]:
    if "ordering" not in inst.attrs:
        yield "no ordering"


def _extractelement(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    vector, index = inst.operands
    if not vector.type.is_vector or not index.type.is_integer:
        yield f"element {index.type} of {vector.type}"
    yield from _expect(inst, vector.type.scalar)


def _insertelement(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 3)
    vector, element, index = inst.operands
    if not vector.type.is_vector or element.type is not vector.type.scalar:
        yield f"{element.type} into {vector.type}"
    if not index.type.is_integer:
        yield f"index is {index.type}"
    yield from _expect(inst, vector.type)


def _shufflevector(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    a, b = inst.operands
    mask = inst.attrs["mask"]
    if a.type is not b.type:
        yield f"operands are {a.type} and {b.type}"
    yield from _expect(inst, shuffle_type(a.type, len(mask)))
    limit = 2 * _length(a.type)
    if any(m < -1 or m >= limit for m in mask):
        yield "mask element out of range"


def _extractvalue(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 1)
    yield from _expect(inst, element_type(inst.operands[0].type, inst.attrs["indices"]))


def _insertvalue(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 2)
    aggregate, value = inst.operands
    yield from _expect(inst, aggregate.type)
    if element_type(aggregate.type, inst.attrs["indices"]) is not value.type:
        yield f"{value.type} does not fit there"


def _call(inst: Instruction) -> Iterator[str]:
    signature: FunctionType = inst.attrs["function_type"]
    arguments = inst.operands[:-1]
    params = signature.params
    if len(arguments) < len(params) or (len(arguments) > len(params) and not signature.vararg):
        yield f"{len(arguments)} arguments for {signature}"
    for number, (value, type) in enumerate(zip(arguments, params, strict=False)):
        if value.type is not type:
            yield f"argument {number} is {value.type}, should be {type}"
    yield from _expect(inst, signature.result)
    if not isinstance(inst.operands[-1].type, PointerType):
        yield "callee is no pointer"


def _ret(inst: Instruction) -> Iterator[str]:
    assert inst.block is not None and inst.block.function is not None
    wanted = inst.block.function.result_type
    found = inst.operands[0].type if inst.operands else VOID
    if found is not wanted:
        yield f"returns {found}, the function {wanted}"


def _br(inst: Instruction) -> Iterator[str]:
    if len(inst.targets) != 1 + len(inst.operands) or len(inst.operands) > 1:
        yield "wrong number of targets"
    elif inst.operands and inst.operands[0].type is not I1:
        yield f"condition is {inst.operands[0].type}"


def _switch(inst: Instruction) -> Iterator[str]:
    yield from _count(inst, 1)
    cases = inst.attrs["cases"]
    if len(inst.targets) != 1 + len(cases):
        yield "wrong number of targets"
    if any(case.type is not inst.operands[0].type for case in cases):
        yield "a case of another type than the value"
    if len({case.value for case in cases}) != len(cases):
        yield "a case occurs twice"


def _nothing(inst: Instruction) -> Iterator[str]:
    return iter(())


_CHECKS: dict[str, Callable[[Instruction], Iterator[str]]] = {
    "fneg": _same_unary,
    "freeze": _same_unary,
    "icmp": _compare,
    "fcmp": _compare,
    "select": _select,
    "phi": _phi,
    "load": _load,
    "store": _store,
    "getelementptr": _gep,
    "alloca": _alloca,
    "atomicrmw": _atomicrmw,
    "cmpxchg": _cmpxchg,
    "fence": _fence,
    "extractelement": _extractelement,
    "insertelement": _insertelement,
    "shufflevector": _shufflevector,
    "extractvalue": _extractvalue,
    "insertvalue": _insertvalue,
    "call": _call,
    "invoke": _call,
    "ret": _ret,
    "br": _br,
    "switch": _switch,
    "unreachable": _nothing,
    "indirectbr": _nothing,
    "resume": _nothing,
    "landingpad": _nothing,
    "va_arg": _nothing,
    **{op: _binary for op in BINARY},
    **{op: _cast for op in CASTS},
}
