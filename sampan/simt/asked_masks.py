"""Member masks that were found by asking who is there, and what is known of the lanes they name.

`__activemask`, `__ballot_sync` and `__match_any_sync` name lanes that were at one place together.
A branch behind that place parts them unless its condition is the same for all that are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sampan.ir.core import Block, ConstInt, Instruction, Value
from sampan.ir.types import I1
from sampan.simt.divergence import Divergence

_ASKED = frozenset({"sampan.warp.activemask", "sampan.warp.ballot", "sampan.warp.match"})
_MIXING = frozenset({"phi", "select", "and", "or", "xor", "freeze"})
_PURE = frozenset(
    {"add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "udiv", "sdiv", "urem", "srem"}
    | {"icmp", "fcmp", "select", "zext", "sext", "trunc", "freeze", "bitcast"}
    | {"fadd", "fsub", "fmul", "fdiv", "fneg"}
)
_PURE_CALLS = ("llvm.ctpop.", "llvm.cttz.", "llvm.ctlz.", "sampan.laneid", "sampan.tid.")
_INVERSE = {"eq": "ne", "ne": "eq", "slt": "sge", "sge": "slt", "sgt": "sle", "sle": "sgt"}
_INVERSE |= {"ult": "uge", "uge": "ult", "ugt": "ule", "ule": "ugt"}
_DEPTH = 12  # of the expressions that are looked into


def is_ask(inst: Instruction) -> bool:
    return inst.callee_name in _ASKED


def trusted(members: Value, seen: set[Value] | None = None) -> bool:
    """Whether a member mask was found by asking who is there, or is a part of one."""
    seen = seen if seen is not None else set()
    if members in seen:  # round a loop: as good as what came in
        return True
    seen.add(members)
    if isinstance(members, ConstInt):
        return members.value == 0  # names nobody
    if not isinstance(members, Instruction):
        return False
    operands = members.operands
    if members.op in ("phi", "or"):
        return all(trusted(v, seen) for v in operands)
    if members.op == "select":
        return all(trusted(v, seen) for v in operands[1:])
    if members.op == "freeze":
        return trusted(operands[0], seen)
    if members.op == "and":
        return any(trusted(v, seen.copy()) for v in operands)
    if members.op == "xor":  # the others of those who were there, or either side
        return any(
            _all_or_nothing(b) and trusted(a, seen.copy()) for a, b in (operands, operands[::-1])
        )
    return is_ask(members)


def _all_or_nothing(value: Value) -> bool:
    """Whether each lane's bits are all set or all clear."""
    if isinstance(value, ConstInt):
        return value.value == 0xFFFFFFFF
    return isinstance(value, Instruction) and value.op == "sext" and value.operands[0].type is I1


def masks_from(ask: Instruction) -> dict[Instruction, None]:
    """The values that an ask's result is mixed into, itself included, in the order of discovery."""
    found = {ask: None}
    work = [ask]
    while work:
        for user in work.pop().users:
            if isinstance(user, Instruction) and user.op in _MIXING and user not in found:
                found[user] = None
                work.append(user)
    return found


def asks_of(mask: Value) -> tuple[set[Instruction], bool]:
    """The asks whose results are mixed into a mask, and whether which ones depends on the way that
    lanes came."""
    asks: set[Instruction] = set()
    by_way = False
    seen: set[Value] = set()
    work = [mask]
    while work:
        value = _plain(work.pop())
        if value in seen or not isinstance(value, Instruction):
            continue
        seen.add(value)
        if is_ask(value):
            asks.add(value)
        elif value.op in _MIXING:
            by_way |= value.op == "phi"
            work.extend(value.operands)
    return asks, by_way


Unrepeated = Callable[[Instruction], bool]


