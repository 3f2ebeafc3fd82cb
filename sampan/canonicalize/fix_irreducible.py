"""Cycles with several entries get a dispatcher block as their one header.

Requires: no `switch`. Establishes: a reducible control-flow graph. All edges into any entry of the
cycle go to the dispatcher, which branches on a selector phi; phis of the entries move there.
Dominance of the other values is untouched: a path that leaves the dispatcher for an entry is one
that existed before from outside the cycle to that entry. (The same construction as LLVM's
fix-irreducible; llvmlite does not offer that pass.)
"""

from __future__ import annotations

from sampan.ir.cfg import predecessors
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Poison
from sampan.ir.edit import branch, jump
from sampan.ir.types import I1, I32


def run(function: Function, context: object = None) -> bool:
    changed = False
    work = [(list(function.blocks), None)]
    while work:
        blocks, _ = work.pop()
        for component in _components(blocks):
            inside = set(component)
            preds = predecessors(function)
            entries = [b for b in component if not inside.issuperset(preds[b])]
            if len(entries) > 1:
                header = _dispatch(function, entries, preds)
                component = [header, *component]
                changed = True
            else:
                header = entries[0]
            work.append(([b for b in component if b is not header], None))
    return changed


def _components(blocks: list[Block]) -> list[list[Block]]:
    """Strongly connected components with a cycle, of the graph restricted to `blocks` (Tarjan)."""
    allowed = set(blocks)
    index: dict[Block, int] = {}
    low: dict[Block, int] = {}
    on_stack: set[Block] = set()
    stack: list[Block] = []
    found: list[list[Block]] = []

    for root in blocks:
        if root in index:
            continue
        work: list[tuple[Block, int]] = [(root, 0)]
        while work:
            block, position = work.pop()
            if position == 0:
                index[block] = low[block] = len(index)
                stack.append(block)
                on_stack.add(block)
            successors = [s for s in block.successors if s in allowed]
            descended = False
            for i in range(position, len(successors)):
                successor = successors[i]
                if successor not in index:
                    work.append((block, i + 1))
                    work.append((successor, 0))
                    descended = True
                    break
                if successor in on_stack:
                    low[block] = min(low[block], index[successor])
            if descended:
                continue
            for successor in successors:
                if successor in on_stack:
                    low[block] = min(low[block], low[successor])
            if low[block] == index[block]:
                component = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member is block:
                        break
                if len(component) > 1 or block in block.successors:
                    order = {b: i for i, b in enumerate(blocks)}
                    found.append(sorted(component, key=order.__getitem__))
    return found


def _dispatch(function: Function, entries: list[Block], preds: dict[Block, list[Block]]) -> Block:
    header = Block("dispatch", function)
    function.blocks.insert(function.blocks.index(entries[0]), header)
    selector = header.append(Instruction("phi", I32))
    moved = {phi: header.append(Instruction("phi", phi.type)) for e in entries for phi in e.phis}
    sources = list(dict.fromkeys(p for e in entries for p in preds[e]))
    for source in sources:
        hit = [e for e in entries if e in source.successors]
        # One edge per source: where a source can go to two entries, a small block per edge.
        routes: list[tuple[Block, Block]] = []
        if len(hit) == 1 and (source.terminator.op != "br" or len(source.successors) == 1):
            routes.append((source, hit[0]))
        else:
            for entry in hit:
                step = function.add_block("dispatch.edge", after=source)
                source.terminator.replace_target(entry, step)
                jump(step, header)
                routes.append((step, entry))
        for step, entry in routes:
            if step is source:
                source.terminator.replace_target(entry, header)
            selector.add_incoming(const_int(I32, entries.index(entry)), step)
            for phi, new in moved.items():
                value = phi.incoming_for(source) if phi.block is entry else Poison(phi.type)
                new.add_incoming(value, step)
    for phi, new in moved.items():
        phi.replace_all_uses_with(new) if phi.users else None
        phi.erase()
    current = header
    for number, entry in enumerate(entries[:-1]):
        last = number == len(entries) - 2
        following = entries[-1] if last else function.add_block("dispatch.next", after=current)
        test = current.append(
            Instruction("icmp", I1, [selector, const_int(I32, number)], pred="eq")
        )
        branch(current, test, entry, following)
        current = following
    return header
