"""Finds the hot loops of kernels in assembly, and counts their vector instructions.

    python -m tests.targets.hot_loops        writes the table of docs/targets.md anew

The hot loop of a kernel is the innermost one of its preferred form; its instructions are those on
the shortest way round, which is that of full gangs with addresses in line. The loops are compiled
without unrolling, so that once round is one step of every lane of a gang.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sampan import codegen
from sampan.driver import CompileOptions, emit_device
from sampan.targets.registry import TARGETS, find_machine

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "targets.md"
BEGIN, END = "<!-- hot loops, by `make docs` -->", "<!-- end of hot loops -->"
KINDS = ("dense", "stencil", "reduction", "divergent", "gather", "shuffle")
SOURCE = Path(__file__).parent / "kinds.cu"
_BASELINE = "x86_64:avx2"

_LABEL = re.compile(r"^([.\w$]+(?:\.[\w$]+)*):")
_LOCAL = re.compile(r"\.?LBB\d+_\d+")
_ALWAYS = frozenset("jmp ret retq b j br jr ud2 brk ebreak break tail".split())
# What a vector instruction of each instruction set looks like: mnemonic and operands.
_VECTOR = {
    "x86_64": re.compile(r"(?!\S*[sd]s\s|\S*sd\s|v?mov[dq]\s)\S+\s.*%[xyz]mm"),
    "aarch64": re.compile(r"\S+\s.*\b(v\d+\.\d*[bhsd]|q\d+|z\d+\b)"),
    "riscv64": re.compile(r"v(?!set)\S+\s"),
    "loongarch64": re.compile(r"\S+\s.*\$[vx]r\d+"),
}


@dataclass(frozen=True)
class HotLoop:
    """One step of a gang of `width` lanes."""

    width: int
    instructions: list[str]
    vectors: int  # how many of them are vector instructions

    @property
    def per_element(self) -> float:
        return len(self.instructions) / self.width


def assembly(machine_name: str) -> str:
    """The device code of kinds.cu for a machine, such as "aarch64:neon"."""
    target, _, level = machine_name.partition(":")
    options = CompileOptions(machine=find_machine(target, level))
    with tempfile.TemporaryDirectory() as name, codegen.without_unrolling():
        out = Path(name) / "kinds.s"
        emit_device(SOURCE, options, "asm", out)
        return out.read_text()


def hot_loop(text: str, target: str, kernel: str) -> HotLoop:
    """The hot loop of a kernel in the form that is listed first, which is the preferred one."""
    symbol = rf"_Z{len(kernel)}{kernel}\w*\.block(\d+)x"
    found = re.search(rf"^{symbol}:$", text, re.MULTILINE)
    assert found, f"no form of {kernel}"
    code = text[found.start() : text.index(".Lfunc_end", found.start())]
    blocks = _blocks(code)
    cycle = max(_innermost(blocks), key=lambda c: _count(blocks, c, target))
    instructions = [one for label in cycle for one in blocks[label].instructions]
    return HotLoop(int(found[1]), instructions, _count(blocks, cycle, target))


@dataclass
class _Block:
    instructions: list[str]
    successors: list[str]


def _blocks(code: str) -> dict[str, _Block]:
    blocks: dict[str, _Block] = {}
    current = _Block([], [])
    count = 0

    def start(label: str) -> _Block:
        return blocks.setdefault(label, _Block([], []))

    for line in code.splitlines():
        line = re.split(r"\s//|\s#(?=[ \t=]|$)|^#", line)[0].rstrip()
        label = _LABEL.match(line)
        if label and (_LOCAL.fullmatch(label[1]) or not blocks):
            if blocks and current.instructions and not _leaves(current.instructions[-1]):
                current.successors.append(label[1])
            elif blocks and not current.instructions:
                current.successors.append(label[1])
            current = start(label[1])
            continue
        word = line.strip()
        if not word or word.startswith(".") or word.endswith(":"):
            continue
        current.instructions.append(" ".join(word.split()))
        targets = _LOCAL.findall(word)
        if targets and not word.startswith(("lea", "adrp", "add", "auipc", "pcalau")):
            current.successors += targets
            if not _leaves(word):  # goes on below, in a block of its own
                count += 1
                current.successors.append(f"below{count}")
                current = start(f"below{count}")
    return blocks


def _leaves(instruction: str) -> bool:
    return instruction.split()[0] in _ALWAYS


def _count(blocks: dict[str, _Block], cycle: list[str], target: str) -> int:
    pattern = _VECTOR[target]
    return sum(bool(pattern.match(one)) for label in cycle for one in blocks[label].instructions)


def _innermost(blocks: dict[str, _Block]) -> Iterator[list[str]]:
    """The shortest way round each of the deepest loops."""
    deepest = 0
    loops: list[tuple[int, list[str]]] = []

    def visit(labels: set[str], depth: int) -> None:
        nonlocal deepest
        for part in _components(blocks, labels):
            # The entry of a loop is where the rest of the code comes in.
            outside = [s for label, b in blocks.items() if label not in part for s in b.successors]
            headers = [label for label in part if label in outside] or [next(iter(part))]
            deepest = max(deepest, depth)
            loops.append((depth, _shortest(blocks, part, headers[0])))
            visit(part - {headers[0]}, depth + 1)

    visit(set(blocks), 1)
    for depth, cycle in loops:
        if depth == deepest:
            yield cycle


def _components(blocks: dict[str, _Block], labels: set[str]) -> list[set[str]]:
    """Strongly connected parts with a cycle."""

    def reach(start: str, back: dict[str, list[str]]) -> set[str]:
        seen: set[str] = set()
        todo = list(back.get(start, []))
        while todo:
            label = todo.pop()
            if label in labels and label not in seen:
                seen.add(label)
                todo += back.get(label, [])
        return seen

    forward = {label: blocks[label].successors for label in labels}
    backward: dict[str, list[str]] = {}
    for label, following in forward.items():
        for one in following:
            backward.setdefault(one, []).append(label)
    found: list[set[str]] = []
    placed: set[str] = set()
    for label in labels:
        if label not in placed:
            part = reach(label, forward) & reach(label, backward)
            if label in part:
                found.append(part)
                placed |= part
    return found


def _shortest(blocks: dict[str, _Block], part: set[str], header: str) -> list[str]:
    """The way from the header back to it with the fewest instructions."""
    best: dict[str, tuple[int, list[str]]] = {}
    todo = [(len(blocks[header].instructions), [header])]
    while todo:
        todo.sort(key=lambda way: way[0])
        cost, way = todo.pop(0)
        for following in blocks[way[-1]].successors:
            if following == header:
                known = best.get(header)
                if known is None or cost < known[0]:
                    best[header] = (cost, way)
            elif following in part and following not in best:
                best[following] = (cost, way)
                todo.append((cost + len(blocks[following].instructions), [*way, following]))
    return best[header][1]


def table() -> str:
    """Rows of machines, columns of kinds: vector instructions of all in the hot loop, those of all
    for each element, and how many times those of x86-64 with AVX2 these are."""
    names = [f"{t.name}:{level.name}" for t in TARGETS.values() for level in t.levels]
    loops = {
        name: {kind: hot_loop(text, name.partition(":")[0], kind) for kind in KINDS}
        for name, text in ((name, assembly(name)) for name in names)
    }
    lines = [f"| target | {' | '.join(KINDS)} |", f"|---|{'---|' * len(KINDS)}"]
    for name, found in loops.items():
        cells = []
        for kind, loop in found.items():
            times = loop.per_element / loops[_BASELINE][kind].per_element
            count = f"{loop.vectors} of {len(loop.instructions)}"
            cells.append(f"{count}; {loop.per_element:.2f} (x{times:.1f})")
        lines.append(f"| {name.replace(':', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def write_table() -> None:
    text = DOCUMENT.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    write_table()
