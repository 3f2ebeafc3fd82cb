"""A sample of the differential fuzzer: random kernels give the same bytes on every path.

To see a failure again: python -m tests.fuzz --seed SEED --first N --count 1 --paths host,PATH
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.compare import difference, run_path
from tests.fuzz.kernel import generate

SEED = 20261123
BATCH = 6
PATHS = ["direct-vector", "direct-vector:8", "direct-fibre"]
# Kernels whose masks, joins or loops the vectoriser once got wrong: (seed, number).
ONCE_WRONG = [(1, 40), (1, 55), (1, 59), (5, 14), (7, 28), (7, 39), (7, 57), (91, 36)]


@pytest.mark.parametrize("path", PATHS)
def test_random_kernels(path: str, tmp_path: Path) -> None:
    check([(SEED, number) for number in range(BATCH)], path, tmp_path)


def test_interpreter_on_unoptimised_code(tmp_path: Path) -> None:
    check([(SEED, number) for number in range(3)], "interp", tmp_path, small=True)


@pytest.mark.parametrize("half", [0, 1])
def test_kernels_that_were_wrong_once(half: int, tmp_path: Path) -> None:
    check(ONCE_WRONG[half::2], "direct-vector", tmp_path)


def check(
    labels: list[tuple[int, int]], path: str, folder: Path, small: bool = False
) -> None:
    kernels = [generate(seed, number, small=small) for seed, number in labels]
    expected = run_path("host", kernels, folder / "host")
    for kernel, want, got in zip(
        kernels, expected, run_path(path, kernels, folder / "path"), strict=True
    ):
        problem = difference(want, got, kernel)
        assert not problem, f"kernel {kernel.label} on {path}: {problem}"
