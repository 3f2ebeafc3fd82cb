"""Loops that read scattered memory run for one lane after the other.

A row of a sparse matrix a thread: lanes leave in different rounds, and each load of a round is a
gather, which costs about as much as a scalar load for every lane, active or not. Scalar code does
the work of the active lanes alone, and neighbouring elements of a row come from one cache line.

    P: br L                   P: places = lay(what varies between lanes and L reads)
    L: … br L, E              H: lane = 0 …; if (has(lane)) { its values; L in scalar code; result }
    E: phis                   E: phis collected from the lanes' results

The new loop over lanes and L in it are uniform, so that no later pass has to know. Requires and
keeps CANONICAL form; shapes have to be computed anew where it says that it changed something.
"""

from __future__ import annotations

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.constants import const_int
from sampan.ir.core import Argument, ConstInt, Function, Instruction, Undef, Value
from sampan.ir.edit import branch, jump
from sampan.ir.types import I1, I32, PTR, VOID, FunctionType, Type, function_type
from sampan.remarks import note
from sampan.simt.divergence import Divergence
from sampan.simt.edges import is_edge_test

# Arithmetic that outweighs one gather: vector code does it for all lanes at once.
ARITHMETIC_PER_GATHER = 4
_FREE = frozenset({"phi", "br", "getelementptr", "sext", "zext", "trunc", "icmp"})
_NEVER = frozenset({"frem", "store", "atomicrmw", "cmpxchg", "fence", "alloca"})
_DIVISIONS = frozenset({"udiv", "sdiv", "urem", "srem"})


def run(function: Function, divergence: Divergence, width: int) -> bool:
    """Rewrites every loop that gains. Whether there was one."""
    loops = LoopInfo(function)
    chosen = [loop for loop in loops.loops if _gains(loop, divergence)]
    for loop in chosen:
        _rewrite(function, loop, divergence, width)
    return bool(chosen)


def _gains(loop: Loop, divergence: Divergence) -> bool:
    if loop.header not in divergence.divergent_loops or loop.children:
        return False
    if loop.latch is None or loop.preheader is None or len(loop.exit_blocks) != 1:
        return False
    if any(is_edge_test(b.terminator.operands[0], divergence) for b in loop.exiting_blocks):
        return False  # all lanes have about as many rounds
    gathers = arithmetic = 0
    for inst in (i for b in loop.ordered_blocks for i in b.instructions):
        if inst.op == "load":
            if inst.attrs.get("volatile") or inst.attrs.get("ordering"):
                return False
            gathers += divergence.shape(inst.operands[0]).is_varying
        elif inst.op in _NEVER or (inst.op in _DIVISIONS and not _divides(inst)):
            return False
        elif inst.op == "call" and not inst.callee_name.startswith("llvm."):
            return False
        elif inst.op not in _FREE and not divergence.is_uniform(inst):
            arithmetic += 1
    if not gathers or arithmetic > ARITHMETIC_PER_GATHER * gathers:
        return False
    if not all(_fits(v.type) for v in (*_inputs(loop, divergence), *loop.exit_blocks[0].phis)):
        return False
    return not _chases(loop)


def _divides(inst: Instruction) -> bool:
    """Whether a division never traps: by another number than 0 and -1."""
    divisor = inst.operands[1]
    return isinstance(divisor, ConstInt) and divisor.signed not in (0, -1)


def _fits(t: Type) -> bool:
    return t.is_pointer or getattr(t, "bits", 0) in (8, 16, 32, 64)


def _chases(loop: Loop) -> bool:
    """Whether an address depends on what an earlier round loaded: then gathers have many loads in
    flight where scalar code waits for each."""
    carried = {
        phi
        for phi in loop.header.phis
        if any(i.op == "load" for i in _behind(phi.incoming_for(loop.latches[0]), loop))
    }
    loads = [i for b in loop.ordered_blocks for i in b.instructions if i.op == "load"]
    return any(i in carried for load in loads for i in _behind(load.operands[0], loop))


