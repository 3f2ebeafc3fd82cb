"""Device functions, function-pointer tables and classes with virtual functions."""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import (
    FLOAT,
    INT,
    LONG,
    UCHAR,
    UNSIGNED,
    Array,
    CType,
    DeviceFunction,
    Generation,
    Scope,
    Variable,
)
from tests.fuzz.source import Body, Statement, leaf
from tests.fuzz.statements import statements

CONSTANTS = (
    Array("constant_ints", INT, 16, "constant"),
    Array("constant_floats", FLOAT, 8, "constant"),
)
INLINING = ("__device__ inline", "__device__ __noinline__", "static __device__ __noinline__")


def function_scope(g: Generation, parameters: list[Variable]) -> Scope:
    return Scope(list(parameters), list(CONSTANTS), divergent=True, in_kernel=False)


def make_function(g: Generation) -> None:
    kind = g.rng.choice(INLINING)
    result = g.rng.choice((INT, INT, UNSIGNED, LONG, FLOAT))
    types = g.rng.choices((INT, INT, UNSIGNED, FLOAT, LONG, UCHAR), k=g.rng.randint(1, 3))
    name = f"{g.kernel.name}_{g.fresh('f')}"
    define(g, name, kind, result, types, g.rng.randrange(1, 6))
    feature = "call_noinline" if "noinline" in kind else "call_inline"
    g.functions.append(DeviceFunction(name, result, tuple(types), feature))


def define(
    g: Generation, name: str, kind: str, result: CType, types: list[CType], size: int
) -> None:
    parameters = [Variable(f"a{i}", t) for i, t in enumerate(types)]
    scope = function_scope(g, parameters)
    scope.returns = result
    body: Body = statements(g, scope, size)
    body.append(leaf(f"return {expression(g, scope, result, 2)};", deletable=False))
    head = ", ".join(f"{v.type.name} {v.name}" for v in parameters)
    g.add_global([Statement([f"{kind} {result.name} {name}({head}) {{", body, "}\n"], False)])


def make_recursive(g: Generation) -> None:
    """Calls itself once or twice; the depth given by the wrapper bounds it."""
    name = f"{g.kernel.name}_{g.fresh('r')}"
    depth, value = Variable("depth", INT, mutable=False), Variable("value", INT)
    scope = function_scope(g, [depth, value])
    scope.returns = INT
    scope.trips = 32
    before = statements(g, scope, g.rng.randrange(0, 3))
    argument = expression(g, scope, INT, 2)
    second = (
        f"if {condition(g, scope, 1)} value ^= {name}(depth - 2, {expression(g, scope, INT, 1)});"
    )
    step = f"(unsigned){name}(depth - 1, {argument}) * 3u"
    after: Body = [leaf(f"value = (int)((unsigned)value + {step});")]
    if g.chance(0.5):
        after.append(leaf(second))
    g.add_global(
        [
            Statement(
                [
                    f"__device__ int {name}(int depth, int value) {{\n"
                    "  if (depth <= 0) return value;\n  value &= 0xfffff;",
                    before + after,
                    "  return value;\n}",
                ],
                False,
            ),
            leaf(
                f"__device__ inline int {name}_start(int value) "
                f"{{ return {name}(value & 3, value >> 2); }}\n",
                False,
            ),
        ]
    )
    g.functions.append(DeviceFunction(f"{name}_start", INT, (INT,), "call_recursive"))


def make_table(g: Generation) -> None:
    """Four functions behind a table of pointers, called with a varying index."""
    table = f"{g.kernel.name}_{g.fresh('table')}"
    names = [f"{table}_{i}" for i in range(4)]
    for name in names:
        define(g, name, "__device__", INT, [INT, INT], g.rng.randrange(0, 3))
    storage = g.rng.choice(("__device__", "__constant__"))
    lines = (
        f"typedef int (*{table}_type)(int, int);\n"
        f"{storage} {table}_type {table}[4] = {{{', '.join(names)}}};\n"
        f"__device__ inline int {table}_call(int which, int x, int y) "
        f"{{ return {table}[which & 3](x, y); }}\n"
        f"__device__ inline int {table}_choose(bool which, int x) "
        f"{{ {table}_type chosen = which ? {names[0]} : {names[1]}; return chosen(x, 5); }}\n"
    )
    g.add_global([leaf(lines, False)])
    g.functions.append(DeviceFunction(f"{table}_call", INT, (INT, INT, INT), "call_pointer"))
    g.functions.append(DeviceFunction(f"{table}_choose", INT, (UNSIGNED, INT), "call_pointer"))


def make_classes(g: Generation) -> None:
    """A base class with two derived ones; the object is chosen by a varying condition."""
    base = f"{g.kernel.name}_{g.fresh('Base')}"
    members: list[Statement] = [
        leaf(
            f"struct {base} {{\n  int state;\n"
            f"  __device__ {base}(int s) : state(s) {{}}\n"
            f"  __device__ virtual int step(int a0) = 0;\n}};",
            False,
        )
    ]
    for suffix in ("A", "B"):
        scope = function_scope(g, [Variable("a0", INT), Variable("state", INT)])
        scope.returns = INT
        body = statements(g, scope, g.rng.randrange(1, 4))
        members.append(
            Statement(
                [
                    f"struct {base}{suffix} : {base} {{\n"
                    f"  __device__ {base}{suffix}(int s) : {base}(s) {{}}\n"
                    f"  __device__ int step(int a0) override {{",
                    body,
                    f"    return {expression(g, scope, INT, 2)};\n  }}\n}};",
                ],
                False,
            )
        )
    members.append(
        leaf(
            f"__device__ inline int {base}_use(bool which, int x, int y) {{\n"
            f"  {base}A first(x);\n  {base}B second(y);\n"
            f"  {base} *object = which ? ({base} *)&first : ({base} *)&second;\n"
            f"  unsigned result = object->step(y);\n  result += (unsigned)object->step(x);\n"
            f"  return (int)(result + (unsigned)object->state);\n}}\n",
            False,
        )
    )
    g.add_global(members)
    g.functions.append(DeviceFunction(f"{base}_use", INT, (UNSIGNED, INT, INT), "call_virtual"))


def make_functions(g: Generation) -> None:
    for _ in range(g.rng.choice((0, 0, 1, 2))):
        make_function(g)
    if g.chance(0.12):
        make_recursive(g)
    if g.chance(0.12):
        make_table(g)
    if g.chance(0.08):
        make_classes(g)
