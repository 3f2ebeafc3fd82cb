"""Random warp-wide operations: shuffles, votes, matches, reductions, parts of a warp.

Where all threads of a block are, the whole warp is named. In a branch the members are those that a
ballot found to take it: CUDA leaves open who is there otherwise.
"""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import (
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    UNSIGNED,
    CType,
    Generation,
    Scope,
)
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import rule

ALL = "0xffffffffu"
HALVES = "(tid & 16 ? 0xffff0000u : 0xffffu)"
_SHUFFLED = (INT, UNSIGNED, FLOAT, DOUBLE, LONG)
_REDUCTIONS = ("add", "min", "max", "and", "or", "xor")


def _together(g: Generation, scope: Scope) -> bool:
    return g.warps and scope.in_kernel and not scope.divergent


def _distance(g: Generation, scope: Scope) -> str:
    """Known to the compiler, the same for all lanes, or any lane's own."""
    kind = g.rng.random()
    if kind < 0.4:
        return str(g.rng.choice((1, 2, 3, 4, 8, 16, 31)))
    uniform = kind < 0.7
    return f"(({expression(g, scope, INT, 1, uniform)}) & 31)"


def _shuffle(g: Generation, scope: Scope, type_: CType, members: str) -> str:
    mode = g.rng.choice(("", "_up", "_down", "_xor"))
    # CUDA leaves open what a lane gets from one that its members do not name.
    width = g.rng.choice((16, 8, 4) if members == HALVES else (32, 32, 32, 16, 8, 4))
    g.count(f"shuffle{mode or '_idx'}")
    if width < 32:
        g.count("shuffle_in_segments")
    value = expression(g, scope, type_, 1)
    return f"__shfl{mode}_sync({members}, {value}, {_distance(g, scope)}, {width})"


def _operation(g: Generation, scope: Scope, members: str) -> str:
    """A text that mixes the result of an operation into the thread's checksum."""
    kind = g.rng.random()
    if kind < 0.45:
        type_ = g.rng.choice(_SHUFFLED)
        mix = "mix_float" if type_.floating else "mix"
        return f"h = {mix}(h, {_shuffle(g, scope, type_, members)});"
    if kind < 0.6:
        g.count("ballot")
        return f"h = mix(h, __ballot_sync({members}, {condition(g, scope, 1)}));"
    if kind < 0.72:
        vote = g.rng.choice(("any", "all", "uni"))
        g.count(f"vote_{vote}")
        return f"h = mix(h, __{vote}_sync({members}, {condition(g, scope, 1)}));"
    if kind < 0.82:
        g.count("match")
        value = f"(({expression(g, scope, INT, 1)}) & 3)"
        return f"h = mix(h, __match_any_sync({members}, {value}));"
    g.count("warp_reduction")
    operation = g.rng.choice(_REDUCTIONS)
    type_ = UNSIGNED if operation in ("and", "or", "xor") else g.rng.choice((INT, UNSIGNED))
    value = expression(g, scope, type_, 1)
    return f"h = mix(h, __reduce_{operation}_sync({members}, ({type_.name})({value})));"


@rule(7, _together)
def make_warp_operation(g: Generation, scope: Scope) -> Statement:
    members = ALL
    if g.chance(0.25):
        g.count("half_warps")
        members = HALVES
    return leaf(f"{g.site('warp_operation')} {_operation(g, scope, members)}")


@rule(4, _together)
def make_shuffled_variable(g: Generation, scope: Scope) -> Statement:
    """A variable becomes another lane's: later code depends on it."""
    targets = [v for v in scope.mutable() if v.type in _SHUFFLED and not v.uniform]
    if not targets:
        return make_warp_operation(g, scope)
    target = g.rng.choice(targets)
    g.count("shuffled_variable")
    return leaf(f"{target.name} = {_shuffle(g, scope, target.type, ALL)};")


@rule(3, _together)
def make_butterfly(g: Generation, scope: Scope) -> Statement:
    """A reduction by a loop of shuffles, as programs write it."""
    total, distance = g.fresh("sum"), g.fresh("d")
    g.count("butterfly")
    mode = g.rng.choice(("_xor", "_down", "_up"))
    unroll = "_Pragma(\"unroll\") " if g.chance(0.4) else ""
    return leaf(
        f"{{ unsigned {total} = {expression(g, scope, UNSIGNED, 1)};\n"
        f"  {unroll}for (int {distance} = 16; {distance} > 0; {distance} >>= 1)\n"
        f"    {total} += __shfl{mode}_sync({ALL}, {total}, {distance});\n"
        f"  h = mix(h, {total}); }}"
    )


@rule(3, _together)
def make_members_branch(g: Generation, scope: Scope) -> Statement:
    """Lanes that take a branch, found by a ballot, exchange values in it."""
    flag, members = g.fresh("takes"), g.fresh("members")
    inner = scope.child(divergent=True)
    work = " ".join(_operation(g, inner, members) for _ in range(g.rng.randint(1, 3)))
    return leaf(
        f"{{ const bool {flag} = {condition(g, scope, 2)};\n"
        f"  const unsigned {members} = __ballot_sync({ALL}, {flag});\n"
        f"  if ({flag}) {{ {g.site('operation_in_branch')} {work} }} }}"
    )
