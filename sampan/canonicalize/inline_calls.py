"""Puts functions that the caller cannot leave apart in place of their calls.

Vector code has a barrier of the block in the kernel alone, where the block's regions are, and knows
most about a warp-wide operation there: what all lanes share, and where they part. A function that
is handed the address of a thread's variable keeps it in memory; inlined, it is registers. Clang
inlines by size; this inlines by need. Requires: SIMT level. A function that comes back to itself
stays a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sampan.ir.core import Block, Function, Instruction, Module, Poison, Value
from sampan.ir.edit import jump, split_after
from sampan.ir.types import VOID

# Instructions of the caller beyond which nothing more is put in, as the code would take minutes:
# what must be in the kernel, and what is only better there.
LARGEST = 60_000
LARGEST_BETTER = 12_000


def run(function: Function, wanted: Callable[[Function], bool]) -> bool:
    """Inlines direct calls of the functions that are `wanted`, and of those that get a variable's
    address and may be inlined; their calls in turn."""
    # Each call with the functions whose code it stands in, so that recursion ends.
    calls = [(call, (function,)) for call in _calls(function, wanted)]
    size = sum(1 for _ in function.instructions())
    changed = False
    while calls:
        call, inside = calls.pop()
        callee = call.callee
        assert isinstance(callee, Function)
        grown = size + sum(1 for _ in callee.instructions())
        if callee in inside or grown > (LARGEST if wanted(callee) else LARGEST_BETTER):
            continue
        size = grown
        copies = _inline(function, call, callee)
        calls += [(copies[inner], (*inside, callee)) for inner in _calls(callee, wanted)]
        changed = True
    return changed


def _calls(function: Function, wanted: Callable[[Function], bool]) -> list[Instruction]:
    return [
        inst
        for inst in function.instructions()
        if inst.op == "call"
        and isinstance(inst.callee, Function)
        and inst.callee.blocks
        and (wanted(inst.callee) or _gets_variable(inst, inst.callee))
    ]


def _gets_variable(call: Instruction, callee: Function) -> bool:
    return not callee.has_attr("noinline") and any(map(_is_variable, call.arguments))


def _is_variable(value: Value) -> bool:
    while isinstance(value, Instruction) and value.op == "getelementptr":
        value = value.operands[0]
    return isinstance(value, Instruction) and value.op == "alloca"


def _inline(function: Function, call: Instruction, callee: Function) -> dict[Value, Instruction]:
    """Returns the copies of the callee's instructions."""
    before = call.block
    assert before is not None and function.module is not None
    after = split_after(function, call, f"{before.name}.back")
    lines = _Lines(function.module, function, call)

    values: dict[Value, Value] = dict(zip(callee.args, call.arguments, strict=True))
    blocks: dict[Block, Block] = {}
    last = before
    for block in callee.blocks:
        last = blocks[block] = function.add_block("", after=last)
    copies: dict[Value, Instruction] = {}
    for block, new_block in blocks.items():
        for inst in block.instructions:
            new = inst.clone()
            new.targets = [blocks[t] for t in inst.targets]
            lines.move(new)
            values[inst] = copies[inst] = new_block.append(new)
    for new in copies.values():
        for index, operand in enumerate(new.operands):
            mapped = values.get(operand)
            if mapped is not None:
                new.set_operand(index, mapped)

    before.terminator.replace_target(after, blocks[callee.entry])
    _return_to(after, call, [b for b in blocks.values() if b.terminator.op == "ret"])
    _move_variables(function, blocks[callee.entry])
    return copies


def _return_to(after: Block, call: Instruction, returns: list[Block]) -> None:
    result: Value | None = None
    if call.type is not VOID:
        phi = Instruction("phi", call.type, [], metadata=dict(call.metadata))
        for block in returns:
            phi.add_incoming(block.terminator.operands[0], block)
        result = after.insert(0, phi) if returns else Poison(call.type)
    for block in returns:
        block.terminator.erase()
        jump(block, after)
    if result is not None and call.users:
        call.replace_all_uses_with(result)
    call.erase()


def _move_variables(function: Function, start: Block) -> None:
    """Variables of the callee's entry block become the caller's: made once, not at each call."""
    for inst in list(start.instructions):
        if inst.op == "alloca" and not any(isinstance(v, Instruction) for v in inst.operands):
            inst.detach()
            function.entry.insert(0, inst)


_INLINED_AT = re.compile(r"inlinedAt: (![0-9]+)")


class _Lines:
    """Debug locations of code that is put in place of a call: they say where it was called."""

    def __init__(self, module: Module, function: Function, call: Instruction) -> None:
        self.module = module
        self.made: dict[str, str] = {}
        self.next = 1 + max(
            (int(name[1:]) for name in module.metadata if name[1:].isdigit()), default=-1
        )
        self.called = ""
        node = call.metadata.get("dbg", "")
        if text := module.metadata.get(node):
            self.called = self._new("distinct " + text.removeprefix("distinct "))
        elif scope := function.metadata.get("dbg"):
            self.called = self._new(f"distinct !DILocation(line: 0, scope: {scope})")

    def move(self, inst: Instruction) -> None:
        node = inst.metadata.get("dbg")
        if node is None:
            return
        if self.called:
            inst.metadata["dbg"] = self._moved(node)
        else:  # a location in another function would be malformed
            del inst.metadata["dbg"]

    def _moved(self, node: str) -> str:
        if node not in self.made:
            text = self.module.metadata[node]
            found = _INLINED_AT.search(text)
            if found:
                outer = self._moved(found[1])
                text = _INLINED_AT.sub(f"inlinedAt: {outer}", text)
            else:
                text = f"{text[:-1]}, inlinedAt: {self.called})"
            self.made[node] = self._new(text)
        return self.made[node]

    def _new(self, text: str) -> str:
        name = f"!{self.next}"
        self.next += 1
        self.module.metadata[name] = text
        return name
