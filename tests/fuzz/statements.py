"""Random statements: assignments and control flow. Memory and barriers are in `memory.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz.expressions import condition, expression, literal, selector
from tests.fuzz.scope import (
    BOOL,
    DOUBLE,
    FLOAT,
    INT,
    INTEGERS,
    UNSIGNED,
    DeviceFunction,
    Generation,
    Scope,
    Variable,
)
from tests.fuzz.source import Body, Statement, leaf

MAX_TRIPS = 64
MAX_DEPTH = 5

Maker = Callable[[Generation, Scope], Statement]
Need = Callable[[Generation, Scope], bool]


@dataclass(frozen=True)
class Rule:
    weight: int
    make: Maker
    need: Need


RULES: list[Rule] = []


def rule(weight: int, need: Need = lambda g, s: True) -> Callable[[Maker], Maker]:
    def register(make: Maker) -> Maker:
        RULES.append(Rule(weight, make, need))
        return make

    return register


def statements(g: Generation, scope: Scope, count: int) -> Body:
    body: Body = []
    for _ in range(count):
        if g.budget <= 0:
            break
        g.budget -= 1
        rules = [r for r in RULES if r.need(g, scope)]
        chosen = g.rng.choices(rules, [r.weight for r in rules])[0]
        body.append(chosen.make(g, scope))
    return body


def block(g: Generation, scope: Scope, feature: str, low: int = 1, high: int = 4) -> Body:
    """A nested body in its own child scope; the site counts its executions."""
    return [leaf(g.site(feature), False), *statements(g, scope, g.rng.randint(low, high))]


def nestable(g: Generation, scope: Scope) -> bool:
    return scope.depth < MAX_DEPTH


def loopable(g: Generation, scope: Scope) -> bool:
    return scope.depth < MAX_DEPTH - 1 and scope.trips * 2 <= MAX_TRIPS


@rule(10)
def make_assignment(g: Generation, scope: Scope) -> Statement:
    targets = scope.mutable()
    if not targets:
        return make_declaration(g, scope)
    target = g.rng.choice(targets)
    value = expression(g, scope, target.type, g.rng.choice((1, 2, 2, 3)), target.uniform)
    if g.chance(0.35) and target.type is not BOOL:
        if target.type.floating:
            return leaf(f"{target.name} {g.rng.choice(('+=', '-=', '*='))} {value};")
        if not target.type.signed and target.type.bits >= 32:
            operator = g.rng.choice(("+=", "-=", "*=", "^=", "|=", "&="))
        else:
            operator = g.rng.choice(("^=", "|=", "&="))
        return leaf(f"{target.name} {operator} {value};")
    return leaf(f"{target.name} = {value};")


@rule(6)
def make_declaration(g: Generation, scope: Scope) -> Statement:
    type_ = g.rng.choice((INT, INT, INT, UNSIGNED, FLOAT, FLOAT, DOUBLE, BOOL, *INTEGERS))
    uniform = not scope.divergent and scope.in_kernel and g.chance(0.3)
    name = g.fresh("u" if uniform else "v")
    value = expression(g, scope, type_, 2, uniform)
    # Appended afterwards: a deleted declaration's uses do not compile, and the reducer keeps it.
    scope.variables.append(Variable(name, type_, uniform))
    return leaf(f"{type_.name} {name} = {value};")


@rule(6, lambda g, s: s.in_kernel)
def make_checksum(g: Generation, scope: Scope) -> Statement:
    if g.chance(0.4):
        return leaf(f"h = mix_float(h, {expression(g, scope, g.rng.choice((FLOAT, DOUBLE)), 2)});")
    return leaf(f"h = mix(h, {expression(g, scope, g.rng.choice(INTEGERS), 2)});")


@rule(10, nestable)
def make_if(g: Generation, scope: Scope) -> Statement:
    uniform = scope.in_kernel and g.chance(0.25)
    inner = scope if uniform else scope.child(divergent=True)
    name = "uniform_if" if uniform else "if"
    head = f"if ({condition(g, scope, 2, uniform)}) {{"
    parts: list[str | Body] = [head, block(g, inner.child(depth=scope.depth + 1), name)]
    if g.chance(0.3):
        parts.append(f"}} else if ({condition(g, scope, 2, uniform)}) {{")
        parts.append(block(g, inner.child(depth=scope.depth + 1), "else_if"))
    if g.chance(0.5):
        parts += ["} else {", block(g, inner.child(depth=scope.depth + 1), "else")]
    return Statement([*parts, "}"])


@rule(2, nestable)
def make_guarded(g: Generation, scope: Scope) -> Statement:
    """Operations that are undefined where the condition does not hold."""
    site = g.site("guarded_operation")
    targets = [v for v in scope.mutable() if v.type is INT and not v.uniform]
    if not targets:
        return make_assignment(g, scope)
    target = g.rng.choice(targets).name
    x, y = expression(g, scope, INT, 2), expression(g, scope, INT, 1)
    text = g.rng.choice(
        (
            "int x = {x}, y = {y}; if (y > 0) {{ {s} {t} = x / y + x % y; }}",
            "long long x = {x}, y = {y} & 3; if (y != 0) {{ {s} {t} = (int)(x / y + x % y); }}",
            "unsigned x = {x}, y = {y} & 15; if (y > 1u) {{ {s} {t} = (int)(x / y + x % y); }}",
            "int x = {x}, y = {y}; if (y >= 0 && y < 32) {{ {s} {t} = x >> y; }}",
            "int x = {x}, y = {y}; if (x > -30000 && x < 30000 && y >= 0 && y <= 30000)"
            " {{ {s} {t} = x * y + y; }}",
            "int x = {x}, y = {y}; {t} = (y >= 0 && y < 16) ? constant_ints[y] : x;",
            "int x = {x}, y = {y}; if (y >= 0 && y < 16) {{ {s} {t} = x ^ constant_ints[y]; }}",
            "float x = (float){x}, y = (float){y} * 1e4f; if (y > -1e9f && y < 1e9f)"
            " {{ {s} {t} = (int)y + (x > 0.0f); }}",
        )
    )
    return leaf("{ " + text.format(x=x, y=y, s=site, t=target) + " }")


def _trip_count(g: Generation, scope: Scope, uniform: bool) -> tuple[str, int]:
    limit = g.rng.choice([n for n in (2, 3, 4, 8) if scope.trips * n <= MAX_TRIPS])
    if uniform and g.chance(0.4):
        return str(limit), limit
    if g.chance(0.6):
        return f"(int)({selector(g, scope, limit, uniform)} + 1u)", limit
    return f"({expression(g, scope, INT, 1, uniform)} & {limit - 1})", limit


@rule(7, loopable)
def make_for(g: Generation, scope: Scope) -> Statement:
    uniform = not scope.divergent and scope.in_kernel and g.chance(0.5)
    uniform_trips = uniform or g.chance(0.4)
    bound, limit = _trip_count(g, scope, uniform_trips and scope.in_kernel)
    counter = g.fresh("i")
    name = "uniform_loop" if uniform else "uniform_trip_loop" if uniform_trips else "varying_loop"
    inner = scope.child(
        divergent=not uniform,
        loop="uniform" if uniform else "divergent",
        inside_uniform_loop=scope.inside_uniform_loop or uniform,
        in_switch=False,
        trips=scope.trips * limit,
    )
    inner.variables.append(Variable(counter, INT, uniform, mutable=False))
    label = ""
    if not uniform and g.chance(0.35):
        label = g.fresh("exit_")
        inner.exit_labels = (*scope.exit_labels, label)
    head = g.rng.choice(
        (
            f"for (int {counter} = 0; {counter} < {bound}; ++{counter}) {{",
            f"for (int {counter} = {bound}; {counter} > 0; --{counter}) {{",
            f"for (int {counter} = 1, end = {bound}; {counter} < end; {counter} += 2) {{",
        )
    )
    body = block(g, inner, name, 1, 5)
    end = "}" if not label else f"}}\n{label}:;"
    return Statement([head, body, end])


@rule(4, loopable)
def make_while(g: Generation, scope: Scope) -> Statement:
    """while, do-while and endless loops left by a break, with fuel so that they end."""
    limit = g.rng.choice([n for n in (2, 3, 5, 8) if scope.trips * n <= MAX_TRIPS] or [2])
    fuel = g.fresh("fuel")
    inner = scope.child(
        divergent=True, loop="divergent", in_switch=False, trips=scope.trips * limit
    )
    inner.variables.append(Variable(fuel, INT, mutable=False))
    kind = g.rng.choice(("while", "do_while", "endless"))
    test = condition(g, scope, 2)
    body = block(g, inner, f"{kind}_loop", 1, 4)
    if kind == "while":
        head, end = f"while ({test} && {fuel}++ < {limit}) {{", "}"
    elif kind == "do_while":
        head, end = "do {", f"}} while ({test} && ++{fuel} < {limit});"
    else:
        g.count("multi_exit_loop")
        head, end = "for (;;) {", "}"
        leave = leaf(f"if ({test}) {{ {g.site('break')} break; }}")
        body.insert(1, leaf(f"if ({fuel}++ >= {limit}) break;", False))
        body.insert(g.rng.randint(1, len(body)), leave)
    return Statement(["{ " + f"int {fuel} = 0;\n{head}", body, end + "\n}"])


@rule(5, lambda g, s: s.loop == "divergent")
def make_loop_exit(g: Generation, scope: Scope) -> Statement:
    kinds = ["continue"]
    if not scope.in_switch:
        kinds += ["break", "break"]
    if scope.exit_labels:
        kinds += ["goto"] * 2
    kind = g.rng.choice(kinds)
    action = f"goto {g.rng.choice(scope.exit_labels)};" if kind == "goto" else f"{kind};"
    site = g.site({"goto": "goto_out_of_loops", "break": "break", "continue": "continue"}[kind])
    return leaf(f"if ({condition(g, scope, 2)}) {{ {site} {action} }}")


@rule(2, lambda g, s: s.loop == "uniform" and not s.divergent and not s.in_switch)
def make_uniform_exit(g: Generation, scope: Scope) -> Statement:
    action = g.rng.choice(("break", "continue"))
    test = condition(g, scope, 2, uniform=True)
    return leaf(f"if ({test}) {{ {g.site('uniform_' + action)} {action}; }}")


@rule(5, lambda g, s: bool(g.functions) and s.trips <= 8 and bool(s.mutable()))
def make_call(g: Generation, scope: Scope) -> Statement:
    function = g.rng.choice(g.functions)
    targets = [v for v in scope.mutable() if not v.uniform]
    if not targets:
        return make_assignment(g, scope)
    target = g.rng.choice(targets)
    site = g.site(function.kind)
    arguments = ", ".join(expression(g, scope, p, 1) for p in function.parameters)
    value = f"({target.type.name}){_converted(function, arguments)}"
    return leaf(f"{{ {site} {target.name} = {value}; }}")


def _converted(function: DeviceFunction, arguments: str) -> str:
    call = f"{function.name}({arguments})"
    return f"in_range({call})" if function.result.floating else call


@rule(3, nestable)
def make_switch(g: Generation, scope: Scope) -> Statement:
    uniform = scope.in_kernel and not scope.divergent and g.chance(0.25)
    name = "uniform_switch" if uniform else "switch"
    inner = scope.child(divergent=scope.divergent or not uniform, in_switch=True)
    count = g.rng.randint(2, 5)
    cases = g.rng.sample(range(count + 1), count)
    value = f"(int){selector(g, scope, count + 1, uniform)}"
    if g.chance(0.25):
        value = expression(g, scope, INT, 2, uniform)
        cases = g.rng.sample(range(-3, 12), count)
    parts: list[str | Body] = [f"switch ({value}) {{"]
    labels = [f"case {c}:" for c in cases]
    if g.chance(0.7):
        labels.insert(g.rng.randint(0, len(labels)), "default:")
    for label in labels:
        parts += [f"{label} {{", block(g, inner.child(depth=scope.depth + 1), name, 0, 2)]
        if g.chance(0.65):
            parts.append("} break;")
        else:
            g.count("switch_fallthrough")
            parts.append("}")
    return Statement([*parts, "}"])


@rule(1, lambda g, s: loopable(g, s) and s.trips <= 16)
def make_irreducible(g: Generation, scope: Scope) -> Statement:
    """A loop entered at two places."""
    fuel, first, second, end = (g.fresh(p) for p in ("fuel", "first_", "second_", "end_"))
    inner = scope.child(divergent=True, loop="", exit_labels=(), trips=scope.trips * 4)
    inner.variables.append(Variable(fuel, INT, mutable=False))
    start = condition(g, scope, 1)
    parts: list[str | Body] = [
        f"{{ int {fuel} = 4;\nif ({start}) goto {second};\n{first}: {{",
        block(g, inner.child(), "irreducible", 1, 2),
        f"}}\nif (--{fuel} <= 0) goto {end};\n{second}: {{",
        block(g, inner.child(), "irreducible", 1, 2),
        f"}}\nif ({condition(g, inner, 1)} && --{fuel} > 0) goto {first};\n{end}:; }}",
    ]
    return Statement(parts)


@rule(1, lambda g, s: g.may_return(s) and s.divergent and s.depth > 0)
def make_return(g: Generation, scope: Scope) -> Statement:
    test = condition(g, scope, 2)
    site = g.site("early_return" if scope.in_kernel else "function_return")
    if not scope.in_kernel:
        assert scope.returns is not None
        value = expression(g, scope, scope.returns, 1)
        return leaf(f"if ({test}) {{ {site} return {value}; }}")
    g.returned = True
    value = expression(g, scope, INT, 1)
    return leaf(f"if ({test}) {{ {site} OUT(0) = {value}; return; }}")


@rule(1, lambda g, s: s.in_kernel)
def make_lambda(g: Generation, scope: Scope) -> Statement:
    g.count("lambda")
    name = g.fresh("lambda")
    targets = [v for v in scope.mutable() if not v.type.floating and not v.uniform]
    if not targets:
        return make_assignment(g, scope)
    target = g.rng.choice(targets)
    inner = scope.child()
    inner.variables.append(Variable("x", INT, mutable=False))
    value = expression(g, inner, target.type, 2)
    arguments = [expression(g, scope, INT, 1) for _ in range(2)]
    return leaf(
        f"{{ auto {name} = [&](int x) {{ {target.name} ^= {value}; return x & 255; }};\n"
        f"  int first = {name}({arguments[0]});\n  h = mix(h, first);\n"
        f"  int second = {name}({arguments[1]});\n  h = mix(h, second); }}"
    )


@rule(1, lambda g, s: bool(s.mutable()))
def make_select_chain(g: Generation, scope: Scope) -> Statement:
    """A pure diamond that clang may turn into selects, followed by a use of the merged value."""
    target = g.rng.choice(scope.mutable())
    uniform = target.uniform
    tests = [condition(g, scope, 1, uniform) for _ in range(2)]
    values = [literal(g, target.type) for _ in range(2)]
    return leaf(
        f"if ({tests[0]}) {target.name} = {values[0]}; else if ({tests[1]}) "
        f"{target.name} = {values[1]};"
    )
