"""Random cooperative groups within a warp: tiles, coalesced groups, partitions, reduce and scan."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fuzz.expressions import condition, expression, selector
from tests.fuzz.scope import DOUBLE, FLOAT, INT, LONG, UNSIGNED, Generation, Scope
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import rule
from tests.fuzz.warps import together


@dataclass(frozen=True)
class Group:
    """`size`: known to the compiler, a power of two (a tile); 0 otherwise."""

    name: str
    size: int = 0


def _rank(g: Generation, scope: Scope, group: Group) -> str:
    value = expression(g, scope, UNSIGNED, 1, uniform=g.chance(0.4))
    if group.size and g.chance(0.5):
        return str(g.rng.randrange(group.size))
    return f"(int)((unsigned)({value}) % {group.name}.size())"


def _shuffle(g: Generation, scope: Scope, group: Group) -> str:
    type_ = g.rng.choice((INT, UNSIGNED, FLOAT, DOUBLE, LONG))
    mix = "mix_float" if type_.floating else "mix"
    value = f"({type_.name})({expression(g, scope, type_, 1)})"
    modes = ["shfl", "shfl_up", "shfl_down", *(["shfl_xor"] if group.size else [])]
    mode = g.rng.choice(modes)
    g.count(f"group_{mode}")
    if mode == "shfl":
        by = _rank(g, scope, group)
    elif mode == "shfl_xor":
        by = f"(({expression(g, scope, UNSIGNED, 1)}) & {group.size - 1}u)"
    else:
        by = f"(({expression(g, scope, UNSIGNED, 1, uniform=g.chance(0.5))}) & 7u)"
    return f"h = {mix}(h, {group.name}.{mode}({value}, {by}));"


def _vote(g: Generation, scope: Scope, group: Group) -> str:
    kind = g.rng.choice(("any", "all", "ballot", "match_any", "match_all"))
    g.count(f"group_{kind}")
    if kind in ("any", "all"):
        return f"h = mix(h, {group.name}.{kind}({condition(g, scope, 1)}) != 0);"
    if kind == "ballot":
        return f"h = mix(h, {group.name}.ballot({condition(g, scope, 1)}));"
    value = f"(int){selector(g, scope, g.rng.choice((1, 2, 4)))}"
    if kind == "match_any":
        return f"h = mix(h, {group.name}.match_any({value}));"
    return (
        f"{{ int same = 7; unsigned all = {group.name}.match_all({value}, same);\n"
        f"  h = mix(h, all); h = mix(h, same != 0); }}"
    )


# Operators that give the same in whatever order, with the type of their operands.
_OPERATORS = (
    ("cg::plus<int>()", "int"),
    ("cg::plus<unsigned>()", "unsigned"),
    ("cg::plus<long long>()", "long long"),
    ("cg::less<int>()", "int"),
    ("cg::greater<int>()", "int"),
    ("cg::less<unsigned>()", "unsigned"),
    ("cg::greater<long long>()", "long long"),
    ("cg::bit_and<unsigned>()", "unsigned"),
    ("cg::bit_or<unsigned>()", "unsigned"),
    ("cg::bit_xor<int>()", "int"),
    ("cg::less<double>()", "double"),
    ("[](unsigned a, unsigned b) { return a * b; }", "unsigned"),
)


def _fold(g: Generation, scope: Scope, group: Group) -> str:
    kind = g.rng.choice(("reduce", "reduce", "inclusive_scan", "exclusive_scan"))
    operators = _OPERATORS
    if kind == "exclusive_scan":  # of whose first result only these say what it is
        operators = tuple(o for o in _OPERATORS if "plus" in o[0] or "xor" in o[0])
    operator, type_ = g.rng.choice(operators)
    g.count(f"group_{kind}")
    g.count(f"group_{operator.split('<')[0].split('::')[-1] if operator[0] == 'c' else 'lambda'}")
    value = f"({type_})({expression(g, scope, INT, 1)})"
    if type_ == "long long":
        value = f"(({value}) & 0xffffffffffll)"
    mix = "mix_float" if type_ == "double" else "mix"
    given = "" if kind != "reduce" and operator == "cg::plus<int>()" else f", {operator}"
    if "scan" in kind and "a * b" in operator:
        given = ", cg::bit_xor<unsigned>()"
    if not given or operator == "cg::plus<int>()":
        value = f"({value} & 0xffffff)"
    elif "plus<long" in operator:
        value = f"({value} & 0xffffff)"
    return f"h = {mix}(h, cg::{kind}({group.name}, {value}{given}));"


def _facts(g: Generation, scope: Scope, group: Group) -> str:
    g.count("group_facts")
    fact = g.rng.choice(("size()", "thread_rank()", "meta_group_rank()", "meta_group_size()"))
    return f"h = mix(h, (int){group.name}.{fact});"


def _operation(g: Generation, scope: Scope, group: Group) -> str:
    make = g.rng.choice((_shuffle, _shuffle, _vote, _vote, _fold, _fold, _facts))
    return make(g, scope, group)


def _operations(g: Generation, scope: Scope, group: Group) -> str:
    texts = [_operation(g, scope, group) for _ in range(g.rng.randint(1, 3))]
    if g.chance(0.2):
        texts.insert(0, f"{group.name}.sync();")
    return " ".join(texts)


def _parted(g: Generation, scope: Scope, group: Group, depth: int = 0) -> str:
    """Work of the group, or of one that it is parted into."""
    kind = g.rng.random()
    if kind < 0.5 or depth > 1:
        return _operations(g, scope, group)
    name = g.fresh("part")
    part = Group(name)
    if kind < 0.65:
        g.count("binary_partition")
        made = f"cg::binary_partition({group.name}, {condition(g, scope, 1)})"
    elif kind < 0.85:
        g.count("labeled_partition")
        label = f"(int){selector(g, scope, g.rng.choice((2, 3, 5)))}"
        made = f"cg::labeled_partition({group.name}, {label})"
    elif group.size > 1:
        size = g.rng.choice([s for s in (1, 2, 4, 8, 16) if s < group.size])
        g.count("tile_of_tile")
        part = Group(name, size)
        made = f"cg::tiled_partition<{size}>({group.name})"
    elif not group.size:
        g.count("tile_of_coalesced")
        made = f"cg::tiled_partition({group.name}, {g.rng.choice((1, 2, 4, 8))}u)"
    else:
        return _operations(g, scope, group)
    # Draws nothing, so that kernels stay as they were. Little else depends on a part's number.
    number = f"h = mix(h, (int)({name}.meta_group_rank() * 64 + {name}.meta_group_size()));"
    return f"{{ auto {name} = {made}; {number} {_parted(g, scope, part, depth + 1)} }}"


def _block_size(g: Generation) -> int:
    x, y, z = g.kernel.block
    return x * y * z


def _complete(g: Generation, scope: Scope) -> bool:
    """No thread of the block has returned, in an earlier round of a loop neither."""
    in_loop = g.barrier_after_return and scope.inside_uniform_loop
    return together(g, scope) and not g.returned and not in_loop


@rule(14, _complete)
def make_tile(g: Generation, scope: Scope) -> Statement:
    """Tiles must part the block evenly, and nobody of a tile may have returned."""
    sizes = [s for s in (1, 2, 4, 8, 16, 32) if _block_size(g) % s == 0]
    tile = Group(g.fresh("tile"), g.rng.choice(sizes))
    site = g.site(f"tile_{tile.size}")
    if g.chance(0.15):
        size = f"(unsigned){tile.size}" if g.chance(0.5) else f"1u << (n & {len(sizes) - 1})"
        value = expression(g, scope, INT, 1)
        g.count("tile_of_any_size")
        return leaf(
            f"{{ {site} const unsigned size = {size};\n"
            f"  auto any = cg::tiled_partition(cg::this_thread_block(), size);\n"
            f"  {g.warp_box}[tid] = {value};\n  any.sync();\n"
            f"  h = mix(h, {g.warp_box}[tid / size * size]);\n  any.sync();\n"
            f"  h = mix(h, (int)any.thread_rank()); h = mix(h, (int)any.size()); }}"
        )
    work = _parted(g, scope, tile)
    made = f"cg::tiled_partition<{tile.size}>(cg::this_thread_block())"
    return leaf(f"{{ {site} auto {tile.name} = {made}; {work} }}")


@rule(10, together)
def make_coalesced(g: Generation, scope: Scope) -> Statement:
    """Where all lanes are, and where a branch parts them that all leave together."""
    group = Group(g.fresh("group"))
    if g.chance(0.5):
        site = g.site("coalesced_group")
        work = _parted(g, scope, group)
        return leaf(f"{{ {site} __syncwarp(); auto {group.name} = ALL_COALESCED(); {work} }}")
    inner = scope.child(divergent=True)
    flag, all_ = g.fresh("takes"), g.fresh("all")
    site = g.site("group_in_branch")
    work = _parted(g, inner, group)
    other = f" else {{ {_parted(g, inner, group)} }}" if g.chance(0.5) else ""
    return leaf(
        f"{{ const bool {flag} = {condition(g, scope, 2)};\n"
        f"  __syncwarp(); auto {all_} = ALL_COALESCED();\n"
        f"  auto {group.name} = cg::binary_partition({all_}, {flag});\n"
        f"  if ({flag}) {{ {site} {work} }}{other} }}"
    )


@rule(6, lambda g, s: g.warps and s.in_kernel and s.divergent and s.trips <= 16)
def make_coalesced_in_branch(g: Generation, scope: Scope) -> Statement:
    """Who comes along is open where not all do; these results do not depend on it."""
    name, site = g.fresh("group"), g.site("coalesced_in_branch")
    x = expression(g, scope, INT, 1)
    texts = [
        f"h = mix(h, {name}.thread_rank() < {name}.size());",
        f"h = mix(h, cg::reduce({name}, 1, cg::plus<int>()) == (int){name}.size());",
        f"h = mix(h, cg::inclusive_scan({name}, 1) == (int){name}.thread_rank() + 1);",
        f"h = mix(h, {name}.shfl({x}, (int){name}.thread_rank()));",
        f"h = mix(h, __popc({name}.ballot(1)) == (int){name}.size());",
    ]
    if g.atomics:
        texts.append(
            f"{{ const unsigned sum = cg::reduce({name}, (unsigned)({x}), cg::plus<unsigned>());\n"
            f"  if ({name}.thread_rank() == 0) atomicAdd(&shared_counters[7], (int)sum); }}"
        )
    work = " ".join(g.rng.sample(texts, g.rng.randint(1, 3)))
    return leaf(f"{{ {site} auto {name} = COALESCED(); {work} }}")
