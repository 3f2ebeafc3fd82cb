"""Generates one kernel: block shape, features allowed, device functions, body, outputs."""

from __future__ import annotations

import random

# Imported for the statement rules that they register.
import tests.fuzz.groups
import tests.fuzz.memory
import tests.fuzz.places
import tests.fuzz.warp_flow
import tests.fuzz.warps  # noqa: F401
from tests.fuzz.functions import CONSTANTS, make_functions
from tests.fuzz.rows import make_loop_by_grid
from tests.fuzz.scope import BOOL, FLOAT, INT, UNSIGNED, Array, Generation, Scope, Variable
from tests.fuzz.source import Body, Kernel, leaf
from tests.fuzz.statements import MAX_TRIPS, statements

BLOCKS = (
    (32, 1, 1),
    (64, 1, 1),
    (48, 1, 1),
    (37, 1, 1),
    (16, 4, 1),
    (8, 8, 1),
    (5, 3, 2),
    (1, 1, 1),
    (4, 4, 4),
    (32, 2, 1),
    (7, 9, 1),
    (96, 1, 1),
    (128, 1, 1),
    (16, 16, 1),
)
WARP_SHARE = 0.25  # of the kernels have warp-wide operations
MEETING_SHARE = 0.3  # of those, lanes come to operations from different paths
GRIDS = ((1, 1, 1), (2, 1, 1), (3, 1, 1), (2, 2, 1), (1, 2, 2))
ROW_SHARE = 0.3  # of the kernels have code that is simpler in most gangs (rows.py)
ROW_BLOCKS = ((8, 4, 1), (8, 2, 2), (16, 4, 1), (16, 2, 2), (32, 2, 1), (64, 1, 1), (48, 1, 1))
ROW_GRIDS = ((2, 1, 1), (3, 1, 1), (2, 2, 1))

PROLOGUE = """\
const int nt = blockDim.x * blockDim.y * blockDim.z;
const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
const int total = nt * gridDim.x * gridDim.y * gridDim.z;
unsigned h = 1u;"""
# Block by block, or as the elements of a picture are numbered that the grid covers. Its width is
# not seen to be blockDim.x times something, or clang would draw that factor out.
NUMBER_BY_BLOCKS = (
    "const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));"
)
NUMBER_BY_ROWS = """\
const int column = blockIdx.x * blockDim.x + threadIdx.x;
const int row = blockIdx.y * blockDim.y + threadIdx.y;
const int plane = blockIdx.z * blockDim.z + threadIdx.z;
const int rows = gridDim.y * blockDim.y, planes = gridDim.z * blockDim.z;
const int pitch = total / (rows * planes);
const int gid = column + pitch * (row + rows * plane);"""


def generate(
    seed: int,
    number: int,
    name: str | None = None,
    small: bool = False,
    warp_share: float = WARP_SHARE,
    row_share: float = ROW_SHARE,
) -> Kernel:
    """Kernel `number` of stream `seed`; `small` keeps it cheap enough for the interpreter."""
    rng = random.Random(f"{seed}:{number}")
    kernel = Kernel(name or f"k{number}", f"{seed}:{number}")
    kernel.block = rng.choice(BLOCKS)
    kernel.grid = rng.choice(GRIDS)
    if small:
        kernel.block = rng.choice([b for b in BLOCKS if b[0] * b[1] * b[2] <= 64])
        kernel.grid = rng.choice(GRIDS[:2])
    kernel.tail = rng.choice((0, 0, 0, 1, 5, 30))
    g = Generation(rng, kernel, budget=rng.randint(2, 6))
    g.barriers = rng.random() < 0.55
    g.barrier_after_return = g.barriers and rng.random() < 0.15
    g.atomics = rng.random() < 0.5
    # Of a stream of its own, so that kernels without stay as they were.
    own = random.Random(f"warps:{seed}:{number}")
    g.warps = own.random() < warp_share
    g.meetings = own.random() < MEETING_SHARE
    own = random.Random(f"rows:{seed}:{number}")
    g.rows = own.random() < row_share
    if g.rows:
        g.barriers &= own.random() < 0.4
        g.barrier_after_return &= g.barriers
        kernel.block, kernel.grid = own.choice(ROW_BLOCKS), own.choice(ROW_GRIDS)
        g.by_rows = own.random() < 0.5
        g.straight = g.by_rows and not g.barriers and own.random() < 0.6
        g.loops_by_grid = not g.barriers and not g.straight and own.random() < 0.6
    make_functions(g)
    g.budget = rng.randint(5, 20) if small else rng.randint(8, 44)
    kernel.body = _body(g)
    kernel.features = dict(g.features)
    return kernel


