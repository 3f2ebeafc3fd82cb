"""A sample of the differential fuzzer: random kernels give the same bytes on every path.

To see a failure again: python -m tests.fuzz --seed SEED --first N --count 1 --paths host,PATH
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.compare import difference, run_path
from tests.fuzz.direct import REFUSALS
from tests.fuzz.kept import load_all
from tests.fuzz.kernel import generate
from tests.fuzz.source import Kernel

SEED = 20261123
BATCH = 6
PATHS = ["direct-vector", "direct-vector:8", "direct-vector:32:0", "direct-fibre"]


@pytest.mark.parametrize("path", PATHS)
def test_random_kernels(path: str, tmp_path: Path) -> None:
    check([generate(SEED, number) for number in range(BATCH)], path, tmp_path)


@pytest.mark.parametrize("path", ["interp", "direct-vector:32:2:0", "direct-fibre:0:0:0"])
def test_random_kernels_with_warp_wide_operations(path: str, tmp_path: Path) -> None:
    kernels = [generate(SEED, number, small=True, warp_share=1.0) for number in range(BATCH)]
    check(kernels, path, tmp_path)


def test_interpreter_on_unoptimised_code(tmp_path: Path) -> None:
    check([generate(SEED, number, small=True) for number in range(3)], "interp", tmp_path)


@pytest.mark.parametrize("half", [0, 1])
def test_kernels_that_were_wrong_once(half: int, tmp_path: Path) -> None:
    check(load_all()[half::2], "direct-vector", tmp_path)


def check(kernels: list[Kernel], path: str, folder: Path) -> None:
    REFUSALS.clear()
    expected = run_path("host", kernels, folder / "host")
    for kernel, want, got in zip(
        kernels, expected, run_path(path, kernels, folder / "path"), strict=True
    ):
        problem = difference(want, got, kernel)
        assert not problem, f"kernel {kernel.label} on {path}: {problem}"
    if path.startswith("direct-vector"):
        refused = [REFUSALS[kernel.label] for kernel in kernels if kernel.label in REFUSALS]
        assert len(refused) * 2 < len(kernels), f"hardly anything was vector code: {refused}"
