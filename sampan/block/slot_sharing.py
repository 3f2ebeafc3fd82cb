"""Values that are never needed at the same time, and follow each other in a loop, share a slot.

    sum = phi [0, before], [next, latch]        barrier        next = sum + …        barrier

Both are kept across a barrier: `sum` across the first, `next` across the second. In one slot,
nothing has to be done where `next` becomes `sum`: the slot holds it, and a region between barriers
that does not use it neither loads nor stores it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sampan.ir.core import Block, Instruction, Value

Live = dict[Block, dict[Value, None]]


class SlotSharing:
    """`live`: for each block what is live at its start, without the block's phis."""

    def __init__(self, kept: Iterable[Instruction], live: Live) -> None:
        self.live = live
        self.members: dict[Instruction, list[Instruction]] = {v: [v] for v in kept}
        for phi in [v for v in self.members if v.op == "phi"]:
            for value in phi.operands:
                if isinstance(value, Instruction) and value in self.members:
                    self._join(phi, value)

    def _join(self, a: Instruction, b: Instruction) -> None:
        first, second = self.members[a], self.members[b]
        if first is second or any(self._meet(x, y) for x in first for y in second):
            return
        first += second
        for value in second:
            self.members[value] = first

    def leader(self, value: Instruction) -> Instruction:
        """The same for all values that share a slot."""
        return self.members[value][0]

    def to_store(self, phi: Instruction) -> list[tuple[Value, Block]] | None:
        """For a phi: the values, with the blocks that they come from, which are not in its slot
        already. None if they cannot be stored there, but only where the phi is."""
        found = []
        for value, source in phi.incoming:
            if isinstance(value, Instruction) and value in self.members[phi]:
                continue
            if len(set(source.successors)) > 1:
                return None
            found.append((value, source))
        return found

    def _meet(self, a: Instruction, b: Instruction) -> bool:
        """Whether one is needed where the other begins."""
        return self._lives_at(a, b) or self._lives_at(b, a)

    def _lives_at(self, value: Instruction, place: Instruction) -> bool:
        """Whether `value` is needed behind `place`."""
        block = place.block
        assert block is not None
        if place.op == "phi":
            same = value.op == "phi" and value.block is block
            return same or value in self.live[block]
        behind = block.instructions[block.instructions.index(place) + 1 :]
        if value.block is block and value in behind:
            return False  # it begins later
        if any(value in inst.operands for inst in behind if inst.op != "phi"):
            return True
        return any(
            value in self.live.get(successor, ()) or (value, block) in _incoming(successor)
            for successor in block.successors
        )


def _incoming(block: Block) -> set[tuple[Value, Block]]:
    return {pair for phi in block.phis for pair in phi.incoming}
