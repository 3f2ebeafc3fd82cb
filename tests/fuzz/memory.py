"""Random statements on memory: private arrays, own global memory, atomics, shared phases."""

from __future__ import annotations

from tests.fuzz.expressions import STRIDED, condition, expression, index
from tests.fuzz.scope import (
    CHAR,
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    UCHAR,
    USHORT,
    Array,
    Generation,
    Scope,
    Variable,
)
from tests.fuzz.source import Statement, leaf
from tests.fuzz.statements import (
    MAX_TRIPS,
    block,
    make_assignment,
    nestable,
    rule,
    statements,
)


@rule(3)
def make_private_array(g: Generation, scope: Scope) -> Statement:
    type_ = g.rng.choice((INT, INT, FLOAT, UCHAR, USHORT, CHAR, LONG, DOUBLE))
    size = g.rng.choice((2, 4, 8, 16))
    name, counter = g.fresh("array"), g.fresh("i")
    g.count(f"private_array_{type_.bits}")
    array = Array(name, type_, size, "private", writable=True)
    if g.chance(0.3):
        some = ", ".join(expression(g, scope, type_, 1) for _ in range(g.rng.randint(1, size)))
        text = f"{type_.name} {name}[{size}] = {{{some}}};"
    else:
        inner = scope.child()
        inner.variables.append(Variable(counter, INT, mutable=False))
        value = expression(g, inner, type_, 2)
        text = (
            f"{type_.name} {name}[{size}];\n"
            f"for (int {counter} = 0; {counter} < {size}; ++{counter}) {name}[{counter}] = {value};"
        )
    scope.arrays.append(array)
    return leaf(text)


@rule(6, lambda g, s: any(a.writable for a in s.arrays))
def make_array_store(g: Generation, scope: Scope) -> Statement:
    array = g.rng.choice([a for a in scope.arrays if a.writable])
    g.count("private_store")
    where = index(g, scope, array)
    return leaf(f"{array.name}[{where}] = {expression(g, scope, array.type, 2)};")


@rule(2, lambda g, s: any(a.writable and a.type is INT for a in s.arrays))
def make_array_escape(g: Generation, scope: Scope) -> Statement:
    """The array's address leaves for a function, or is chosen by a varying condition."""
    arrays = [a for a in scope.arrays if a.writable and a.type is INT]
    first, second = g.rng.choice(arrays), g.rng.choice(arrays)
    x, size = expression(g, scope, INT, 1), min(first.size, second.size)
    if g.chance(0.5):
        g.count("private_array_escapes")
        name = g.rng.choice(("permute", "permute_inline"))
        return leaf(f"{name}({first.name}, {first.size}, {x});")
    g.count("private_pointer_select")
    test = condition(g, scope, 1)
    return leaf(
        f"{{ int *chosen = {test} ? {first.name} : {second.name};\n"
        f"  chosen[{x} & {size - 1}] ^= {expression(g, scope, INT, 1)}; }}"
    )


@rule(2, lambda g, s: s.in_kernel)
def make_pointer_walk(g: Generation, scope: Scope) -> Statement:
    targets = [v for v in scope.mutable() if v.type is INT and not v.uniform]
    if not targets or scope.trips > 16:
        return make_assignment(g, scope)
    start = f"({expression(g, scope, INT, 1)} & 511)"
    length, step = f"({expression(g, scope, INT, 1)} & 7)", g.rng.choice((1, 2, 3))
    target = g.rng.choice(targets).name
    site = g.site("pointer_walk")
    return leaf(
        f"{{ const int *at = in + {start}, *end = at + {length} * {step};\n"
        f"  for (; at < end; at += {step}) {{ {site} {target} ^= *at; }} }}"
    )


@rule(4, lambda g, s: s.in_kernel)
def make_own_memory(g: Generation, scope: Scope) -> Statement:
    """This thread's own eight ints, thread-major or slot-major, and sixteen bytes."""
    kind = g.rng.choice(("MEM", "MEM_BY_SLOT", "BYTES"))
    limit = 15 if kind == "BYTES" else 7
    g.count("global_byte_store" if kind == "BYTES" else "global_store")
    where = f"({expression(g, scope, INT, 1)} & {limit})"
    other = f"({expression(g, scope, INT, 1)} & {limit})"
    value = expression(g, scope, INT, 2)
    targets = [v for v in scope.mutable() if v.type is INT and not v.uniform]
    text = f"{kind}({where}) = {value};"
    if kind == "BYTES":
        text = f"{kind}({where}) = (unsigned char){value};"
    if targets and g.chance(0.6):
        g.count("global_load_after_store")
        text += f" {g.rng.choice(targets).name} ^= {kind}({other});"
    return leaf(text)


