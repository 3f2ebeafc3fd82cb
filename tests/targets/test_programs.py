"""The programs of tests/kernels and tests/hazards on other machines, in emulation.

SAMPAN_TEST_TARGETS names the machines: `make test-targets` runs all programs, and
`make test-targets-sample` (SAMPAN_TEST_SAMPLE) a few. Much of what compiling costs is spent once
for each program, so most programs are compiled as one: interpreted.py.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from sampan.targets.base import Machine
from sampan.targets.registry import find_machine
from tests.conftest import TESTS, run_sampan
from tests.interpreted import (
    BUNDLE_FLAGS,
    OWN_WAY,
    SEED,
    bundle_text,
    grouped,
    part_of_bundle,
)
from tests.kernel_cases import check_program, read_expectation
from tests.test_kernels import FOLDERS, PROGRAMS

PATIENCE = 8  # times a program's own limit: emulated, and by as many processes as there are cores
SIZE = 16  # programs of a bundle
SAMPLE = (
    "hazards/barrier_in_conditional hazards/private_array_across_barrier "
    "kernels/atomics_integer kernels/bit_intrinsics kernels/constant_memory kernels/conversions "
    "kernels/divergent_loops kernels/half_in_kernels kernels/message_passing kernels/shared_memory "
    "kernels/struct_memory kernels/vector_types kernels/warp_shuffles"
).split()
SAMPLE_ALONE = ("kernels/conventions",)


def shares(source: Path) -> bool:
    text = source.read_text()
    return not OWN_WAY.search(text) and "int main() {" in text


def _chosen() -> tuple[list[list[Path]], list[Path]]:
    """Bundles, and programs or folders that run by themselves."""
    if "SAMPAN_TEST_SAMPLE" in os.environ:
        alone = [TESTS / f"{name}.cu" for name in SAMPLE_ALONE]
        return [[TESTS / f"{name}.cu" for name in SAMPLE]], alone
    alone = [source for source in PROGRAMS if not shares(source)]
    return grouped([source for source in PROGRAMS if shares(source)], SIZE), [*alone, *FOLDERS]


MACHINES = os.environ.get("SAMPAN_TEST_TARGETS", "").split(",")
BUNDLES, ALONE = _chosen()


def _machine(name: str) -> Machine:
    target, _, level = name.partition(":")
    return find_machine(target, level)


def _words(machine: Machine) -> tuple[str, ...]:
    return ("--target", machine.target.name, f"-mcpu={machine.level.name}")


def _paths(machine: str) -> tuple[str, ...]:
    """The fibre path's code is the same at all levels of a target: one of them runs it."""
    kind = machine.partition(":")[0]
    first = next(one for one in MACHINES if one.partition(":")[0] == kind)
    sample = "SAMPAN_TEST_SAMPLE" in os.environ
    return ("vector", "fibre") if machine == first and not sample else ("vector",)


@pytest.mark.parametrize("number", range(len(BUNDLES)))
@pytest.mark.parametrize("machine", MACHINES)
def test_bundle(machine: str, number: int, tmp_path: Path) -> None:
    sources = BUNDLES[number]
    bundle = tmp_path / "bundle.cu"
    bundle.write_text(bundle_text(sources))
    wrong = [one for path in _paths(machine) for one in _run(bundle, sources, machine, path)]
    assert not wrong, "\n".join(wrong)


def _run(bundle: Path, sources: Sequence[Path], machine: str, path: str) -> list[str]:
    """Runs the bundle on a path; returns what was not as it should be."""
    report = bundle.with_suffix(".json")
    done = run_sampan(
        "run",
        *_words(_machine(machine)),
        f"--path={path}",
        f"--json={report}",
        "--no-cache",
        *BUNDLE_FLAGS,
        bundle,
        timeout=PATIENCE * sum(read_expectation([source]).limit for source in sources),
        env={"SAMPAN_SEED": SEED},
    )
    wrong = []
    kernels = json.loads(report.read_text())["kernels"] if report.exists() else []
    for number, source in enumerate(sources):
        said = part_of_bundle(done.stdout, source)
        if said != _expected(source):
            wrong.append(f"{source.stem} ({path}): {said or 'did not come to its end'}")
        if path == "vector" and read_expectation([source]).path == "vector":
            own = [one for one in kernels if re.search(rf"\bprogram{number}::", one["name"])]
            if not own or any(one["path"] != "vector" for one in own):
                wrong.append(f"{source.stem}: not on the vector path: {own}")
    if done.returncode or wrong:
        wrong.append(f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return wrong


@cache
def _expected(source: Path) -> str:
    """What the program prints: where it prints digests of results, those of this machine."""
    if "same_bits(" not in source.read_text():
        return "PASS\n"
    limit = PATIENCE * read_expectation([source]).limit
    return run_sampan("run", source, timeout=limit, env={"SAMPAN_SEED": SEED}).stdout


@pytest.mark.parametrize("source", ALONE, ids=lambda path: path.stem)
@pytest.mark.parametrize("machine", MACHINES)
def test_program(machine: str, source: Path, tmp_path: Path) -> None:
    parts = [source]
    if source.is_dir():
        parts = sorted(path for path in source.iterdir() if path.suffix in (".cu", ".cpp", ".c"))
    check_program(parts, tmp_path, _words(_machine(machine)), PATIENCE, _paths(machine))
