"""Ways that bring some lanes of a warp to an operation: branches, loops, leaders, both sides."""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression, selector
from tests.fuzz.scope import INT, UNSIGNED, Generation, Scope
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import MAX_TRIPS, rule
from tests.fuzz.warps import ALL, Members, operation, operations, together


@rule(8, together)
def make_members_branch(g: Generation, scope: Scope) -> Statement:
    """Lanes that take a branch, found by a ballot, exchange values in it; so may the others."""
    flag, members = g.fresh("takes"), g.fresh("members")
    inner = scope.child(divergent=True)
    work = operations(g, inner, Members(members, 0))
    if g.chance(0.3):
        work = f"if ({condition(g, inner, 1, uniform=True)}) {{ {work} }}"
    other = ""
    if g.chance(0.4):
        others = g.fresh("others")
        asked = f"__ballot_sync({ALL.text}, !{flag})"
        found = f"{ALL.text} ^ {members}" if g.chance(0.5) else asked
        g.count("operation_in_else")
        inner_work = operations(g, inner, Members(others, 0))
        other = f" else {{ {inner_work} }}"
        members_of = f"\n  const unsigned {others} = {found};"
    else:
        members_of = ""
    return leaf(
        f"{{ const bool {flag} = {condition(g, scope, 2)};\n"
        f"  const unsigned {members} = __ballot_sync({ALL.text}, {flag});{members_of}\n"
        f"  if ({flag}) {{ {g.site('operation_in_branch')} {work} }}{other} }}"
    )


@rule(6, together)
def make_constant_members(g: Generation, scope: Scope) -> Statement:
    """A branch of the lanes that a constant names."""
    count = g.rng.choice((1, 4, 7, 16, 20, 31))
    mask = (1 << count) - 1
    inner = scope.child(divergent=True)
    work = operations(g, inner, Members(f"{mask:#x}u", 0), 1, 2)
    other = ""
    if g.chance(0.4):
        rest = Members(f"{mask ^ 0xFFFFFFFF:#x}u", 0)
        other = f" else {{ {operations(g, inner, rest, 1, 2)} }}"
    site = g.site("constant_members")
    return leaf(f"if (LANE < {count}) {{ {site} {work} }}{other}")


@rule(8, together)
def make_matched_groups(g: Generation, scope: Scope) -> Statement:
    """Lanes with the same value act together; one of them may do work for all."""
    same, key = g.fresh("same"), g.fresh("key")
    value = selector(g, scope, g.rng.choice((2, 3, 5)))
    group = Members(same, 0, alone=False)
    kinds = ("plain", "leader", "branch", "rank", *(["both"] if g.meetings else []))
    kind = g.rng.choice(kinds)
    head = (
        f"{{ const int {key} = (int){value};\n"
        f"  const unsigned {same} = __match_any_sync({ALL.text}, {key});\n"
        f"  {g.site(f'match_{kind}')} "
    )
    inner = scope.child(divergent=True)
    if kind == "leader":
        target = "atomicAdd(&shared_counters[3], __popc(" + same + "));" if g.atomics else ""
        given = expression(g, inner, INT, 2)
        return leaf(
            f"{head}int given = 0;\n"
            f"  if (LANE == __ffs({same}) - 1) {{ given = {given}; {target} }}\n"
            f"  h = mix(h, __shfl_sync({same}, given, __ffs({same}) - 1)); }}"
        )
    if kind == "branch":
        work = operations(g, inner, group, 1, 2)
        other = f" else {{ {operations(g, inner, group, 1, 2)} }}" if g.chance(0.5) else ""
        return leaf(f"{head}if ({key} == 1) {{ {work} }}{other} }}")
    if kind == "both":
        g.count("meeting_from_both_sides")
        first = operation(g, inner, group)
        return leaf(f"{head}if ({condition(g, scope, 1)}) {{ {first} }} else {{ {first} }} }}")
    if kind == "rank":
        below = f"{same} & LANES_BELOW"
        return leaf(f"{head}h = mix(h, __popc({below})); {operation(g, scope, group)} }}")
    return leaf(f"{head}{operations(g, scope, group)} }}")