ATOMICS = {  # operation: the section of sixteen counters that only it touches
    "atomicAdd(&shared_counters[{i}], {x})": 0,
    "atomicSub(&shared_counters[{i}], {x})": 0,
    "atomicMin(&shared_counters[16 + {i}], {x})": 1,
    "atomicMax(&shared_counters[32 + {i}], {x})": 2,
    "atomicAnd(&shared_counters[48 + {i}], {x})": 3,
    "atomicOr(&shared_counters[64 + {i}], {x})": 4,
    "atomicXor(&shared_counters[80 + {i}], {x})": 5,
    "atomicInc((unsigned *)&shared_counters[96 + {i}], 1000u)": 6,
    "atomicExch(&shared_counters[112 + {i}], 77)": 7,
    "atomicAdd((unsigned *)&shared_counters[{i}], (unsigned){x})": 0,
    "atomicAdd(&wide_counters[{i}], (unsigned long long){x})": 8,
    "atomicMax(&wide_counters[16 + {i}], (unsigned long long){x})": 9,
    "atomicAdd(&float_counters[{i}], (float)({x} & 15))": 10,
}


@rule(5, lambda g, s: s.in_kernel and g.atomics)
def make_atomic(g: Generation, scope: Scope) -> Statement:
    x = f"({g.rng.choice(STRIDED)})" if g.chance(0.15) else expression(g, scope, INT, 2)
    choice = g.rng.random()
    if choice < 0.15:
        # The set of tickets is fixed, whoever draws which.
        site = g.site("atomic_result")
        return leaf(
            f"{{ {site} int ticket = atomicAdd(&shared_counters[128], 1);\n"
            f"  atomicAdd(&shared_counters[129], ticket * (ticket & 15)); }}"
        )
    where = f"({expression(g, scope, INT, 1)} & 15)" if g.chance(0.5) else str(g.rng.randrange(16))
    if choice < 0.3:
        site = g.site("atomic_cas_loop")
        return leaf(
            f"{{ {site} int *place = &shared_counters[{where}];\n"
            f"  int old = *(volatile int *)place, seen;\n"
            f"  do {{ seen = old; old = atomicCAS(place, seen, "
            f"(int)((unsigned)seen + (unsigned)({x}))); }} while (old != seen); }}"
        )
    text = g.rng.choice(list(ATOMICS)).format(i=where, x=f"({x})")
    return leaf(f"{g.site(text.split('(')[0])} {text};")


@rule(2, lambda g, s: s.in_kernel)
def make_vector(g: Generation, scope: Scope) -> Statement:
    site = g.site("vector_type")
    name = g.fresh("vector")
    ints = [expression(g, scope, INT, 1) for _ in range(4)]
    which = f"({expression(g, scope, INT, 1)})"
    text = g.rng.choice(
        (
            "int4 {n} = make_int4({a}, {b}, {c}, {d}); {n}.x ^= {n}.w; "
            "h = mix(h, {n}.x ^ {n}.y & {n}.z);",
            "float4 {n} = ((const float4 *)fin)[{w} & 255]; "
            "h = mix_float(h, {n}.x * {n}.w + {n}.z);",
            "int2 {n} = ((const int2 *)in)[{w} & 511]; h = mix(h, {n}.x ^ {n}.y);",
            "uchar4 {n} = make_uchar4({a}, {b}, {c}, {d}); "
            "h = mix(h, {n}.x * {n}.y + {n}.z - {n}.w);",
            "float2 {n} = make_float2((float){a}, (float){b}); {n}.y -= {n}.x; "
            "h = mix_float(h, {n}.x * 0.5f + {n}.y);",
            "Pair {n} = {{{a}, (short){b}, {{1.0f, (float){c}}}}}; Pair copy = {n}; "
            "copy.values[{w} & 1] += 2.0f; "
            "h = mix_float(h, copy.values[1] + copy.small + {n}.first);",
            "((int4 *)&MEM(0))[{w} & 1] = make_int4({a}, {b}, {c}, {d});",
        )
    )
    a, b, c, d = ints
    return leaf("{ " + site + " " + text.format(n=name, a=a, b=b, c=c, d=d, w=which) + " }")


def own_slot(g: Generation) -> str:
    """A slot of an array as long as the block that no other thread's expression names."""
    threads = 1
    for extent in g.kernel.block:
        threads *= extent
    choices = ["tid", "tid", "tid", "nt - 1 - tid"]
    factor = g.rng.choice((3, 5, 7))
    if threads % factor:
        choices.append(f"(tid * {factor}) % nt")
    return g.rng.choice(choices)


def shared_ready(g: Generation, scope: Scope) -> bool:
    return g.may_barrier(scope) and bool(g.shared) and scope.depth < 4


