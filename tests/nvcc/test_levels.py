"""A program of `sampan cc` has code for several levels of the CPU, and for common blocks."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from sampan.targets.registry import find_machine
from tests.conftest import run_sampan

HERE = Path(__file__).parent
LEVELS = ("sse4.2", "avx2", "avx512")
LANES = {"sse4.2": 16, "avx2": 16, "avx512": 32}  # of the preferred gangs
pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="programs have code for several levels on x86-64 alone"
)


def built(source: Path, *options: str, folder: Path) -> Path:
    program = folder / source.stem
    done = run_sampan("cc", "-o", program, source, *options)
    assert done.returncode == 0, done.stderr
    return program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(HERE / "levels.cu", folder=tmp_path_factory.mktemp("levels"))


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(HERE / "tiles.cu", folder=tmp_path_factory.mktemp("tiles"))


def run(command: list[str | Path], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)


def need(level: str) -> None:
    if not find_machine("x86_64", level).runs_here:
        pytest.skip(f"this machine has no {level}")


@pytest.mark.parametrize("level", LEVELS)
def test_what_levels_share(program: Path, level: str) -> None:
    need(level)
    done = run([program], SAMPAN_LEVEL=level)
    assert (done.stdout, done.stderr) == ("0 wrong, 100 in all\n", "")


@pytest.mark.parametrize("rows", [2, 8])
@pytest.mark.parametrize("level", LEVELS)
def test_known_blocks_have_code_of_their_own(
    tiles: Path, level: str, rows: int, tmp_path: Path
) -> None:
    need(level)
    stats = tmp_path / "stats.json"
    done = run([tiles, str(rows)], SAMPAN_LEVEL=level, SAMPAN_STATS=str(stats))
    last = 55 + 1000 * (62 // (64 // rows))
    first = 8 + 1000 * (1 // (64 // rows))
    middle = 1 + 1000 * (8 // (64 // rows))
    assert done.stdout == f"{first} {middle} {last}\n", done.stderr
    widths = {one["display_name"]: one["width"] for one in json.loads(stats.read_text())["kernels"]}
    # Eight threads a row: a gang of several rows where that is known, and otherwise a narrow one.
    wide, narrow = LANES[level], LANES[level] // 2
    assert widths == {"constant(float*)": wide, "chosen(float*)": wide if rows == 2 else narrow}


def test_a_level_that_makes_no_sense(program: Path) -> None:
    done = run([program], SAMPAN_LEVEL="avx1024")
    assert done.stdout == "0 wrong, 100 in all\n"
    assert "SAMPAN_LEVEL=avx1024 makes no sense; use avx512, avx2 or sse4.2" in done.stderr


def test_relocatable_and_lane_code(tmp_path: Path) -> None:
    for options in (("-rdc=true",), ("--path", "fibre")):
        program = built(HERE / "levels.cu", *options, folder=tmp_path)
        assert run([program], SAMPAN_LEVEL="sse4.2").stdout == "0 wrong, 100 in all\n"


def test_one_level_by_name(tmp_path: Path) -> None:
    need("avx2")
    program = built(HERE / "tiles.cu", "-mcpu=avx2", folder=tmp_path)
    stats = tmp_path / "stats.json"
    run([program, "2"], SAMPAN_STATS=str(stats))
    assert {one["width"] for one in json.loads(stats.read_text())["kernels"]} == {16}


@pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="needs qemu-user")
@pytest.mark.parametrize(
    ("processor", "code"), [("Haswell", 0), ("Nehalem", 0), ("core2duo", 4)]
)
def test_processors_that_have_less(program: Path, processor: str, code: int) -> None:
    done = run(["qemu-x86_64", "-cpu", processor, program])
    assert done.returncode == code, done.stderr
    if code:
        assert "need a processor with sse4.2 or better" in done.stderr
    else:
        assert done.stdout == "0 wrong, 100 in all\n"
