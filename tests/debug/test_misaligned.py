"""With -G a misaligned access is the error that it is on a GPU."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import run_sampan

SOURCE = Path(__file__).resolve().parent / "misaligned.cu"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("misaligned")
    done = run_sampan("run", "-G", f"--keep={folder}", SOURCE, "--", "scalar", "4")
    assert done.stdout == "cudaSuccess\n", done.stderr
    return folder / "misaligned"


@pytest.mark.parametrize(
    ("kernel", "offset", "aligned"),
    [
        ("scalar", 2, False),
        ("scalar", 4, True),
        ("quad", 2, False),
        ("quad", 4, True),
        ("atomic", 4, False),
        ("atomic", 8, True),
        ("function", 4, False),
        ("function", 8, True),
        ("packed", 1, True),
    ],
)
def test_alignment(program: Path, kernel: str, offset: int, aligned: bool) -> None:
    done = subprocess.run(
        [program, kernel, str(offset)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    if aligned:
        assert (done.stdout, done.stderr) == ("cudaSuccess\n", "")
        return
    lines = SOURCE.read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if text.endswith(f"// line: {kernel}"))
    assert done.stdout == "cudaErrorMisalignedAddress\n", done.stderr
    assert f"kernel {kernel}(" in done.stderr and "thread [0,0,0]: misaligned memory access at" in (
        done.stderr
    )
    assert f"misaligned.cu:{line} (cudaErrorMisalignedAddress)" in done.stderr, done.stderr
