"""The same program written otherwise: six kernels, in variants that differ in one respect each.

    python benchmarks/variants.py [--only saxpy,sgemm] [--rounds 7]

Prints each variant's time over that of the kernel's best; a run of all kernels leaves the results
in build/bench/variants.json. Only Sampan is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from matrices import matrix
from measure import TIMED, measure
from peers import FOLDER, HERE, Contender, sampan
from suite import Argument, Case, Kernel, Launch

BLOCKS = (64, 128, 512, 1024)  # threads, beside 256


@dataclass(frozen=True)
class Program:
    """`cells`: columns and rows of a kernel of matrices, else the elements of one of arrays.

    `members`: for each buffer whose layout can change the floats of an element.
    """

    buffers: dict[str, np.ndarray]
    scalars: tuple[Argument, ...]
    output: str
    tolerance: float
    cells: tuple[int, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    name: str
    flags: tuple[str, ...] = ()
    block: tuple[int, ...] = ()
    arrays: bool = True


def _saxpy() -> Program:
    n = 4 << 20
    x, y = np.random.default_rng(1).random((2, n), np.float32)
    # Launches repeat: y = 0.5 x + y would grow, hence y is restored.
    return Program({"x": x, "y": y}, (0.5, n), "y", 1e-6, (n,))


def _particles() -> Program:
    n = 1 << 20
    state = np.random.default_rng(2).uniform(-1, 1, (6, n)).astype(np.float32)
    buffers = {"in": state, "out": np.zeros_like(state)}
    return Program(buffers, (0.1, n), "out", 1e-6, (n,), ("in", "out"))


def _black_scholes() -> Program:
    n = 1 << 19
    random = np.random.default_rng(3)
    ranges = ((5, 30), (1, 100), (0.25, 10))
    options = np.stack([random.uniform(*r, n) for r in ranges]).astype(np.float32)
    buffers = {"in": options, "out": np.zeros((2, n), np.float32)}
    return Program(buffers, (0.02, 0.3, n), "out", 1e-6, (n,), ("in", "out"))


def _nbody() -> Program:
    n = 4096
    bodies = np.random.default_rng(4).random((4, n), np.float32)
    buffers = {"bodies": bodies, "out": np.zeros((3, n), np.float32)}
    return Program(buffers, (n,), "out", 1e-5, (n,), ("bodies", "out"))


def _stencil() -> Program:
    width, height = 2048, 1024
    cells = np.random.default_rng(5).random(width * height, np.float32)
    buffers = {"in": cells, "out": np.zeros_like(cells)}
    return Program(buffers, (width, height), "out", 1e-6, (width, height))


def _sgemm() -> Program:
    n = 512
    buffers = {"a": matrix(n, n, 7), "b": matrix(n, n, 5), "c": matrix(n, n, 1)}
    return Program(buffers, (n,), "c", 1e-6, (n, n))


PROGRAMS: dict[str, Callable[[], Program]] = {
    "saxpy": _saxpy,
    "particles": _particles,
    "black_scholes": _black_scholes,
    "nbody": _nbody,
    "stencil": _stencil,
    "sgemm": _sgemm,
}


def variants(program: Program) -> list[Variant]:
    """The first is what the others differ from."""
    flat = len(program.cells) == 1
    axes = "-DBLOCKS=1" if flat else "-DBLOCKS=2"
    block = (256,) if flat else (32, 8)
    base = Variant("base", (axes,), block)
    found = [
        base,
        replace(base, name="size_t", flags=(axes, "-DINDEX=size_t")),
        replace(base, name="restrict", flags=(axes, "-DRESTRICT=__restrict__")),
        replace(base, name="16x16", flags=("-DBLOCKS=2",), block=(16, 16)),
    ]
    if flat:
        found.append(replace(base, name="32x8", flags=("-DBLOCKS=2",), block=(32, 8)))
        found.append(replace(base, name="grid-stride", flags=(axes, "-DSTRIDE")))
    else:
        found.append(replace(base, name="1-D", flags=("-DBLOCKS=1",), block=(256,)))
    for threads in BLOCKS:
        own = (threads,) if flat else (32, threads // 32)
        found.append(replace(base, name=f"{threads} threads", block=own))
    if program.members:
        found.append(replace(base, name="structures", arrays=False))
    return found


def kernel(name: str, program: Program, variant: Variant) -> Kernel:
    buffers = dict(program.buffers)
    if not variant.arrays:
        for member in program.members:
            buffers[member] = np.ascontiguousarray(buffers[member].T)
    cells, block = program.cells, variant.block
    if len(cells) == 2 and len(block) == 1:
        cells = (cells[0] * cells[1],)
    if len(cells) == 2:
        grid = tuple(count // size for count, size in zip(cells, block, strict=True))
    else:
        grid = (cells[0] // int(np.prod(block)),)
    if variant.name == "grid-stride":
        grid = (grid[0] // 8,)
    case = Case(
        group="variants",
        buffers=buffers,
        launches=(Launch(name, grid, block, (*buffers, *program.scalars)),),
        outputs={program.output: program.tolerance},
        restored=(program.output,) if name == "saxpy" else (),
        flops=0,
        bytes=0,
        transposed=not variant.arrays,
    )
    return Kernel(name, HERE / "variants", case)


def contender(variant: Variant, threads: int) -> Contender:
    base = sampan("native", threads)
    flags = [*variant.flags, *(["-DARRAYS"] if variant.arrays else [])]

    def command(kernel: Kernel, plan: Path) -> list[str]:
        run = [sys.executable, "-m", "sampan", "run", f"--json={plan.parent / 'sampan.json'}"]
        source = kernel.folder / f"{kernel.name}.cu"
        return [*run, "--threads", str(threads), *flags, str(source), "--", str(plan)]

    return Contender(variant.name, variant.name, command, base.environment)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="kernels, comma-separated")
    parser.add_argument("--rounds", type=int, default=7, help=f"of {TIMED} launches each")
    options = parser.parse_args()
    names = [name for name in options.only.split(",") if name] or list(PROGRAMS)
    for name in names:
        if name not in PROGRAMS:
            parser.error(f"no kernel {name}; there are {', '.join(PROGRAMS)}")
    threads = len(os.sched_getaffinity(0))
    rows = []
    for name in names:
        program = PROGRAMS[name]()
        entries = [(contender(v, threads), kernel(name, program, v)) for v in variants(program)]
        measured = measure(entries, options.rounds)
        best = min((row.median for row in measured if not row.problem), default=1.0)
        print(name)
        for row in measured:
            wrong = row.problem or ("" if row.agrees else "DIFFERS")
            ratio = row.median / best
            print(f"  {row.title:14} {row.median:9.3f} ms  {ratio:5.2f}  {row.path}  {wrong}")
        rows += [asdict(row) for row in measured]
    if not options.only:
        (FOLDER / "variants.json").write_text(json.dumps({"rows": rows}, indent=1) + "\n")
    return int(any(row["problem"] or not row["agrees"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