@rule(16, shared_ready)
def make_phase(g: Generation, scope: Scope) -> Statement:
    """Each thread writes its slot; barrier; all read; barrier."""
    array = g.rng.choice(g.shared)
    g.shared.remove(array)
    slot = own_slot(g)
    value = expression(g, scope, array.type, 2)
    write = f"{array.name}[{slot}] = {value};"
    if g.chance(0.25):
        other = expression(g, scope, array.type, 1)
        write = f"if ({condition(g, scope, 1)}) {write} else {array.name}[{slot}] = {other};"
    inner = scope.child()
    inner.arrays.append(array)
    body = block(g, inner, "barrier_phase", 1, 5)
    g.shared.append(array)
    head = f"{{ {write}\n__syncthreads();"
    return Statement([head, body, "__syncthreads(); }"])


@rule(8, shared_ready)
def make_collective(g: Generation, scope: Scope) -> Statement:
    """The usual cooperative patterns: scan, tree reduction, stencil steps, histogram."""
    ints = [a for a in g.shared if a.type is INT]
    targets = [v for v in scope.mutable() if v.type is INT and not v.uniform]
    if not ints or not targets or scope.trips > 8:
        return make_phase(g, scope)
    name, target = g.rng.choice(ints).name, g.rng.choice(targets).name
    value = expression(g, scope, INT, 2)
    kind = g.rng.choice(("scan", "tree", "stencil", "histogram", "function", "transpose"))
    if kind == "histogram" and g.returned:
        kind = "scan"
    site = g.site(f"shared_{kind}")
    count, bins = g.rng.randint(1, 4), 16
    text = {
        "scan": f"{name}[tid] = {value};\n__syncthreads();\n"
        f"for (int step = 1; step < nt; step *= 2) {{\n  {site}\n"
        f"  int left = tid >= step ? {name}[tid - step] : 0;\n  __syncthreads();\n"
        f"  {name}[tid] = (int)((unsigned){name}[tid] + (unsigned)left);\n  __syncthreads();\n}}\n"
        f"{target} ^= {name}[nt - 1 - tid];\n__syncthreads();",
        "tree": f"{name}[tid] = {value};\n__syncthreads();\n"
        f"for (int rest = nt; rest > 1;) {{\n  {site}\n  int half = (rest + 1) / 2;\n"
        f"  if (tid < rest / 2) {name}[tid] = max({name}[tid], {name}[tid + half]);\n"
        f"  rest = half;\n  __syncthreads();\n}}\n{target} ^= {name}[0];\n__syncthreads();",
        "stencil": f"{name}[tid] = {value};\n__syncthreads();\n"
        f"for (int step = 0; step < {count}; ++step) {{\n  {site}\n"
        f"  int around = {name}[(tid + 1) % nt] ^ {name}[(tid + nt - 1) % nt];\n"
        f"  __syncthreads();\n  {name}[tid] = around;\n  __syncthreads();\n}}\n"
        f"{target} ^= {name}[tid];\n__syncthreads();",
        "histogram": f"for (int bin = tid; bin < {bins}; bin += nt) bins[bin] = 0;\n"
        f"__syncthreads();\n{site}\natomicAdd(&bins[{value} & {bins - 1}], 1);\n"
        f"if ({condition(g, scope, 1)}) atomicAdd(&bins[tid % {bins}], 3);\n__syncthreads();\n"
        f"{target} ^= bins[tid & {bins - 1}];\n__syncthreads();",
        "function": f"{site}\n{target} ^= {g.rng.choice(('exchange', 'exchange_call'))}"
        f"({name}, tid, nt, {value});",
        "transpose": f"{site}\n{name}[(tid % 2) * ((nt + 1) / 2) + tid / 2] = {value};\n"
        f"__syncthreads();\n{target} ^= {name}[tid];\n__syncthreads();",
    }[kind]
    return leaf("{ " + text + " }")


@rule(4, lambda g, s: g.may_barrier(s) and s.depth < 4)
def make_barrier_reduce(g: Generation, scope: Scope) -> Statement:
    operation = g.rng.choice(("__syncthreads_count", "__syncthreads_or", "__syncthreads_and"))
    g.count(operation)
    name = g.fresh("u")
    text = f"int {name} = {operation}({condition(g, scope, 2)});"
    if not operation.endswith("count"):
        text += f" {name} = {name} != 0;"
    scope.variables.append(Variable(name, INT, uniform=True))
    return leaf(text)


@rule(2, lambda g, s: g.may_barrier(s) and nestable(g, s) and s.trips * 4 <= MAX_TRIPS)
def make_barrier_loop(g: Generation, scope: Scope) -> Statement:
    """A loop whose exit is agreed on by the whole block."""
    fuel = g.fresh("i")
    inner = scope.child(
        loop="uniform", inside_uniform_loop=True, in_switch=False, trips=scope.trips * 4
    )
    inner.variables.append(Variable(fuel, INT, uniform=True, mutable=False))
    test = condition(g, scope, 2)
    body = [leaf(g.site("agreed_loop"), False), *statements(g, inner, g.rng.randint(1, 4))]
    head = f"for (int {fuel} = 0; {fuel} < 4; ++{fuel}) {{"
    return Statement([head, body, f"  if (__syncthreads_count({test}) < nt / 2) break;\n}}"])
