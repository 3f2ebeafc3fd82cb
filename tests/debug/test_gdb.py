"""gdb stops in a kernel that was compiled with -G, and shows where it is and what is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import SampanRun

SOURCE = Path(__file__).resolve().parent / "stencil.cu"
GDB = shutil.which("gdb")


def line(name: str) -> int:
    lines = SOURCE.read_text().splitlines()
    return next(n for n, text in enumerate(lines, 1) if text.endswith(f"// line: {name}"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.conftest import run_sampan

    folder = tmp_path_factory.mktemp("debug")
    done = run_sampan("run", "-g", "-G", f"--keep={folder}", SOURCE)
    assert done.stdout.splitlines() == ["cudaSuccess 84", "cudaErrorIllegalAddress"], done.stderr
    assert "thread [0,0,0]: illegal memory access at address 0x0, tests/debug/stencil.cu:16" in (
        done.stderr
    )
    return folder / "stencil"


def debug(program: Path, *commands: str) -> str:
    words = [w for command in commands for w in ("-ex", command)]
    done = subprocess.run(
        [str(GDB), "-q", "-nx", "-batch", "-ex", "set debuginfod enabled off", *words, program],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


@pytest.mark.skipif(GDB is None, reason="gdb is not installed")
def test_a_breakpoint_in_a_kernel(program: Path) -> None:
    said = debug(
        program,
        "handle SIGSEGV nostop noprint pass",
        f"break stencil.cu:{line('stencil')} if threadIdx.x == 10 && blockIdx.x == 1",
        "run",
        "print threadIdx",
        "print blockIdx.x",
        "print blockDim",
        "print gridDim",
        "print i",
        "print weights",
        "print in[i]",
        f"break stencil.cu:{line('weigh')} if threadIdx.x == 20 && blockIdx.x == 1",
        "continue",
        "print sides",
        "backtrace 2",
    )
    for expected in (
        rf"hit Breakpoint 1.*, stencil \(in=.*, n=64\) at .*stencil\.cu:{line('stencil')}",
        r"\$1 = \{x = 10, y = 0, z = 0\}",
        r"\$2 = 1\n",
        r"\$3 = \{x = 32, y = 1, z = 1\}",
        r"\$4 = \{x = 2, y = 1, z = 1\}",
        r"\$5 = 42\n",
        r"\$6 = \{centre = 0\.5, side = 0\.25\}",
        r"\$7 = 84\n",
        rf"hit Breakpoint 2.*, weigh \(.*\) at .*stencil\.cu:{line('weigh')}",
        r"\$8 = 208\n",
        r"#0 +weigh ",
        r"#1 .* in stencil \(",
    ):
        assert re.search(expected, said), f"no {expected!r} in\n{said}"


@pytest.mark.skipif(GDB is None, reason="gdb is not installed")
def test_a_fault_stops_at_its_line(program: Path) -> None:
    said = debug(program, "run", "print threadIdx.x", "print in", "continue")
    stop = r"received signal SIGSEGV.*\n(?:\[Switching.*\n)?.* in stencil \(.*stencil\.cu:16"
    assert re.search(stop, said), said
    assert "$1 = 0\n" in said and "$2 = (const float *) 0x0\n" in said, said
    assert "cudaErrorIllegalAddress" in said, said


def test_kernels_are_compiled_for_the_debugger(sampan: SampanRun) -> None:
    done = sampan("run", "-G", "--stats", SOURCE)
    assert "not vectorised: stencil(float const*, float*, int): compiled for a debugger (-G)" in (
        done.stderr
    )
