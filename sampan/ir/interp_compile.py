"""Compiles functions of the IR to Python source.

A function becomes a Python function `f(T, arguments…)` of the thread state T, or a generator that
yields where the scheduler may run another lane. Values are local variables. Blocks with one
predecessor are nested in it; the others are cases of a dispatch on the variable `at`, found by
binary search.
"""

from __future__ import annotations

from sampan.ir.core import (
    Block,
    Function,
    Instruction,
)
from sampan.ir.errors import IRError
from sampan.ir.graph import predecessors, reverse_post_order
from sampan.ir.interp_analysis import is_point, retreating_edges
from sampan.ir.interp_instructions import InstructionEmitter, Linker

# An atomic or volatile access uses up this much of a lane's slice.
POINT_COST = 6
_MAX_DEPTH = 10


class FunctionCompiler(InstructionEmitter):
    """Emits the source of one function."""

    def __init__(self, function: Function, linker: Linker) -> None:
        super().__init__(function, linker)
        self.is_generator = linker.is_generator(function)
        self.has_frame = any(i.op == "alloca" for i in function.instructions())
        self.retreating = retreating_edges(function)
        self.labels: dict[Block, int] = {}
        self.label: Block | None = None
        self.in_self_loop = False

    # ---- Structure -------------------------------------------------------------------------------

    def source(self, name: str) -> tuple[str, list[Instruction | None]]:
        """The text of the Python function, and the instruction behind each of its lines."""
        arguments = "".join(f", a{a.index}" for a in self.function.args)
        self.lines = [f"def {name}(T{arguments}):"]
        self.origins = [None]
        order = reverse_post_order(self.function)
        self._choose_labels(order)
        if self.is_generator:
            self.emit("n = R()")
        if self.has_frame:
            self.emit("frame = []")
        if len(self.labels) == 1:
            self.label = order[0]
            self._block(order[0], 0)
        else:
            self.emit("at = 0")
            self.emit("while True:")
            self.indent += 1
            self._dispatch([b for b in order if b in self.labels])
            self.indent -= 1
        if self.is_generator:
            self.emit("yield 0")  # never reached: makes it a generator
        return "\n".join(self.lines), self.origins

    def _choose_labels(self, order: list[Block]) -> None:
        """Numbers the blocks that are jumped to; the others are nested in their predecessor."""
        edges = predecessors(self.function)
        live = set(order)
        depth: dict[Block, int] = {}
        for block in order:
            sources = [p for p in edges[block] if p in live]
            if len(sources) == 1 and block is not order[0] and sources[0] in depth:
                branches = len(sources[0].successors) > 1
                depth[block] = depth[sources[0]] + branches
                term = sources[0].terminator
                once = term.targets.count(block) == 1
                if depth[block] <= _MAX_DEPTH and once and term.op != "switch":
                    continue
            self.labels[block] = len(self.labels)
            depth[block] = 0

    def _dispatch(self, blocks: list[Block]) -> None:
        if len(blocks) > 1:
            middle = len(blocks) // 2
            self.emit(f"if at < {self.labels[blocks[middle]]}:")
            self.indent += 1
            self._dispatch(blocks[:middle])
            self.indent -= 1
            self.emit("else:")
            self.indent += 1
            self._dispatch(blocks[middle:])
            self.indent -= 1
            return
        (block,) = blocks
        self.label = block
        # A loop within one label runs without going through the dispatch.
        self.in_self_loop = self._jumps_to_itself(block)
        if self.in_self_loop:
            self.emit("while True:")
            self.indent += 1
        self._block(block, 0)
        if self.in_self_loop:
            self.indent -= 1
        self.in_self_loop = False

    def _jumps_to_itself(self, label: Block) -> bool:
        work = [label]
        while work:
            for successor in work.pop().successors:
                if successor is label:
                    return True
                if successor not in self.labels:
                    work.append(successor)
        return False

    def _block(self, block: Block, depth: int) -> None:
        for inst in block.instructions:
            self.current = inst
            if inst.op == "phi":
                continue
            if inst.is_terminator:
                self._terminator(inst, depth)
            else:
                if self.is_generator and inst.op != "call" and is_point(inst):
                    self._preempt(POINT_COST)
                self.instruction(inst)

    def _preempt(self, cost: int) -> None:
        self.emit(f"n -= {cost}")
        self.emit("if n < 0:")
        self.emit("    yield 0")
        self.emit("    n = R()")

    def _terminator(self, inst: Instruction, depth: int) -> None:
        if inst.op == "ret":
            if self.has_frame:
                self.emit("for r in frame:")
                self.emit("    A.pop(r, None)")
            self.emit(f"return {self.operand(inst.operands[0])}" if inst.operands else "return")
        elif inst.op == "unreachable":
            self.emit("raise Unreachable('reached an unreachable instruction')")
        elif inst.op == "br" and len(inst.targets) == 1:
            self._edge(inst, inst.targets[0], depth)
        elif inst.op == "br":
            self.emit(f"if {self.operand(inst.operands[0])}:")
            self._indented_edge(inst, inst.targets[0], depth)
            self.emit("else:")
            self._indented_edge(inst, inst.targets[1], depth)
        elif inst.op == "switch":
            value = self.operand(inst.operands[0])
            word = "if"
            for case, target in zip(inst.attrs["cases"], inst.targets[1:], strict=True):
                self.emit(f"{word} {value} == {case.value}:")
                self._indented_edge(inst, target, depth)
                word = "elif"
            if word == "if":
                self._edge(inst, inst.targets[0], depth)
            else:
                self.emit("else:")
                self._indented_edge(inst, inst.targets[0], depth)
        else:
            raise IRError(f"the interpreter has no {inst.op}")

    def _indented_edge(self, inst: Instruction, target: Block, depth: int) -> None:
        self.indent += 1
        self._edge(inst, target, depth + 1)
        self.indent -= 1

    def _edge(self, inst: Instruction, target: Block, depth: int) -> None:
        source = inst.block
        assert source is not None
        self.current = inst
        phis = target.phis
        moves = [(self.name(p), self.operand(p.incoming_for(source))) for p in phis]
        moves = [(to, value) for to, value in moves if to != value]
        if moves:
            self.emit(f"{', '.join(m[0] for m in moves)} = {', '.join(m[1] for m in moves)}")
        if self.is_generator and (id(source), id(target)) in self.retreating:
            self._preempt(1)
        if target not in self.labels:
            self._block(target, depth)
        elif self.in_self_loop:
            if target is self.label:
                self.emit("continue")
            else:
                self.emit(f"at = {self.labels[target]}")
                self.emit("break")
        else:
            self.emit(f"at = {self.labels[target]}")
            self.emit("continue")