def _behind(value: Value, loop: Loop) -> set[Instruction]:
    """The instructions of one round of the loop that `value` is computed from."""
    found: set[Instruction] = set()
    work = [value]
    while work:
        inst = work.pop()
        if isinstance(inst, Instruction) and inst.block in loop.blocks and inst not in found:
            found.add(inst)
            if inst.block is not loop.header or inst.op != "phi":
                work += inst.operands
    return found


def _inputs(loop: Loop, divergence: Divergence) -> list[Value]:
    """What the loop and the phis of its exit read that differs between lanes."""
    found: dict[Value, None] = {}
    inside = [i for b in loop.ordered_blocks for i in b.instructions]
    for inst in (*inside, *loop.exit_blocks[0].phis):
        for value in inst.operands:
            outside = isinstance(value, Argument) or (
                isinstance(value, Instruction) and value.block not in loop.blocks
            )
            if outside and not divergence.is_uniform(value):
                found[value] = None
    return list(found)


def _rewrite(function: Function, loop: Loop, divergence: Divergence, width: int) -> None:
    before, header, (end,) = loop.preheader, loop.header, loop.exit_blocks
    assert before is not None
    note(
        "serialized",
        "one thread after the other: a loop that reads scattered memory",
        header.first_non_phi,
    )
    inputs, results = _inputs(loop, divergence), list(end.phis)
    debug = {k: v for k, v in header.terminator.metadata.items() if k == "dbg"}
    before.terminator.erase()
    call = _Calls(function, debug)
    places = {v: before.append(call(f"sampan.gang.lay.{v.type}", PTR, [v])) for v in inputs}
    targets = [
        before.append(call(f"sampan.gang.lay.{p.type}", PTR, [Undef(p.type)])) for p in results
    ]

    head = function.add_block("lanes", after=before)
    begin = function.add_block("lane", after=head)
    leave = function.add_block("lane.end", after=loop.ordered_blocks[-1])
    following = function.add_block("lane.next", after=leave)
    jump(before, head)
    lane = head.append(Instruction("phi", I32))
    lane.add_incoming(const_int(I32, 0), before)
    branch(head, head.append(call("sampan.gang.has", I1, [lane])), begin, following)

    def at(place: Value, t: Type) -> Instruction:
        return Instruction("getelementptr", PTR, [place, lane], source_type=t)

    own_values: dict[Value, Value] = {}
    for value, place in places.items():
        address = begin.append(at(place, value.type))
        own = own_values[value] = begin.append(Instruction("load", value.type, [address]))
        for inst in (i for b in loop.ordered_blocks for i in b.instructions):
            inst.replace_operand(value, own)
    jump(begin, header)
    for phi in header.phis:
        phi.targets = [begin if t is before else t for t in phi.targets]

    for source in loop.exiting_blocks:
        source.terminator.replace_target(end, leave)
    for phi, target in zip(results, targets, strict=True):
        moved = leave.insert(len(leave.phis), Instruction("phi", phi.type))
        for value, source in phi.incoming:
            moved.add_incoming(own_values.get(value, value), source)
        address = leave.append(at(target, phi.type))
        leave.append(Instruction("store", VOID, [moved, address]))
        collected = call(f"sampan.gang.collect.{phi.type}", phi.type, [target])
        end.insert(len(end.phis), collected)
        phi.replace_all_uses_with(collected) if phi.users else None
        phi.erase()
    jump(leave, following)

    count = following.append(Instruction("add", I32, [lane, const_int(I32, 1)]))
    lane.add_incoming(count, following)
    more = Instruction("icmp", I1, [count, const_int(I32, width)], pred="ult")
    branch(following, following.append(more), head, end)


class _Calls:
    """Makes calls of the intrinsics about places of lanes."""

    def __init__(self, function: Function, debug: dict[str, str]) -> None:
        assert function.module is not None
        self.module = function.module
        self.debug = debug

    def __call__(self, name: str, result: Type, arguments: list[Value]) -> Instruction:
        signature: FunctionType = function_type(result, tuple(a.type for a in arguments))
        callee = self.module.get_or_declare(name, signature)
        return Instruction(
            "call",
            result,
            [*arguments, callee],
            metadata=dict(self.debug),
            function_type=signature,
        )
