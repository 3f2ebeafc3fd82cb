"""Random control flow: makers of functions, and a small interpreter that records what they do.

A function is a random graph of blocks that compute on a few variables and call `@mark` with what
they have. Such a graph has switches, several returns, unreachable ends, irreducible cycles and
loops with many exits. Two forms of a function are the same if they make the same calls; as a
random function may run for ever, only the first `LIMIT` calls count.
"""

from __future__ import annotations

import random

from sampan.ir.core import ConstInt, Function, Instruction, Poison, Undef, Value

LIMIT = 60
VARIABLES = 3


def random_function(seed: int) -> str:
    """Textual IR of a module with `i32 @f(i32 %a, i32 %b)`."""
    rng = random.Random(seed)
    count = rng.randint(2, 12)
    lines = [
        "declare void @mark(i32, i32)",
        "define i32 @f(i32 %a, i32 %b) {",
        "entry:",
        *(f"  %v{i} = alloca i32, align 4" for i in range(VARIABLES)),
        "  store i32 %a, ptr %v0, align 4",
        "  store i32 %b, ptr %v1, align 4",
        "  store i32 7, ptr %v2, align 4",
        "  br label %b0",
    ]
    for number in range(count):
        lines.append(f"b{number}:")
        x, y, z = (rng.randrange(VARIABLES) for _ in range(3))
        n = f"n{number}"
        lines.append(f"  %{n}x = load i32, ptr %v{x}, align 4")
        lines.append(f"  %{n}y = load i32, ptr %v{y}, align 4")
        lines.append(f"  call void @mark(i32 {number}, i32 %{n}x)")
        lines.append(f"  %{n}p = mul i32 %{n}x, {rng.choice([1, 3, 5, 1103515245])}")
        lines.append(f"  %{n}s = add i32 %{n}p, {rng.randrange(1, 99)}")
        lines.append(f"  %{n}r = xor i32 %{n}s, %{n}y")
        if rng.random() < 0.8:
            lines.append(f"  store i32 %{n}r, ptr %v{z}, align 4")
        lines += _terminator(rng, n, count)
    return "\n".join([*lines, "}"]) + "\n"


def _terminator(rng: random.Random, n: str, count: int) -> list[str]:
    def block() -> str:
        return f"label %b{rng.randrange(count)}"

    kind = rng.random()
    shift = f"  %{n}h = lshr i32 %{n}r, {rng.randrange(9)}"
    if kind < 0.08:
        return [f"  ret i32 %{n}r"]
    if kind < 0.1:
        return ["  unreachable"]
    if kind < 0.3:
        return [f"  br {block()}"]
    if kind < 0.85:
        test = f"  %{n}c = trunc i32 %{n}h to i1"
        return [shift, test, f"  br i1 %{n}c, {block()}, {block()}"]
    cases = " ".join(f"i32 {k}, {block()}" for k in range(rng.randint(0, 4)))
    return [shift, f"  %{n}k = and i32 %{n}h, 7", f"  switch i32 %{n}k, {block()} [ {cases} ]"]


Trace = list[tuple[object, ...]]


def trace(function: Function, arguments: tuple[int, ...]) -> Trace:
    """The calls of `@mark` and the returned value, at most `LIMIT` entries."""
    values: dict[Value, object] = dict(zip(function.args, arguments, strict=True))
    memory: dict[object, object] = {}
    marks: Trace = []
    steps = 0

    def get(value: Value) -> object:
        if isinstance(value, ConstInt):
            return value.value
        return "undefined" if isinstance(value, (Poison, Undef)) else values[value]

    block, previous = function.entry, None
    while True:
        if previous is not None:
            incoming = [(phi, get(phi.incoming_for(previous))) for phi in block.phis]
            values.update(incoming)
        for inst in block.instructions[len(block.phis) :]:
            steps += 1
            if steps > 200 * LIMIT:
                return marks
            if inst.is_terminator:
                break
            operands = [get(v) for v in inst.operands if not isinstance(v, Function)]
            if inst.op == "call":
                marks.append(tuple(operands))
                if len(marks) == LIMIT:
                    return marks
            elif inst.op == "alloca":
                values[inst] = inst
            elif inst.op == "store":
                memory[operands[1]] = operands[0]
            elif inst.op == "load":
                values[inst] = memory.get(operands[0], "undefined")
            else:
                values[inst] = _compute(inst, operands)
        end = block.terminator
        if end.op == "ret":
            return [*marks, ("ret", get(end.operands[0]))]
        if end.op == "unreachable":
            return [*marks, ("ret", "undefined")]
        previous = block
        choice = get(end.operands[0]) if end.operands else 1
        assert choice != "undefined", "a branch on an undefined value"
        if end.op == "switch":
            cases = [case.value for case in end.attrs["cases"]]
            block = end.targets[cases.index(choice) + 1 if choice in cases else 0]
        else:
            block = end.targets[0 if choice else 1]


def _compute(inst: Instruction, operands: list[object]) -> object:
    if inst.op == "select":
        assert operands[0] != "undefined"
        return operands[1 if operands[0] else 2]
    if "undefined" in operands:
        return "undefined"
    a, b = (operands[0], operands[-1])
    assert isinstance(a, int) and isinstance(b, int)
    if inst.op == "icmp":
        return int({"eq": a == b, "ne": a != b, "ult": a < b}[inst.attrs["pred"]])
    result = {
        "add": a + b,
        "mul": a * b,
        "xor": a ^ b,
        "or": a | b,
        "and": a & b,
        "lshr": a >> b,
        "trunc": a,
        "zext": a,
    }[inst.op]
    return result & ((1 << inst.type.bits) - 1)  # type: ignore[attr-defined]