def _body(g: Generation) -> Body:
    kernel, body = g.kernel, [leaf(PROLOGUE, False)]
    body.append(leaf(NUMBER_BY_ROWS if g.by_rows else NUMBER_BY_BLOCKS, False))
    scope = Scope(
        [
            Variable("h", UNSIGNED),
            Variable("tid", INT, mutable=False),
            Variable("p0", INT, uniform=True, mutable=False),
            Variable("p1", FLOAT, uniform=True, mutable=False),
        ],
        [
            Array("in", INT, 1024, "input"),
            Array("fin", FLOAT, 1024, "input"),
            *CONSTANTS,
        ],
        trips=MAX_TRIPS if g.straight else 1,
    )
    if g.barriers:
        body += _shared_arrays(g, scope)
    if g.warps:
        g.warp_box = "warp_box"
        threads = kernel.block[0] * kernel.block[1] * kernel.block[2]
        body.append(leaf(f"__shared__ int warp_box[{threads}];", False))
    if g.loops_by_grid:  # where all threads are
        body.append(make_loop_by_grid(g, scope))
    if kernel.tail:
        if not g.barriers or g.barrier_after_return:
            body.append(leaf(f"if (gid >= n) {{ {g.site('tail_return')} return; }}"))
            g.returned = True
        else:
            g.count("tail_flag")
            body.append(leaf("const bool active = gid < n;", False))
            scope.variables.append(Variable("active", BOOL, mutable=False))
    for i, (type_, value) in enumerate((("int", "in[gid & 1023]"), ("float", "fin[gid & 1023]"))):
        body.append(leaf(f"{type_} x{i} = {value};", False))
        scope.variables.append(Variable(f"x{i}", FLOAT if type_ == "float" else INT))
    g.count("block_" + "x".join(str(e) for e in kernel.block))
    g.count("barrier_kernel" if g.barriers else "kernel_without_barrier")
    if g.barrier_after_return:
        g.count("barrier_after_return_kernel")
    while g.budget > 0:
        body += statements(g, scope, 1)
    return body + _outputs(scope)


def _shared_arrays(g: Generation, scope: Scope) -> Body:
    """Arrays as long as the block. Filled first where a thread may return and leave its slot."""
    threads = g.kernel.block[0] * g.kernel.block[1] * g.kernel.block[2]
    body: Body = []
    for type_ in (INT, INT, FLOAT)[: g.rng.randint(1, 3)]:
        name = g.fresh("shared_")
        g.shared.append(Array(name, type_, threads, "shared", count="nt"))
        if type_ is INT and not g.kernel.dynamic_shared and g.chance(0.3):
            g.kernel.dynamic_shared = threads * 4
            g.count("dynamic_shared")
            body.append(leaf(f"DYNAMIC_SHARED(int, {name}_{g.kernel.name});", False))
            body.append(leaf(f"int *{name} = {name}_{g.kernel.name};", False))
        else:
            g.count("static_shared")
            body.append(leaf(f"__shared__ {type_.name} {name}[{threads}];", False))
    body.append(leaf("__shared__ int bins[16];", False))
    if g.barrier_after_return:
        body += [leaf(f"{a.name}[tid] = tid;", False) for a in g.shared]
        body.append(leaf("__syncthreads();", False))
    return body


def _outputs(scope: Scope) -> Body:
    body: Body = [leaf("OUT(0) = (int)h;", False)]
    integers = [v for v in scope.variables if not v.type.floating and v.name != "h"]
    floats = [v for v in scope.variables if v.type.floating]
    for i, variable in enumerate(integers[-7:]):
        body.append(leaf(f"OUT({i + 1}) = (int){variable.name};"))
    for i, variable in enumerate(floats[-4:]):
        body.append(leaf(f"FOUT({i}) = (float){variable.name};"))
    for i, array in enumerate([a for a in scope.arrays if a.writable][-2:]):
        body.append(
            leaf(f"MEM({i}) ^= (int)(long long){array.name}[{array.size - 1}];")
            if not array.type.floating
            else leaf(f"FOUT({i}) = (float){array.name}[{array.size - 1}];")
        )
    return body
