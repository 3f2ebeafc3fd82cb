"""Random statements that are simpler in most gangs: rows of a matrix, indices with bounds, partners
whose numbers differ in one bit, loops that step by the grid.

The vectoriser tests for such gangs and has other code for them (vectorize/gang_copies.py), or lets
gangs and blocks go round such a loop together (vectorize/grid_rounds.py, block/block_runs.py).
"""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.places import integer_targets
from tests.fuzz.scope import INT, Generation, Scope, Variable
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import make_assignment, rule

ROUNDS = 8  # of a loop that steps by the grid: what each thread owns in the second half of `mem`
_LINES = ("gid", "gid", "tid", "gid + p0", "gid * 2", "gid - 11", "gid + 1")
# Known only when the kernel runs, and of more than a gang or of less.
_LENGTHS = ("n", "nt", "p0 + 30", "settings.a + 9", "n / 2 + 1", "nt + 5", "p0 + 4")
_DISTANCES = ("1 << (settings.a & 3)", "1 << ((p0 + 3) & 7)", "4 << (n & 3)", "p0 + 3")


def _wanted(g: Generation, scope: Scope) -> bool:
    return g.rows and scope.in_kernel


@rule(16, _wanted)
def make_place_in_matrix(g: Generation, scope: Scope) -> Statement:
    """Column and row by remainder and quotient."""
    targets = integer_targets(scope)
    if not targets:
        return make_assignment(g, scope)
    target, site = g.rng.choice(targets).name, g.site("place_in_matrix")
    type_ = g.rng.choice(("int", "int", "unsigned", "long long"))
    line, length = g.rng.choice(_LINES), g.rng.choice(_LENGTHS)
    return leaf(
        f"{{ {site} const {type_} w = max({length}, 1), at = {line}, x = at % w, y = at / w;\n"
        f"  {target} ^= in[(y * {g.rng.choice((1, 16, 33))} + x) & 1023]; h = mix(h, x - y); }}"
    )


@rule(12, _wanted)
def make_index_with_bounds(g: Generation, scope: Scope) -> Statement:
    """As filters repeat what is at a picture's border."""
    targets = integer_targets(scope)
    if not targets:
        return make_assignment(g, scope)
    target, site = g.rng.choice(targets).name, g.site("index_with_bounds")
    line, high = g.rng.choice(_LINES), g.rng.choice(_LENGTHS)
    inner = g.rng.choice((f"max({line}, p0)", f"max({line} - 1, 0)", line))
    if g.chance(0.25):
        inner = f"((unsigned)({line}) < (unsigned)({high}) ? {line} : {high})"
    return leaf(
        f"{{ {site} const int at = min({inner}, {high});\n"
        f"  {target} ^= in[at & 1023]; h = mix(h, at); }}"
    )


@rule(12, _wanted)
def make_partner(g: Generation, scope: Scope) -> Statement:
    """As sorting networks and transforms find the elements to exchange."""
    targets = integer_targets(scope)
    if not targets:
        return make_assignment(g, scope)
    target, site = g.rng.choice(targets).name, g.site("partner")
    line, distance = g.rng.choice(("gid", "tid", "tid")), g.rng.choice(_DISTANCES)
    other = g.rng.choice(
        (f"2 * {line} - ({line} & (d - 1))", f"{line} ^ d", f"{line} | d", f"{line} & ~d")
    )
    return leaf(
        f"{{ {site} const int d = max({distance}, 1), other = {other};\n"
        f"  {target} ^= in[other & 1023]; h = mix(h, other); }}"
    )


@rule(14, lambda g, s: _wanted(g, s) and s.trips <= 8)
def make_loop_by_grid(g: Generation, scope: Scope) -> Statement:
    """Each thread has its own of the elements that it writes."""
    inner = scope.child(divergent=True, trips=scope.trips * ROUNDS)
    inner.variables.append(Variable("i", INT, mutable=False))
    limit = g.rng.choice(
        (f"{ROUNDS} * total", "3 * total + 5", f"min({ROUNDS} * total, p0 + 40)", "max(n, 0) * 2")
    )
    site = g.site("loop_by_grid")
    element = "mem[8 * total + i]"
    text = f"{element} = {expression(g, inner, INT, 2)};"
    if g.chance(0.3):
        text = f"if ({condition(g, inner, 1)}) {text}"
    if g.chance(0.4):
        text += f" {element} ^= in[(i + {g.rng.choice((0, 1, 7))}) & 1023];"
    targets = integer_targets(scope)
    if targets and g.chance(0.4):
        text += f" {g.rng.choice(targets).name} ^= {element};"
    return leaf(f"for (int i = gid; i < {limit}; i += total) {{ {site} {text} }}")
