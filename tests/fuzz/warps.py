"""Random warp-wide operations: shuffles, votes, matches, reductions, over masks of many kinds.

What control flow brings lanes to them is in warp_flow.py; cooperative groups are in groups.py.
Reading a lane that takes no part is left open by CUDA, and gives zero with Sampan where that lane
is not there at all. A lane that is there, but not a member, is never read.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import (
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    ULONG,
    UNSIGNED,
    USHORT,
    CType,
    Generation,
    Scope,
)
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import rule

_C_LONG = CType("long", 64)
_C_ULONG = CType("unsigned long", 64, signed=False)
SHUFFLED = (INT, INT, UNSIGNED, FLOAT, DOUBLE, LONG, ULONG, _C_LONG, _C_ULONG)
_REDUCTIONS = ("add", "min", "max", "and", "or", "xor")


@dataclass(frozen=True)
class Members:
    """Lanes that take part, as the text of their mask. `segment`: they are aligned runs of so many
    lanes; 0: any lanes may be members. `alone`: nobody else is here."""

    text: str
    segment: int = 32
    alone: bool = True

    def source(self, lane: str) -> str:
        """The number of a member, made of any number."""
        return f"some_member({self.text}, (unsigned)({lane}))"


ALL = Members("0xffffffffu")
PARTS = (
    Members("HALF_WARP", 16),
    Members("QUARTER_WARP", 8),
    Members("FOUR_LANES", 4),
    Members("OWN_LANE", 1),
)


def together(g: Generation, scope: Scope) -> bool:
    """All threads of the block are here that have not returned."""
    return g.warps and scope.in_kernel and not scope.divergent


def _distance(g: Generation, scope: Scope) -> str:
    """Known to the compiler, the same for all lanes, or any lane's own."""
    kind = g.rng.random()
    if kind < 0.4:
        return str(g.rng.choice((1, 2, 3, 4, 8, 16, 31)))
    uniform = kind < 0.7
    return f"(({expression(g, scope, INT, 1, uniform)}) & 31)"


def shuffle(g: Generation, scope: Scope, type_: CType, members: Members) -> str:
    value = expression(g, scope, type_, 1)
    return shuffle_value(g, scope, value, members)


def shuffle_value(g: Generation, scope: Scope, value: str, members: Members) -> str:
    if (members.segment == 0 and not members.alone) or g.chance(0.1):
        g.count("shuffle_of_members")
        lane = members.source(expression(g, scope, INT, 1))
        return f"__shfl_sync({members.text}, {value}, {lane})"
    mode = g.rng.choice(("", "_up", "_down", "_xor"))
    widths = [w for w in (32, 32, 32, 16, 8, 4, 2, 1) if w <= (members.segment or 32)]
    width = g.rng.choice(widths)
    g.count(f"shuffle{mode or '_idx'}")
    if width < 32:
        g.count("shuffle_in_segments")
    given = "" if width == 32 and g.chance(0.5) else f", {width}"
    distance = _distance(g, scope)
    if mode == "_xor" and members.segment not in (0, 32):  # which reads from segments below
        distance = f"({distance} & {members.segment - 1})"
    return f"__shfl{mode}_sync({members.text}, {value}, {distance}{given})"


def _half_shuffle(g: Generation, scope: Scope, members: Members) -> str:
    bits = [f"(unsigned short){expression(g, scope, USHORT, 1)}" for _ in range(2)]
    kind = g.rng.choice(("half", "bfloat16", "half2"))
    g.count(f"shuffle_{kind}")
    if kind != "half2":
        moved = shuffle_value(g, scope, f"__ushort_as_{kind}({bits[0]})", members)
        return f"h = mix(h, __{kind}_as_ushort({moved}));"
    parts = ", ".join(f"__ushort_as_half({b})" for b in bits)
    moved = shuffle_value(g, scope, f"__halves2half2({parts})", members)
    return (
        f"{{ __half2 moved = {moved};\n  h = mix(h, __half_as_ushort(__low2half(moved)));\n"
        f"  h = mix(h, __half_as_ushort(__high2half(moved))); }}"
    )


def _match(g: Generation, scope: Scope, members: Members) -> str:
    type_ = g.rng.choice((INT, UNSIGNED, FLOAT, DOUBLE, LONG, ULONG, _C_LONG, _C_ULONG))
    modulus = g.rng.choice((1, 2, 4, 9))
    value = f"({type_.name})((unsigned)({expression(g, scope, INT, 1)}) % {modulus}u)"
    if type_.bits == 64 and not type_.floating and g.chance(0.5):
        value = f"(({value}) << 40)"  # the upper half decides
    if g.chance(0.7):
        g.count("match_any")
        return f"h = mix(h, __match_any_sync({members.text}, {value}));"
    g.count("match_all")
    if g.chance(0.5):
        value = f"({type_.name}){expression(g, scope, INT, 1, uniform=True)}"
    return (
        f"{{ int same = 7; unsigned all = __match_all_sync({members.text}, {value}, &same);\n"
        f"  h = mix(h, all); h = mix(h, same != 0); }}"
    )


