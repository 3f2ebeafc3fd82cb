"""What a kernel of the suite is: its buffers, launches, results, and work.

Each folder of kernels/ has kernel.cu, kernel.cl, sometimes kernel.cpp (OpenMP), and case.py, whose
`case()` says with what they run. All contenders get the same plan (hosts/plan.h).
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent / "kernels"

Argument = str | int | float  # the name of a buffer, an int, a float


@dataclass(frozen=True)
class Launch:
    """A launch of `kernel`; `grid` and `block` have up to three axes, the rest is 1."""

    kernel: str
    grid: tuple[int, ...]
    block: tuple[int, ...]
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Case:
    """`flops` and `bytes` are those of one round of all launches: the arithmetic that the algorithm
    asks for (an operation of its integers counts as one, too, in kernels that have no others), and
    the memory that must be read and written at least once.

    `outputs`: for each buffer with results how far contenders may differ, relative in the 2-norm; 0
    asks for the same values. `call`: the arguments of the OpenMP function. `blas`: NumPy's
    OpenBLAS, on the first three buffers, is measured, too.
    """

    group: str
    buffers: dict[str, np.ndarray]
    launches: tuple[Launch, ...]
    outputs: dict[str, float]
    flops: float
    bytes: float
    restored: tuple[str, ...] = ()
    call: tuple[Argument, ...] = ()
    blas: bool = False
    transposed: bool = False  # results are those of other contenders, transposed


@dataclass(frozen=True)
class Kernel:
    name: str
    folder: Path
    case: Case = field(repr=False)

    @property
    def cuda(self) -> Path:
        return self.folder / "kernel.cu"

    @property
    def opencl(self) -> Path:
        return self.folder / "kernel.cl"

    @property
    def openmp(self) -> Path | None:
        path = self.folder / "kernel.cpp"
        return path if path.exists() else None


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/case.py"))


def load(name: str) -> Kernel:
    path = FOLDER / name / "case.py"
    spec = importlib.util.spec_from_file_location(f"case_{name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Kernel(name, path.parent, module.case())


def write_inputs(case: Case, folder: Path) -> None:
    for name, array in case.buffers.items():
        array.tofile(folder / f"{name}.in")


def write_plan(case: Case, folder: Path) -> Path:
    """The plan of a contender that runs in `folder`; its results will lie in BUFFER.out there."""
    positions = {name: position for position, name in enumerate(case.buffers)}

    def word(argument: Argument) -> str:
        if isinstance(argument, str):
            return f"b:{positions[argument]}"
        return f"i:{argument}" if isinstance(argument, int) else f"f:{argument.hex()}"

    lines = [f"buffer {a.nbytes} {name}.in" for name, a in case.buffers.items()]
    lines += [f"restore {positions[name]}" for name in case.restored]
    lines += [f"output {positions[n]} {n}.out" for n in case.outputs]
    for launch in case.launches:
        sizes = [*launch.grid, 1, 1][:3] + [*launch.block, 1, 1][:3]
        words = [launch.kernel, *map(str, sizes), *map(word, launch.arguments)]
        lines.append(f"launch {' '.join(words)}")
    if case.call:
        lines.append(f"call {' '.join(map(word, case.call))}")
    plan = folder / "plan"
    plan.write_text("\n".join(lines) + "\n")
    return plan


def result(case: Case, folder: Path) -> dict[str, np.ndarray]:
    results = {}
    for name in case.outputs:
        buffer = case.buffers[name]
        array = np.fromfile(folder / f"{name}.out", dtype=buffer.dtype).reshape(buffer.shape)
        results[name] = (array.T if case.transposed else array).ravel()
    return results