class Named:
    """The lanes that `mask`, which comes from `ask`, names."""

    def __init__(self, ask: Instruction, mask: Value, divergence: Divergence) -> None:
        self.ask = ask
        self.mask = _plain(mask)
        self.divergence = divergence
        self.inside = _keeps(mask, ask, set(masks_from(ask)))
        self.known: list[Value] = []  # these have one value for all that are named
        name = ask.callee_name
        if name == "sampan.warp.ballot" or self.inside:
            self.known.append(ask)
        if name == "sampan.warp.match" and self.inside:
            self.known += _undone(ask.arguments[1])
        if name == "sampan.warp.ballot":
            predicate = ask.arguments[1]
            if self.inside:
                self.known += _implied(predicate, True, _DEPTH)
            elif _drops(mask, ask):
                self.known += _implied(predicate, False, _DEPTH)
            elif _by_side(mask, ask):
                self.known.append(predicate)

    def agree_on(self, value: Value, fresh: Unrepeated, kept: Unrepeated) -> bool:
        """Whether the value, at a branch, is the same for all lanes that are named.

        `fresh(inst)`: the instruction was not executed again between the ask and the branch;
        `kept(inst)`: nor between the branch and the operation that the mask is used in.
        """
        return self._agree(value, fresh, kept, _DEPTH)

    def _agree(self, value: Value, fresh: Unrepeated, kept: Unrepeated, depth: int) -> bool:
        value = _plain(value)
        if self.divergence.is_uniform(value):
            return True
        if not isinstance(value, Instruction) or depth == 0:
            return False
        if value is self.mask and kept(value):
            return True
        if any(_decided(value, fact, fresh) for fact in self.known):
            return True
        if value.op == "phi":  # the same, computed on each way
            first = value.operands[0]
            if not all(_equal(v, first, fresh, _DEPTH) for v in value.operands):
                return False
            operands = [first]
        elif value.op in _PURE:
            operands = value.operands
        elif value.callee_name.startswith("llvm.ct"):
            operands = value.arguments
        else:
            return False
        return all(self._agree(v, fresh, kept, depth - 1) for v in operands)


def _plain(value: Value) -> Value:
    """Without what changes nothing."""
    while isinstance(value, Instruction):
        if value.op == "freeze" or (
            value.op == "phi" and all(v is value.operands[0] for v in value.operands)
        ):
            value = value.operands[0]
        else:
            break
    return value


def _undone(value: Value) -> Iterator[Value]:
    """The value, and what it was before it changed its type only."""
    yield value
    while isinstance(value, Instruction) and value.op in ("zext", "sext", "bitcast", "freeze"):
        value = value.operands[0]
        yield value


def _keeps(mask: Value, ask: Instruction, mixed: set[Instruction]) -> bool:
    """Whether the mask names none but lanes of the ask's result, where it has any part in it: of
    what another ask gave, nothing is said here. `mixed`: the values that it has a part in."""
    seen: set[Value] = set()

    def keeps(value: Value) -> bool:
        value = _plain(value)
        if value is ask or value in seen:
            return True
        if not isinstance(value, Instruction):
            return isinstance(value, ConstInt) and value.value == 0
        seen.add(value)
        if value.op == "and":
            return any(v in mixed and keeps(v) for v in value.operands)
        if value.op == "or":
            return all(keeps(v) for v in value.operands)
        if value.op == "phi":
            return all(keeps(v) for v in value.operands if v in mixed)
        return False

    return keeps(mask)


def _drops(mask: Value, ask: Instruction) -> bool:
    """Whether the mask names none of the lanes of the ask's result."""
    mask = _plain(mask)
    if not isinstance(mask, Instruction):
        return False
    if mask.op == "and":
        return any(_drops(v, ask) for v in mask.operands)
    if mask.op == "xor":
        a, b = (_plain(v) for v in mask.operands)
        return any(
            x is ask and isinstance(y, ConstInt) and y.value == 0xFFFFFFFF
            for x, y in ((a, b), (b, a))
        )
    return False


def _by_side(mask: Value, ask: Instruction) -> bool:
    """Whether the mask is the ballot for those who voted yes, and the others for the others."""
    mask = _plain(mask)
    if not isinstance(mask, Instruction):
        return False
    predicate = ask.arguments[1]
    if mask.op == "select":
        chooser, yes, no = mask.operands
        mixed = set(masks_from(ask))
        sides = any(_keeps(a, ask, mixed) and _drops(b, ask) for a, b in ((yes, no), (no, yes)))
        return sides and _decided(chooser, predicate, _always)
    if mask.op == "and":
        return any(_by_side(v, ask) for v in mask.operands)
    if mask.op == "xor":
        for a, b in (mask.operands, mask.operands[::-1]):
            if _plain(a) is ask and isinstance(b, Instruction) and b.op == "sext":
                return _decided(b.operands[0], predicate, _always)
    return False


def _always(inst: Instruction) -> bool:
    return True