def operation(g: Generation, scope: Scope, members: Members) -> str:
    """A text that mixes the result of an operation into the thread's checksum."""
    kind = g.rng.random()
    if kind < 0.4:
        type_ = g.rng.choice(SHUFFLED)
        mix = "mix_float" if type_.floating else "mix"
        return f"h = {mix}(h, {shuffle(g, scope, type_, members)});"
    if kind < 0.44:
        return _half_shuffle(g, scope, members)
    if kind < 0.56:
        g.count("ballot")
        return f"h = mix(h, __ballot_sync({members.text}, {condition(g, scope, 1)}));"
    if kind < 0.68:
        vote = g.rng.choice(("any", "all", "uni"))
        g.count(f"vote_{vote}")
        test = condition(g, scope, 1, uniform=g.chance(0.3))
        return f"h = mix(h, __{vote}_sync({members.text}, {test}) != 0);"
    if kind < 0.8:
        return _match(g, scope, members)
    if kind < 0.84:
        g.count("warp_function")
        function = g.rng.choice(("warp_total", "warp_rounds"))
        value = expression(g, scope, UNSIGNED, 1)
        reads = members.alone and members.segment in (0, 32)
        if function == "warp_total" or not reads:
            return f"h = mix(h, warp_total({members.text}, {value}));"
        return f"h = mix(h, warp_rounds({members.text}, {value}, {g.rng.randint(1, 4)}));"
    name = g.rng.choice(_REDUCTIONS)
    g.count(f"warp_reduce_{name}")
    type_ = UNSIGNED if name in ("and", "or", "xor") else g.rng.choice((INT, UNSIGNED))
    value = expression(g, scope, type_, 1)
    return f"h = mix(h, __reduce_{name}_sync({members.text}, ({type_.name})({value})));"


def operations(g: Generation, scope: Scope, members: Members, low: int = 1, high: int = 3) -> str:
    return " ".join(operation(g, scope, members) for _ in range(g.rng.randint(low, high)))


@rule(14, together)
def make_warp_operation(g: Generation, scope: Scope) -> Statement:
    members = ALL
    if g.chance(0.3):
        g.count("parts_of_warps")
        members = g.rng.choice(PARTS)
    return leaf(f"{g.site('warp_operation')} {operation(g, scope, members)}")


@rule(8, together)
def make_shuffled_variable(g: Generation, scope: Scope) -> Statement:
    """A variable becomes another lane's: later code depends on it."""
    targets = [v for v in scope.mutable() if v.type in SHUFFLED and not v.uniform]
    if not targets:
        return make_warp_operation(g, scope)
    target = g.rng.choice(targets)
    g.count("shuffled_variable")
    return leaf(f"{target.name} = {shuffle(g, scope, target.type, ALL)};")


@rule(6, together)
def make_butterfly(g: Generation, scope: Scope) -> Statement:
    """A reduction by a loop of shuffles, as programs write it."""
    total, distance = g.fresh("sum"), g.fresh("d")
    g.count("butterfly")
    mode = g.rng.choice(("_xor", "_down", "_up"))
    unroll = '_Pragma("unroll") ' if g.chance(0.4) else ""
    return leaf(
        f"{{ unsigned {total} = {expression(g, scope, UNSIGNED, 1)};\n"
        f"  {unroll}for (int {distance} = 16; {distance} > 0; {distance} >>= 1)\n"
        f"    {total} += __shfl{mode}_sync({ALL.text}, {total}, {distance});\n"
        f"  h = mix(h, {total}); }}"
    )


@rule(4, together)
def make_active_mask(g: Generation, scope: Scope) -> Statement:
    """Where all lanes come from one meeting, they come along; so it is known who is active, and
    what the old forms act on."""
    site = f"__syncwarp(); {g.site('active_mask')}"
    kind = g.rng.random()
    if kind < 0.4:
        work = operations(g, scope, Members("active"), 0, 2)
        asked = "const unsigned active = ALL_ACTIVE(); h = mix(h, active);"
        return leaf(f"{{ {site} {asked} {work} }}")
    test = condition(g, scope, 1)
    if kind < 0.7:
        vote = g.rng.choice(("__ballot", "__any", "__all"))
        g.count(vote)
        result = f"{vote}({test})" if vote == "__ballot" else f"({vote}({test}) != 0)"
        return leaf(f"{site} h = mix(h, {result});")
    mode = g.rng.choice(("", "_up", "_down", "_xor"))
    g.count(f"__shfl{mode}")
    value = expression(g, scope, g.rng.choice((INT, UNSIGNED)), 1)
    return leaf(f"{site} h = mix(h, __shfl{mode}({value}, {_distance(g, scope)}));")


@rule(6, lambda g, s: together(g, s) and not g.returned)
def make_warp_exchange(g: Generation, scope: Scope) -> Statement:
    """Values go through shared memory, with nothing but the warp's own meeting between."""
    site = g.site("syncwarp_exchange")
    value = expression(g, scope, INT, 1)
    if g.chance(0.4):
        return leaf(f"{site} h = mix(h, warp_exchange({g.warp_box}, tid, nt, {value}));")
    other = g.rng.choice(("tid & ~31", "min(tid | 31, nt - 1)", "min(tid ^ 5, nt - 1)"))
    if other.startswith("min(tid ^"):
        other = "((tid ^ 5) < nt ? tid ^ 5 : tid)"
    mask = g.rng.choice(("", "0xffffffffu"))
    return leaf(
        f"{{ {site} {g.warp_box}[tid] = {value};\n  __syncwarp({mask});\n"
        f"  h = mix(h, {g.warp_box}[{other}]);\n  __syncwarp({mask}); }}"
    )