@rule(10, lambda g, s: together(g, s) and g.meetings)
def make_meeting(g: Generation, scope: Scope) -> Statement:
    """Lanes meet at an operation that they come to from different places."""
    inner = scope.child(divergent=True)
    test = condition(g, scope, 1)
    site = g.site("meeting_from_both_sides")
    kind = g.rng.random()
    if kind < 0.3:
        first = operation(g, inner, ALL)
        work = f"h = mix(h, {expression(g, inner, INT, 1)});"
        return leaf(f"if ({test}) {{ {site} {work} {first} }} else {{ {first} {work} }}")
    members, flag = g.fresh("members"), g.fresh("takes")
    x, y, z = g.kernel.block
    # The ballot is the constant only where no lane of a warp is missing.
    whole = x * y * z % 32 == 0 and not g.returned and not g.barrier_after_return
    if kind < 0.45 and whole:  # named in one way here, and in another there
        seed = g.rng.getrandbits(32)
        texts = []
        for mask in (Members(members), ALL):
            g.rng.seed(seed)
            texts.append(operation(g, inner, mask))
        return leaf(
            f"{{ const unsigned {members} = __ballot_sync({ALL.text}, 1);\n"
            f"  if ({test}) {{ {site} {texts[0]} }} else {{ {texts[1]} }} }}"
        )
    if kind < 0.7:  # named by asking, and parted afterwards
        first = operation(g, inner, Members(members, 0))
        where = f"if ({flag}) " if g.chance(0.6) else ""
        asked = flag if where else "1"
        return leaf(
            f"{{ const bool {flag} = {condition(g, scope, 1)};\n"
            f"  const unsigned {members} = __ballot_sync({ALL.text}, {asked});\n"
            f"  {where}{{ {site} if ({test}) {{ {first} }} else {{ {first} }} }} }}"
        )
    count, name, rounds = g.fresh("met"), g.fresh("round"), g.rng.randint(1, 3)
    mask = Members(members) if g.chance(0.5) else ALL
    if scope.trips * rounds * 4 > MAX_TRIPS:
        return make_members_branch(g, scope)
    return leaf(  # in different rounds of a loop
        f"{{ const unsigned {members} = __ballot_sync({ALL.text}, 1);\n  int {count} = 0;\n"
        f"  for (int {name} = 0; {count} < {rounds}; ++{name})\n"
        f"    if ((({name} + tid) & 1) == 0) {{ {site} ++{count};"
        f" {operation(g, inner, mask)} }}\n  h = mix(h, {count}); }}"
    )


@rule(6, lambda g, s: together(g, s) and s.trips * 8 <= MAX_TRIPS)
def make_members_loop(g: Generation, scope: Scope) -> Statement:
    """A loop that lanes leave one after the other; who is left is asked, each round or once."""
    left, members = g.fresh("left"), g.fresh("members")
    inner = scope.child(divergent=True, trips=scope.trips * 4)
    trips = f"(int){selector(g, scope, 5)}"
    work = operations(g, inner, Members(members, 0), 1, 2)
    kind = g.rng.choice(("asked_each_round", "asked_in_loop", "one_at_a_time"))
    site = g.site(f"loop_{kind}")
    if kind == "asked_each_round":
        return leaf(
            f"{{ int {left} = {trips};\n"
            f"  unsigned {members} = __ballot_sync({ALL.text}, {left} > 0);\n"
            f"  while ({left} > 0) {{ {site} {work}\n"
            f"    --{left}; {members} = __ballot_sync({members}, {left} > 0); }} }}"
        )
    if kind == "asked_in_loop":
        outer = scope.child()
        return leaf(
            f"{{ const int {left} = {trips};\n  for (int turn = 0; turn < 4; ++turn) {{\n"
            f"    const unsigned {members} = __ballot_sync({ALL.text}, turn < {left});\n"
            f"    if (turn < {left}) {{ {site} {work} }}\n"
            f"    {operation(g, outer, ALL)} }} }}"
        )
    todo, leader = g.fresh("todo"), g.fresh("leader")
    value = expression(g, scope, UNSIGNED, 1)
    key = f"({value}) & 3u"
    return leaf(
        f"{{ const unsigned {left} = {key};\n"
        f"  unsigned {todo} = __ballot_sync({ALL.text}, {condition(g, scope, 1)});\n"
        f"  while ({todo}) {{ {site} const int {leader} = __ffs({todo}) - 1;\n"
        f"    const unsigned theirs = __shfl_sync({ALL.text}, {left}, {leader});\n"
        f"    const unsigned {members} = __ballot_sync({ALL.text}, theirs == {left});\n"
        f"    h = mix(h, {members} ^ theirs);\n"
        f"    {todo} &= ~({members} | 1u << {leader}); }} }}"
    )


@rule(6, lambda g, s: g.warps and s.in_kernel and s.divergent and s.trips <= 16)
def make_active_branch(g: Generation, scope: Scope) -> Statement:
    """Who comes along is open where not all do; these results do not depend on it."""
    active = g.fresh("active")
    site = g.site("active_mask_in_branch")
    x = expression(g, scope, INT, 1)
    texts = [
        f"h = mix(h, __ballot_sync({active}, 1) == {active});",
        f"h = mix(h, __reduce_add_sync({active}, 1u) == (unsigned)__popc({active}));",
        f"h = mix(h, __shfl_sync({active}, {x}, LANE));",
        f"h = mix(h, {active} >> LANE & 1u);",
        f"h = mix(h, __match_any_sync({active}, {x}) >> LANE & 1u);",
        f"h = mix(h, __all_sync({active}, 1) != 0);",
    ]
    if g.atomics:
        texts.append(
            f"if (LANE == __ffs({active}) - 1) atomicAdd(&shared_counters[5], __popc({active}));"
        )
        texts.append(
            f"{{ const unsigned sum = __reduce_add_sync({active}, (unsigned)({x}));\n"
            f"  if (LANE == __ffs({active}) - 1) atomicAdd(&shared_counters[6], (int)sum); }}"
        )
    work = " ".join(g.rng.sample(texts, g.rng.randint(1, 3)))
    return leaf(f"{{ {site} const unsigned {active} = ACTIVE(); {work} }}")
