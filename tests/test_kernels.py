"""Runs every program of tests/kernels and tests/hazards; see kernel_cases.py for their comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import TESTS
from tests.kernel_cases import check_program

PROGRAMS = sorted([*TESTS.glob("kernels/*.cu"), *TESTS.glob("hazards/*.cu")])
# Programs of several files: every source in the folder is a part of it.
FOLDERS = sorted(path for path in TESTS.glob("kernels/*") if path.is_dir())


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_program(source: Path, tmp_path: Path) -> None:
    check_program([source], tmp_path)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_program_of_several_files(folder: Path, tmp_path: Path) -> None:
    parts = [path for path in folder.iterdir() if path.suffix in (".cu", ".cpp", ".c")]
    check_program(sorted(parts), tmp_path)