def _implied(value: Value, holds: bool, depth: int) -> Iterator[Value]:
    """Conditions that are known where an i1 is known to hold, or not to."""
    yield value
    if not isinstance(value, Instruction) or depth == 0:
        return
    operands = value.operands
    if value.op == "freeze":
        yield from _implied(operands[0], holds, depth - 1)
    elif value.op == "xor" and value.type is I1:
        for v in operands:
            if not isinstance(v, ConstInt):
                yield v
                if any(isinstance(w, ConstInt) for w in operands):
                    yield from _implied(v, not holds, depth - 1)
    elif value.op == ("and" if holds else "or") and value.type is I1:
        for v in operands:
            yield from _implied(v, holds, depth - 1)
    elif value.op == "select" and value.type is I1:
        chooser, yes, no = operands
        if holds and _is(no, 0):
            yield from _implied(chooser, True, depth - 1)
            yield from _implied(yes, True, depth - 1)
        elif not holds and _is(yes, 1):
            yield from _implied(chooser, False, depth - 1)
            yield from _implied(no, False, depth - 1)
    elif value.op == "icmp" and value.attrs["pred"] in ("eq", "ne") and _is(operands[1], 0):
        inner = operands[0]
        if isinstance(inner, Instruction) and inner.op in ("zext", "sext"):
            if inner.operands[0].type is I1:
                positive = value.attrs["pred"] == "ne"
                yield from _implied(inner.operands[0], holds == positive, depth - 1)
    elif value.op == "phi" and value.type is I1:
        yield from _implied_by_way(value, holds, depth)


def _implied_by_way(phi: Instruction, holds: bool, depth: int) -> Iterator[Value]:
    """Where all ways to a phi but one give the other value, lanes came by that one."""
    ways = [
        (v, source)
        for v, source in zip(phi.operands, phi.targets, strict=True)
        if not _is(v, 0 if holds else 1)
    ]
    if len(ways) != 1:
        return
    value, block = ways[0]
    yield from _implied(value, holds, depth - 1)
    target = phi.block
    for _ in range(depth):  # the branches that only let them pass one way
        branch = block.terminator
        if len(block.successors) == 2 and block.successors[0] is not block.successors[1]:
            taken = block.successors[0] is target
            yield from _implied(branch.operands[0], taken, depth - 1)
        before = _only_predecessor(block)
        if before is None:
            return
        target, block = block, before


def _only_predecessor(block: Block) -> Block | None:
    function = block.function
    assert function is not None
    sources = [b for b in function.blocks if block in b.successors]
    return sources[0] if len(sources) == 1 else None


def _is(value: Value, number: int) -> bool:
    return isinstance(value, ConstInt) and value.value == number


def _decided(value: Value, fact: Value, fresh: Unrepeated) -> bool:
    """Whether the value is known where the fact is: it is the same, or its negation."""
    a, b = _bare(value), _bare(fact)
    if _equal(a, b, fresh, _DEPTH):
        return True
    if not isinstance(a, Instruction) or not isinstance(b, Instruction):
        return False
    return (
        a.op == b.op == "icmp"
        and _INVERSE[a.attrs["pred"]] == b.attrs["pred"]
        and all(_equal(x, y, fresh, _DEPTH) for x, y in zip(a.operands, b.operands, strict=True))
    )


def _bare(value: Value) -> Value:
    """Without negations, and without a truth value's way through an integer."""
    value = _plain(value)
    while isinstance(value, Instruction) and value.type is I1:
        inner = _plain(value.operands[0]) if value.operands else value
        if value.op == "xor" and _is(value.operands[1], 1):
            value = inner
        elif (
            value.op == "icmp"
            and value.attrs["pred"] in ("eq", "ne")
            and _is(value.operands[1], 0)
            and isinstance(inner, Instruction)
            and inner.op in ("zext", "sext")
            and inner.operands[0].type is I1
        ):
            value = _plain(inner.operands[0])
        else:
            break
    return value


def _equal(a: Value, b: Value, fresh: Unrepeated, depth: int) -> bool:
    a, b = _plain(a), _plain(b)
    if a is b:
        return not isinstance(a, Instruction) or fresh(a)
    if isinstance(a, ConstInt) and isinstance(b, ConstInt):
        return a.type is b.type and a.value == b.value
    if not isinstance(a, Instruction) or not isinstance(b, Instruction) or depth == 0:
        return False
    if a.op != b.op or a.type is not b.type or len(a.operands) != len(b.operands):
        return False
    if a.op == "call":
        if a.callee_name != b.callee_name or not a.callee_name.startswith(_PURE_CALLS):
            return False
    elif a.op not in _PURE or a.attrs.get("pred") != b.attrs.get("pred"):
        return False
    pairs = zip(a.operands, b.operands, strict=True)
    return all(_equal(x, y, fresh, depth - 1) for x, y in pairs)
