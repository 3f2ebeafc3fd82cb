"""Checks IR: its structure always, and the rules of the level it is said to be at.

Levels are those of docs/architecture.md. The stages that establish LINEAR, WARP and BLOCK add their
own checks with `add_check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sampan.ir.cfg import DominatorTree, LoopInfo, is_reducible
from sampan.ir.core import (
    ATTRIBUTE_KEYS,
    Argument,
    Block,
    Constant,
    Function,
    GlobalVariable,
    Instruction,
    Module,
    User,
    Value,
    same,
    walk_constant,
)
from sampan.ir.errors import IRError
from sampan.ir.ssa_repair import broken_uses
from sampan.ir.types import (
    ArrayType,
    FunctionType,
    PointerType,
    StructType,
    Type,
    VectorType,
)
from sampan.ir.verify_types import check_types
from sampan.ir.writer import write_instruction

LEVELS = ("RAW", "SIMT", "CANONICAL", "LINEAR", "WARP", "BLOCK")

# Checks that other stages add: each takes a function and yields (place, message).
Place = Instruction | Block | None
Problem = tuple[Place, str]
_EXTRA: dict[str, list[Callable[[Function], Iterator[Problem]]]] = {level: [] for level in LEVELS}


def add_check(level: str, check: Callable[[Function], Iterator[Problem]]) -> None:
    """Makes `verify` at `level` run `check` on each function."""
    _EXTRA[level].append(check)


def verify(target: Function | Module, level: str = "RAW") -> None:
    """Raises IRError with every problem found in the function (or the module's functions)."""
    assert level in LEVELS, level
    if isinstance(target, Function):
        _verify_function(target, level)
        return
    if level != "RAW":
        for variable in target.variables.values():
            _check_variable(variable, level)
    for name, function in target.functions.items():
        if function.name != name or function.module is not target:
            raise IRError(f"@{name}: listed under another name or module than its own")
        _verify_function(function, level)


def _verify_function(function: Function, level: str) -> None:
    problems = list(_structure(function))
    if not problems:
        problems = list(_users(function)) + list(_dominance(function))
        for inst in function.instructions():
            problems += [(inst, text) for text in check_types(inst)]
    if not problems and level != "RAW":
        problems += _simt(function)
    if not problems and level == "CANONICAL" and not function.is_declaration:
        problems += _canonical(function)
    if not problems and not function.is_declaration:
        for check in _EXTRA[level]:
            problems += check(function)
    if problems:
        lines = [_describe(function, place, text) for place, text in problems[:10]]
        if len(problems) > 10:
            lines.append(f"… and {len(problems) - 10} more")
        raise IRError("\n".join(lines))


def _describe(function: Function, place: Place, text: str) -> str:
    where = f"@{function.name}"
    block = place.block if isinstance(place, Instruction) else place
    if block is not None:
        index = function.blocks.index(block) if block in function.blocks else -1
        where += f", block {'%' + block.name if block.name else f'number {index}'}"
    message = f"{where}: {text}"
    if isinstance(place, Instruction):
        try:
            message += f"\n    {write_instruction(place)}"
        except Exception:  # the instruction may be too broken to print
            message += f"\n    {place.op} %{place.name}"
    return message


# ---- Structure -----------------------------------------------------------------------------------


def _structure(function: Function) -> Iterator[Problem]:
    params = function.function_type.params
    if len(function.args) != len(params) or any(
        a.type is not t for a, t in zip(function.args, params, strict=True)
    ):
        yield None, "arguments do not match the function's type"
    if function.is_declaration:
        return
    blocks = set(function.blocks)
    if len(blocks) != len(function.blocks):
        yield None, "a block is listed twice"
    sound = True
    for block in function.blocks:
        if block.function is not function:
            yield block, "block belongs to another function"
        if not block.has_terminator:
            yield block, "block does not end in a terminator"
            sound = False
            continue
        after_phis = False
        for inst in block.instructions:
            if inst.block is not block:
                yield inst, "instruction belongs to another block"
            if inst.is_terminator and inst is not block.instructions[-1]:
                yield inst, "terminator in the middle of a block"
            if inst.op == "phi":
                if after_phis:
                    yield inst, "phi behind another instruction"
                if len(inst.operands) != len(inst.targets):
                    yield inst, "phi with a different number of values and blocks"
            else:
                after_phis = True
            for key in inst.attrs:
                if key not in ATTRIBUTE_KEYS:
                    yield inst, f"unknown attribute '{key}'"
            for target in inst.targets:
                if target not in blocks:
                    yield inst, f"refers to block %{target.name} of no or another function"
                    sound = False
    if sound:
        yield from _phi_edges(function)


def _phi_edges(function: Function) -> Iterator[Problem]:
    edges: dict[Block, Counter[Block]] = {block: Counter() for block in function.blocks}
    for block in function.blocks:
        for target in block.terminator.targets:
            edges[target][block] += 1
    if edges[function.entry]:
        yield function.entry, "the entry block has predecessors"
    for block in function.blocks:
        for phi in block.phis:
            if Counter(phi.targets) != edges[block]:
                expected = ", ".join(f"%{b.name}" for b in edges[block].elements())
                yield phi, f"phi does not match the block's predecessors ({expected})"
            seen: dict[Block, Value] = {}
            for value, source in phi.incoming:
                if not same(seen.setdefault(source, value), value):
                    yield phi, f"phi has two values for block %{source.name}"


def _users(function: Function) -> Iterator[Problem]:
    inside: set[Value] = set()
    for block in function.blocks:
        inside.update(block.instructions)
    defined: list[Value] = [*function.args, *inside]
    for inst in function.instructions():
        for operand, count in Counter(inst.operands).items():
            if operand.users.get(inst) != count:
                yield inst, f"operand %{operand.name} does not know that it is used here"
            if isinstance(operand, Instruction) and operand not in inside:
                yield inst, f"operand %{operand.name} ({operand.op}) is in no block"
            if isinstance(operand, Argument) and operand.function is not function:
                yield inst, f"operand %{operand.name} is another function's argument"
    for value in defined:
        for user in value.users:
            if user not in inside:
                what = user.op if isinstance(user, Instruction) else "a constant"
                place = value if isinstance(value, Instruction) else None
                yield place, f"%{value.name} is used by {what} %{user.name} outside the function"
            elif value not in user.operands:
                yield user, f"%{value.name} lists this as a user, but it is none"  # type: ignore[misc]


def _dominance(function: Function) -> Iterator[Problem]:
    if function.is_declaration:
        return
    for value, uses in broken_uses(function, DominatorTree(function)).items():
        for user, _ in uses:
            yield user, f"%{value.name} ({value.op}) does not dominate this use"


# ---- SIMT ----------------------------------------------------------------------------------------


def _in_other_space(type: Type, seen: frozenset[Type] = frozenset()) -> bool:
    if isinstance(type, PointerType):
        return type.addrspace != 0
    if isinstance(type, (VectorType, ArrayType)):
        return _in_other_space(type.element, seen)
    if isinstance(type, StructType) and type not in seen:
        return any(_in_other_space(e, seen | {type}) for e in type.elements or ())
    if isinstance(type, FunctionType):
        return any(_in_other_space(t, seen) for t in (type.result, *type.params))
    return False


def _constant_in_other_space(value: Value) -> bool:
    return any(_in_other_space(v.type) for v in walk_constant(value))


def _check_variable(variable: GlobalVariable, level: str) -> None:
    if variable.addrspace or _in_other_space(variable.value_type):
        raise IRError(f"@{variable.name}: {level} allows no address space but 0")
    if variable.initializer is not None and _constant_in_other_space(variable.initializer):
        raise IRError(f"@{variable.name}: {level} allows no address space but 0 in initialisers")


def _simt(function: Function) -> Iterator[Problem]:
    if function.is_declaration:
        return
    if _in_other_space(function.function_type):
        yield None, "an address space other than 0 in the function's type"
    if any("byval" in a.attrs for a in function.args):
        yield None, "a byval parameter"
    for inst in function.instructions():
        if inst.callee_name.startswith("llvm.nvvm."):
            yield inst, f"call of {inst.callee_name}"
        if any("byval" in text for text in inst.attrs.get("param_attrs", ())):
            yield inst, "a byval argument"
        if "contract" in inst.flags:
            yield inst, "the flag contract (fusing must be explicit by now)"
        if _in_other_space(inst.type) or any(
            _constant_in_other_space(o) if isinstance(o, Constant) else False for o in inst.operands
        ):
            yield inst, "an address space other than 0"
        for key in ("source_type", "allocated_type", "function_type"):
            if key in inst.attrs and _in_other_space(inst.attrs[key]):
                yield inst, f"an address space other than 0 in its {key}"


# ---- CANONICAL -----------------------------------------------------------------------------------


def _canonical(function: Function) -> Iterator[Problem]:
    returns = [b for b in function.blocks if b.terminator.op == "ret"]
    if len(returns) > 1:
        yield returns[1].terminator, "more than one return"
    for block in function.blocks:
        if block.terminator.op not in ("br", "ret", "unreachable"):
            yield block.terminator, f"{block.terminator.op} must have been lowered"
    tree = DominatorTree(function)
    for block in function.blocks:
        if block not in tree:
            yield block, "unreachable block"
    if not is_reducible(function):
        yield None, "irreducible control flow"
        return
    loops = LoopInfo(function, tree)
    for loop in loops.loops:
        if loop.preheader is None:
            yield loop.header, "loop without a preheader"
        if len(loop.latches) != 1:
            yield loop.header, f"loop with {len(loop.latches)} latches"
        exits = loop.exit_blocks
        if len(exits) > 1:
            yield loop.header, f"loop with {len(exits)} exit blocks"
        for block in function.blocks:
            for successor in block.successors:
                if successor in exits and block not in loop.blocks:
                    yield successor, f"exit block of loop %{loop.header.name} entered from outside"
    for block in function.blocks:
        home = loops.loop_of(block)
        if home is None:
            continue
        for inst in block.instructions:
            for user, where in _places_of_use(inst):
                if where not in home.blocks:
                    yield user, f"%{inst.name} leaves loop %{home.header.name} without a phi"


def _places_of_use(value: User) -> Iterator[tuple[Instruction, Block]]:
    for user in value.users:
        assert isinstance(user, Instruction) and user.block is not None
        for index, operand in enumerate(user.operands):
            if operand is value:
                yield user, user.targets[index] if user.op == "phi" else user.block
