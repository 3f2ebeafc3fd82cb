"""Random statements about addresses: one writer, indices that nearly wrap, copies of memory."""

from __future__ import annotations

from tests.fuzz.expressions import condition, expression
from tests.fuzz.scope import CHAR, INT, UCHAR, UNSIGNED, Generation, Scope, Variable
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import block, make_assignment, nestable, rule

FIRST_OWNED, LAST_OWNED = 130, 143  # of the counters; the others belong to the atomics


def integer_targets(scope: Scope) -> list[Variable]:
    return [v for v in scope.mutable() if v.type is INT and not v.uniform]


@rule(3, lambda g, s: s.in_kernel)
def make_single_writer(g: Generation, scope: Scope) -> Statement:
    """One thread of the grid writes one place: the address is uniform, the mask is not."""
    place = FIRST_OWNED + g.single_writers
    if place > LAST_OWNED:
        return make_assignment(g, scope)
    g.single_writers += 1
    threads = g.kernel.threads
    who = str(g.rng.randrange(threads))
    if g.chance(0.3):
        who = f"(int)((unsigned)p0 % {threads}u)"
    value = expression(g, scope, INT, 2)
    # Several such stores in one block of code: the mask is often empty there.
    text = f"shared_counters[{place}] = {value};"
    if g.chance(0.4):
        text += f" if ({condition(g, scope, 1)}) shared_counters[{place}] ^= {value};"
    return leaf(f"if (gid == {who}) {{ {g.site('single_writer')} {text} }}")


@rule(4, lambda g, s: s.in_kernel)
def make_neighbour_read(g: Generation, scope: Scope) -> Statement:
    """Consecutive addresses, also descending ones, of which the border is left out: the index of
    the threads left out wraps, or lies outside."""
    targets = integer_targets(scope)
    if not targets:
        return make_assignment(g, scope)
    target = g.rng.choice(targets).name
    site = g.site("neighbour_read")
    step = g.rng.choice((1, 2, 3, 5, 9, 17, 33))
    at = g.rng.choice(("gid", "(unsigned)gid", "tid", "(unsigned)tid"))
    array = g.rng.choice(("in", "((const unsigned char *)in)", "((const unsigned short *)in)"))
    text = g.rng.choice(
        (
            "if ({at} >= {step}) {{ {site} {t} ^= {array}[{at} - {step}]; }}",
            "if ({at} >= {step} && {test}) {{ {site} {t} ^= {array}[{at} - {step}]; }}",
            "if ({at} + {step} < 1024) {{ {site} {t} ^= {array}[{at} + {step}]; }}",
            "if ({at} < {step}) {{ {site} {t} ^= {array}[{step} - 1 - {at}]; }}",
            "if ({test}) {{ {site} {t} ^= {array}[1023 - {at}]; }}",
            "{{ unsigned index = (unsigned){at} - {step}u; {site}"
            " if (index < 1024u) {t} ^= {array}[index]; }}",
        )
    )
    test = condition(g, scope, 1)
    return leaf(text.format(at=at, step=step, t=target, site=site, array=array, test=test))


@rule(2)
def make_wrapping_line(g: Generation, scope: Scope) -> Statement:
    """Numbers that step by one from thread to thread and wrap between two of them."""
    targets = integer_targets(scope)
    if not targets or not scope.in_kernel:
        return make_assignment(g, scope)
    g.count("wrapping_line")
    target, back = g.rng.choice(targets).name, g.rng.randrange(40)
    step = g.rng.choice((1, 1, 2, 3))
    line = g.rng.choice(("tid", "gid", "threadIdx.x"))
    sum_ = f"(unsigned){line} * {step}u + (unsigned)p0"
    text = g.rng.choice(
        (
            f"long long wide = (int)({sum_} + {0x80000000 - back}u);",
            f"unsigned long long wide = {sum_} + {0x100000000 - back}u;",
            f"long long wide = (short)({sum_} + {0x8000 - back}u);",
            f"unsigned long long wide = (unsigned short)({sum_} + {0x10000 - back}u);",
            f"long long wide = (signed char)({sum_} + {0x80 - back}u);",
            f"unsigned long long wide = (unsigned char)({sum_} + {0x100 - back}u);",
        )
    )
    # Wide arithmetic that clang cannot make narrow: the upper half counts.
    shift = g.rng.choice((0, 3, 16, 24, 31))
    return leaf(f"{{ {text} {target} ^= (int)((wide * (nt + 5ll)) >> {shift}); }}")


@rule(2)
def make_memory_copy(g: Generation, scope: Scope) -> Statement:
    """memcpy, memmove and memset of this thread's bytes, of fixed and of varying length."""
    targets = integer_targets(scope)
    if not targets or scope.trips > 16:
        return make_assignment(g, scope)
    target, first, second = g.rng.choice(targets).name, g.fresh("from"), g.fresh("to")
    size = g.rng.choice((7, 12, 16, 24, 39))
    type_ = g.rng.choice((CHAR, UCHAR, INT))
    length = str(g.rng.randint(1, size))
    if g.chance(0.6):
        length = f"({expression(g, scope, UNSIGNED, 1)} % {size + 1}u)"
    fill = f"{first}[k] = ({type_.name})((unsigned){target} * 31u + k * 7u); {second}[k] = 0;"
    site = g.site("memory_copy")
    scale = f" * sizeof({type_.name})"
    action = g.rng.choice(
        (
            f"memcpy({second}, {first}, {length}{scale});",
            f"memcpy({second}, {first}, {length});",
            f"memset({second}, {g.rng.choice((0, 1, 0x5A, 255))}, {length});",
            f"memmove({first} + {size // 3}, {first}, {length}{scale} * 2u / 3u);",
            f"memmove({first}, {first} + {size // 3}, {length}{scale} * 2u / 3u);",
        )
    )
    return leaf(
        f"{{ {site} {type_.name} {first}[{size}], {second}[{size}];\n"
        f"  for (int k = 0; k < {size}; ++k) {{ {fill} }}\n  {action}\n"
        f"  for (int k = 0; k < {size}; ++k) {target} = (int)((unsigned){target} * 3u"
        f" + (unsigned){first}[k] + 5u * (unsigned){second}[k]); }}"
    )


@rule(1, nestable)
def make_never(g: Generation, scope: Scope) -> Statement:
    """A trap that no thread reaches, though the compiler cannot know: a constant may be changed."""
    g.count("unreached_trap")
    value = expression(g, scope, INT, 2)
    body = block(g, scope.child(divergent=True), "unreached", 0, 1)
    return Statement([f"if (constant_ints[{value} & 15] < -1000) {{", body, "  __trap(); }"])
