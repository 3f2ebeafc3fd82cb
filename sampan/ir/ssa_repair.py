"""Restoring SSA form after definitions or control flow were changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sampan.ir.constants import zero
from sampan.ir.core import Block, Function, Instruction, Poison, Value
from sampan.ir.dominators import DominatorTree
from sampan.ir.graph import predecessors
from sampan.ir.types import Type

Use = tuple[Instruction, int]


class _Updater:
    """Finds the reaching value of one variable, making phis where its definitions join."""

    def __init__(
        self,
        function: Function,
        definitions: Mapping[Block, Value],
        type: Type,
        default: Value,
        name: str,
        tree: DominatorTree,
        edges: dict[Block, list[Block]],
    ) -> None:
        self.definitions = definitions
        self.type = type
        self.default = default
        self.name = name
        self.tree = tree
        self.edges = edges
        # The default is a definition at the entry: paths with and without a definition join too.
        self.joins = tree.iterated_frontier([*definitions, function.entry])
        self.phis: dict[Block, Instruction] = {}
        self.unfilled: list[Block] = []

    def at_start(self, block: Block) -> Value:
        current: Block | None = block
        while current is not None:
            if current in self.joins:
                return self._phi(current)
            if current not in self.tree:
                return Poison(self.type)
            current = self.tree.idom(current)
            if current is not None and current in self.definitions:
                return self.definitions[current]
        return self.default

    def at_end(self, block: Block) -> Value:
        found = self.definitions.get(block)
        return found if found is not None else self.at_start(block)

    def at_instruction(self, user: Instruction) -> Value:
        block = user.block
        assert block is not None
        found = self.definitions.get(block)
        if found is None:
            return self.at_start(block)
        if isinstance(found, Instruction) and found.block is block:
            # It counts from its own place in the block on.
            instructions = block.instructions
            if found is user or instructions.index(found) > instructions.index(user):
                return self.at_start(block)
        return found

    def _phi(self, block: Block) -> Instruction:
        phi = self.phis.get(block)
        if phi is None:
            phi = self.phis[block] = Instruction("phi", self.type, [], self.name)
            block.insert(0, phi)
            self.unfilled.append(block)
        return phi

    def fill(self) -> None:
        while self.unfilled:
            block = self.unfilled.pop()
            phi = self.phis[block]
            for source in self.edges[block]:
                value = self.at_end(source)
                # One operand an edge, and a switch may have several to one block.
                targets = source.terminator.targets
                for _ in range(targets.count(block)):
                    phi.add_incoming(value, source)


def repair(
    function: Function,
    definitions: Mapping[Block, Value],
    type: Type,
    uses: Sequence[Use],
    default: Value,
    name: str = "",
    tree: DominatorTree | None = None,
) -> list[Instruction]:
    """Makes each of `uses` (user, operand index) see the definition that reaches it.

    `definitions` gives the variable's value at the end of some blocks. A definition that is an
    instruction of that block counts from its own place on, any other from the block's start.
    Where no definition reaches, the variable is `default`. A phi uses its operands at the end of
    the incoming blocks. Returns the phis that were inserted. `tree`, if given, must be up to date.
    """
    if not uses:
        return []
    edges = predecessors(function)
    updater = _Updater(
        function, definitions, type, default, name, tree or DominatorTree(function), edges
    )
    # Everything is looked up before anything is rewritten: a use may itself be a definition.
    found: list[Value] = []
    for user, index in uses:
        if user.op == "phi":
            found.append(updater.at_end(user.targets[index]))
        else:
            found.append(updater.at_instruction(user))
    updater.fill()
    for (user, index), value in zip(uses, found, strict=True):
        user.set_operand(index, value)
    return list(updater.phis.values())


def broken_uses(function: Function, tree: DominatorTree) -> dict[Instruction, list[Use]]:
    """Every use that its definition does not dominate, by definition, in order."""
    result: dict[Instruction, list[Use]] = {}
    place: dict[Instruction, int] = {}
    for block in function.blocks:
        for i, inst in enumerate(block.instructions):
            place[inst] = i
    for block in tree.order:
        for inst in block.instructions:
            is_phi = inst.op == "phi"
            for index, operand in enumerate(inst.operands):
                if not isinstance(operand, Instruction):
                    continue
                home = operand.block
                where = inst.targets[index] if is_phi else block
                assert home is not None, f"%{operand.name} is in no block"
                if home is where:
                    if is_phi or place[operand] < place[inst]:
                        continue
                elif tree.dominates(home, where):
                    continue
                result.setdefault(operand, []).append((inst, index))
    return result


def repair_dominance(
    function: Function, default: Callable[[Type], Value] = zero
) -> list[Instruction]:
    """Repairs every use that its definition no longer dominates.

    Where the definition does not reach, the use sees `default(type)`: zero, so that what was
    never computed is at least never poison. Returns the phis that were inserted.
    """
    tree = DominatorTree(function)
    phis: list[Instruction] = []
    for value, uses in broken_uses(function, tree).items():
        assert value.block is not None
        phis += repair(
            function,
            {value.block: value},
            value.type,
            uses,
            default(value.type),
            value.name,
            tree,
        )
    return phis
