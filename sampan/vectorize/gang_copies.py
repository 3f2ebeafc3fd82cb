"""Copies of code for gangs that a test has shown to be simple.

    …                   becomes     if (the gang is simple) { copy of …, with simple values }
                                    else { … }

The copy begins at an instruction and ends where the kernel does, or the round of the loop that
it is in. Requires and keeps CANONICAL form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sampan.ir.cfg import Loop, LoopInfo
from sampan.ir.clone import clone_blocks
from sampan.ir.constants import const_int, zero
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.dominators import DominatorTree, PostDominatorTree
from sampan.ir.edit import branch, split_after
from sampan.ir.ssa_repair import broken_uses, repair
from sampan.ir.types import I1, I64, IntType, function_type
from sampan.simt.divergence import Divergence
from sampan.simt.edges import partial_blocks
from sampan.vectorize.full_paths import Budget
from sampan.vectorize.memory import UNLIKELY

NO_WRAP = frozenset({"nuw", "nsw"})


@dataclass
class Tests:
    """Emits the test at the end of a block, in scalar code."""

    function: Function
    block: Block
    debug: dict[str, str]
    width: int

    def emit(self, op: str, type: IntType, *operands: Value, **attrs: object) -> Instruction:
        inst = Instruction(op, type, list(operands), **attrs)
        inst.metadata = dict(self.debug)
        return self.block.append(inst)

    def icmp(self, pred: str, a: Value, b: Value) -> Instruction:
        return self.emit("icmp", I1, a, b, pred=pred)

    def all(self, tests: list[Value]) -> Value:
        result = tests[0]
        for test in tests[1:]:
            result = self.emit("and", I1, result, test)
        return result

    def first(self, line: Value, stride: int) -> Instruction:
        """What lane 0 has or would have of a line."""
        type = line.type
        assert isinstance(type, IntType)
        return self._call(f"sampan.gang.first.{type}", type, line, const_int(type, stride))

    def steps(self, type: IntType, stride: int) -> Value:
        """How far the lanes are from the first."""
        lane: Value = self._call("sampan.gang.lane", I64)
        if type != I64:
            lane = self.emit("trunc", type, lane, flags=NO_WRAP)
        return self.emit("mul", type, lane, const_int(type, stride), flags=NO_WRAP)

    def _call(self, name: str, type: IntType, *operands: Value) -> Instruction:
        module = self.function.module
        assert module is not None
        callee = module.get_or_declare(name, function_type(type, tuple(v.type for v in operands)))
        return self.emit("call", type, *operands, callee, function_type=callee.function_type)


@dataclass(frozen=True)
class Simpler:
    """What an instruction may be in most gangs."""

    line: Value
    other: Value  # a uniform number; the test needs both
    # Emits what must hold, and the instruction's value then, of: line, other, the line's stride.
    make: Callable[[Tests, Value, Value, int], tuple[list[Value], Value]]


def is_rising_line(value: Value, divergence: Divergence) -> bool:
    shape = divergence.shape(value)
    return bool(shape.stride) and (shape.stride or 0) > 0 and not shape.assumed


# Whether, in gangs of so many lanes, an instruction has a simpler form.
Find = Callable[[Instruction, Divergence, int], Simpler | None]
_MOST = 16  # instructions with one test


class GangCopies:
    """Makes the copies of one kernel, for gangs of so many lanes. `run` is called until it changes
    nothing: what is simple in a copy may make more simple there. Shapes have to be computed anew
    where it says that it changed something."""

    def __init__(self, function: Function, width: int, budget: Budget, find: Find) -> None:
        self.function = function
        self.width = width
        self.budget = budget
        self.find = find
        self.seen: set[Instruction] = set()

    def run(self, divergence: Divergence) -> bool:
        found: dict[Instruction, Simpler] = {}
        for inst in self.function.instructions():
            if inst not in self.seen:
                simpler = self.find(inst, divergence, self.width)
                if simpler is not None:
                    found[inst] = simpler
        if not found:
            return False
        self.divergence = divergence
        self.partial = partial_blocks(self.function, divergence, PostDominatorTree(self.function))
        self.tree = DominatorTree(self.function)
        self.loops = LoopInfo(self.function, self.tree)
        for start in found:
            if start not in self.seen:
                group = {inst: found[inst] for inst in self._group(start, found)}
                self.seen.update(group)
                if self._copy_from(start, group):
                    return True
        return False

    def _group(self, start: Instruction, found: Mapping[Instruction, Simpler]) -> list[Instruction]:
        """What can be tested before `start`, and comes behind it."""
        block = start.block
        assert block is not None
        place = {inst: number for number, inst in enumerate(block.instructions)}

        def is_known(value: Value) -> bool:
            if not isinstance(value, Instruction):
                return True
            if value.block is block:
                return place[value] < place[start]
            return value.block in self.tree and self.tree.dominates(value.block, block)

        group = []
        for inst, simpler in found.items():
            home = inst.block
            if home is None or home not in self.tree or not self.tree.dominates(block, home):
                continue
            if home is block and place[inst] < place[start]:
                continue
            if self.loops.loop_of(home) is self.loops.loop_of(block):
                if is_known(simpler.line) and is_known(simpler.other):
                    group.append(inst)
        return group[:_MOST]

    def _copy_from(self, start: Instruction, group: Mapping[Instruction, Simpler]) -> bool:
        """Copies what follows before `start`, if all lanes come there and it is worth it."""
        block = start.block
        assert block is not None
        if block in self.partial or block not in self.tree:
            return False
        loop = self.loops.loop_of(block)
        if loop is not None and loop.latch is None:
            return False
        ends = [b for b in self.tree.order if b.terminator.op == "ret"]
        if loop is not None and loop.latch is not None:
            ends = [loop.latch]
        region = _region(block, ends, loop)
        before = set(block.instructions[: block.instructions.index(start)])
        instructions = [i for b in region for i in b.instructions if i not in before]
        if not self.budget.take(instructions):
            return False
        for end in ends:  # what ends the region stays one block
            if end in region:
                _split_before(self.function, end.terminator, "end")
        rest = _split_before(self.function, start, "alike")
        block.terminator.erase()
        debug = {"dbg": start.metadata["dbg"]} if "dbg" in start.metadata else {}
        tests = Tests(self.function, block, debug, self.width)
        holds: list[Value] = []
        values: dict[Instruction, Value] = {}
        for inst, simpler in group.items():
            stride = self.divergence.shape(simpler.line).stride or 0
            conditions, values[inst] = simpler.make(tests, simpler.line, simpler.other, stride)
            holds += conditions
        region = [rest if b is block else b for b in region]
        self._copy(rest, region, block, tests.all(holds), values)
        return True

    def _copy(
        self,
        rest: Block,
        region: list[Block],
        block: Block,
        holds: Value,
        values: Mapping[Instruction, Value],
    ) -> None:
        function = self.function
        inside = set(region)
        copies = clone_blocks(function, region, block, ".alike")
        fast = copies[rest]
        assert isinstance(fast, Block)
        for outside in dict.fromkeys(s for b in region for s in b.successors if s not in inside):
            for phi in outside.phis:
                for value, source in list(phi.incoming):
                    copy = copies.get(source)
                    if isinstance(copy, Block):
                        phi.add_incoming(copies.get(value, value), copy)
        branch(block, holds, fast, rest)
        for original, value in values.items():
            copy = copies[original]
            assert isinstance(copy, Instruction)
            if value in copies:
                value = copies[value]
            copy.replace_all_uses_with(value) if copy.users else None
            copy.erase()
            copies[original] = value
        for original in region:
            original.name = f"{UNLIKELY}.{original.name}"
        # What is used behind the region comes from it or from its copy.
        tree = DominatorTree(function)
        for value, uses in broken_uses(function, tree).items():
            assert value.block is not None
            home = copies[value.block]
            assert isinstance(home, Block)
            definitions = {value.block: value, home: copies[value]}
            repair(function, definitions, value.type, uses, zero(value.type), value.name, tree)


def _region(start: Block, ends: list[Block], loop: Loop | None) -> list[Block]:
    """Blocks from `start` to one of `ends`, with it, that stay in the loop."""
    found: dict[Block, None] = {}
    work = [start]
    while work:
        block = work.pop()
        if block in found or (loop is not None and block not in loop.blocks):
            continue
        found[block] = None
        if block not in ends:
            work += block.successors
    return list(found)


def _split_before(function: Function, inst: Instruction, name: str) -> Block:
    """The new block begins with `inst`."""
    block = inst.block
    assert block is not None
    index = block.instructions.index(inst)
    if index == len(block.phis):
        marker = block.insert(index, Instruction("freeze", I1, [const_int(I1, 0)]))
        tail = split_after(function, marker, name)
        marker.erase()
        return tail
    return split_after(function, block.instructions[index - 1], name)
