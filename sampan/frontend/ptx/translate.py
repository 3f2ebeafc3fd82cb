"""An inline PTX statement as instructions of the IR, before the call of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sampan.frontend.emit import Emit
from sampan.frontend.ptx import floating, integer, memory, warp
from sampan.frontend.ptx.parse import Code, PtxError, Statement, parse
from sampan.frontend.ptx.scope import Scope
from sampan.ir.constants import zero
from sampan.ir.core import Block, InlineAsm, Instruction, Poison, Value
from sampan.ir.edit import branch, jump, remove_terminator, split_after
from sampan.ir.types import I1, VOID, StructType, Type

Key = TypeVar("Key", int, str)
Translation = Callable[[Scope, Statement], Value | None]

# By opcode: for integer (and untyped) operands, and for floating-point ones.
_INTEGER: dict[str, Translation] = {
    **dict.fromkeys(("and", "or", "xor"), integer.logic),
    **dict.fromkeys(("not", "cnot"), integer.invert),
    **dict.fromkeys(("add", "sub", "addc", "subc"), integer.add),
    **dict.fromkeys(("mul", "mad", "madc", "mul24", "mad24"), integer.multiply),
    **dict.fromkeys(("div", "rem"), integer.divide),
    **dict.fromkeys(("min", "max"), integer.least),
    **dict.fromkeys(("abs", "neg"), integer.size),
    **dict.fromkeys(("popc", "clz", "brev", "bfind"), integer.count),
    **dict.fromkeys(("shl", "shr"), integer.shift),
    "sad": integer.difference,
    "shf": integer.funnel,
    "bfe": integer.extract,
    "bfi": integer.insert,
    "lop3": integer.lookup,
    "prmt": integer.permute,
    "dp4a": integer.dot,
    "setp": floating.set_predicate,
    "set": floating.set_value,
    "cvt": floating.convert,
    **dict.fromkeys(("selp", "slct"), floating.select),
    **dict.fromkeys(("mov", "cvta"), floating.move),
    "vote": warp.vote,
    "match": warp.match,
    "redux": warp.reduce,
    "activemask": warp.active,
}
_FLOATING: dict[str, Translation] = {
    **dict.fromkeys(("add", "sub", "mul", "div", "fma", "mad"), floating.arithmetic),
    **dict.fromkeys(
        ("abs", "neg", "rcp", "sqrt", "rsqrt", "sin", "cos", "ex2", "lg2", "tanh"), floating.unary
    ),
    **dict.fromkeys(("min", "max"), floating.least),
    "copysign": floating.copysign,
}
# These act on more than registers: with a guard they need a branch.
_ACTIONS: dict[str, Translation] = {
    **dict.fromkeys(("ld", "ldu"), memory.load),
    "st": memory.store,
    **dict.fromkeys(("atom", "red"), memory.atomic),
    "cp": memory.copy_async,
    **dict.fromkeys(("prefetch", "prefetchu", "pmevent"), memory.nothing),
    "shfl": warp.shuffle,
    **dict.fromkeys(("bar", "barrier"), warp.barrier),
    **dict.fromkeys(("membar", "fence"), warp.fence),
}


def translate(e: Emit, call: Instruction, text: str, asm: InlineAsm) -> Value | None:
    """The value of an asm statement with that template (a struct where it has several outputs).

    Raises PtxError, with the instruction that has no translation.
    """
    code = parse(text)
    outputs = _output_types(call)
    observes = "sideeffect" in asm.keywords and "~{memory}" in asm.constraints
    scope = Scope(e, code, _inputs(call, asm.constraints, len(outputs)), observes)
    for statement in code.statements:
        try:
            _one(scope, code, statement)
        except PtxError as error:
            raise PtxError(f'{error} in "{statement.text}"') from None
    values = [_output(scope, index, type) for index, type in enumerate(outputs)]
    if not isinstance(call.type, StructType):
        return values[0] if values else None
    whole: Value = Poison(call.type)
    for index, value in enumerate(values):
        whole = e.inst("insertvalue", call.type, [whole, value], indices=(index,))
    return whole


def _output_types(call: Instruction) -> list[Type]:
    if isinstance(call.type, StructType):
        return list(call.type.elements or ())
    return [] if call.type is VOID else [call.type]


def _inputs(call: Instruction, constraints: str, outputs: int) -> dict[int, Value]:
    """Slot -> value. An input that is tied to an output ("0") shares its slot."""
    slots: dict[int, Value] = {}
    arguments = list(call.arguments)
    inputs = [c for c in constraints.split(",") if c and not c.startswith(("=", "~"))]
    for index, (constraint, value) in enumerate(zip(inputs, arguments, strict=True)):
        slots[outputs + index] = value
        if constraint.isdigit():
            slots[int(constraint)] = value
    return slots


def _output(scope: Scope, index: int, type: Type) -> Value:
    value = scope.slots.get(index)
    return zero(type) if value is None else scope.convert(value, type)


def _one(scope: Scope, code: Code, statement: Statement) -> None:
    if statement.guard is not None:
        guard = scope.read(statement.guard.predicate, I1)
        if statement.guard.negated:
            guard = scope.e.binary("xor", guard, 1)
        if statement.opcode in _ACTIONS:
            _behind_branch(scope, statement, guard)
            return
        scope.guard = guard
    action = _ACTIONS.get(statement.opcode)
    if action is not None:
        action(scope, statement)
    else:
        _compute(scope, statement)
    scope.guard = None


def _compute(scope: Scope, statement: Statement) -> None:
    floats = statement.type in ("f16", "f32", "f64")
    table = _FLOATING if floats and statement.opcode in _FLOATING else _INTEGER
    found = table.get(statement.opcode)
    if found is None or (floats and table is _INTEGER and statement.opcode in _NO_FLOATS):
        raise PtxError("the instruction")
    value = found(scope, statement)
    if value is not None:
        scope.write(statement.operands[0], value)


_NO_FLOATS = frozenset(_INTEGER) - {"setp", "set", "cvt", "selp", "slct", "mov"}


def _behind_branch(scope: Scope, statement: Statement, guard: Value) -> None:
    """Stores, atomics and the like where the guard holds. A guarded load keeps the old value
    otherwise."""
    if statement.opcode in ("bar", "barrier", "shfl"):
        raise PtxError("a guard")
    e = scope.e
    place = e.binary("xor", guard, 0)
    assert isinstance(place, Instruction) and place.block is not None
    head = place.block
    function = head.function
    assert function is not None
    behind = split_after(function, place, "ptx.behind")
    then = function.add_block("ptx.then", after=head)
    remove_terminator(head)
    test = branch(head, place, then, behind)
    slots, registers = dict(scope.slots), dict(scope.registers)
    scope.e = Emit(e.module, jump(then, behind))
    scope.e.location = e.location
    _ACTIONS[statement.opcode](scope, statement)
    scope.e = Emit(e.module, test)
    _join(scope, slots, scope.slots, then, behind)
    _join(scope, registers, scope.registers, then, behind)
    scope.e = e


def _join(
    scope: Scope, before: dict[Key, Value], now: dict[Key, Value], then: Block, behind: Block
) -> None:
    """Phis for what the guarded instruction wrote."""
    head = scope.e.position.block
    assert head is not None
    for key, value in list(now.items()):
        previous = before.get(key)
        if previous is value:
            continue
        kept = zero(value.type) if previous is None else scope.convert(previous, value.type)
        phi = Instruction("phi", value.type, [])
        phi.add_incoming(value, then)
        phi.add_incoming(kept, head)
        behind.insert(0, phi)
        now[key] = phi
