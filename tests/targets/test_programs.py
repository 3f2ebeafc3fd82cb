"""The programs of tests/kernels and tests/hazards on other machines, in emulation.

SAMPAN_TEST_TARGETS names the machines, as `make test-targets` does; without it a few programs run,
on the machines whose libraries are built already, which takes minutes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sampan import cross
from sampan.targets.base import Machine
from sampan.targets.registry import find_machine
from tests.kernel_cases import check_program
from tests.test_kernels import FOLDERS, PROGRAMS

# Emulated, and by as many processes as the machine has cores.
PATIENCE = 8
SAMPLE = ("aarch64:neon", "riscv64:rvv128", "loongarch64:scalar")
SAMPLE_PROGRAMS = ("conventions",)


def _cases() -> Iterator[tuple[str, Path]]:
    chosen = os.environ.get("SAMPAN_TEST_TARGETS")
    for name in (chosen or ",".join(SAMPLE)).split(","):
        for path in [*PROGRAMS, *FOLDERS]:
            if chosen or path.stem in SAMPLE_PROGRAMS:
                yield name, path


def _machine(name: str) -> Machine:
    target, _, level = name.partition(":")
    return find_machine(target, level)


@pytest.mark.parametrize(
    ("name", "source"), list(_cases()), ids=lambda value: getattr(value, "stem", value)
)
def test_program(name: str, source: Path, tmp_path: Path) -> None:
    machine = _machine(name)
    asked = "SAMPAN_TEST_TARGETS" in os.environ
    if not asked and not (machine.runs_here or shutil.which(machine.target.emulator)):
        pytest.skip(f"{machine.target.emulator} is not installed")
    if not asked and not machine.target.is_here and not cross.is_prepared(machine.target):
        pytest.skip(f"the libraries for {machine.target.name} are not built: make test-targets")
    parts = (
        [source]
        if source.is_file()
        else sorted(path for path in source.iterdir() if path.suffix in (".cu", ".cpp", ".c"))
    )
    words = ("--target", machine.target.name, f"-mcpu={machine.level.name}")
    # The fibre path's code is the same at all levels of a target.
    first = machine.level is machine.target.levels[0] or machine.level.name == "scalar"
    paths = ("vector", "fibre") if first and asked else ("vector",)
    check_program(parts, tmp_path, words, PATIENCE, paths)
