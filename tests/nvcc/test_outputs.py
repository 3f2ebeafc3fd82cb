"""What sampan-nvcc writes besides programs: objects, dependencies, preprocessed text, commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sampan.toolkit import toolkit

from .conftest import NvccRun

SOURCE = r"""
#include "size.h"
#include <cstdio>
__global__ void kernel(int *p) { *p = SIZE; }
int main() {
  int *p;
  cudaMallocManaged(&p, 4);
  kernel<<<1, 1>>>(p);
  cudaDeviceSynchronize();
  std::printf("%d\n", *p);
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a program in it."""
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "size.h").write_text("#define SIZE 42\n")
    (tmp_path / "program.cu").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_compiles_then_links_under_the_names_that_nvcc_gives(nvcc: NvccRun, folder: Path) -> None:
    nvcc("-c", "-Iinclude", "-MD", "program.cu")
    assert {path.name for path in folder.iterdir()} == {
        "include",
        "program.cu",
        "program.o",
        "program.d",
    }
    rule = Path("program.d").read_text().replace("\\\n", "")
    assert rule.startswith("program.o: ")
    assert "program.cu" in rule and "include/size.h" in rule and "/cstdio" in rule
    nvcc("program.o")
    assert subprocess.run(["./a.out"], capture_output=True).stdout == b"42\n"


def test_dependencies_of_the_user_alone(nvcc: NvccRun, folder: Path) -> None:
    out = nvcc("-MM", "-Iinclude", "-MT", "goal", "-MP", "program.cu").out
    assert out == "goal: \\\n  program.cu \\\n  include/size.h\ninclude/size.h:\n"
    nvcc("-M", "-Iinclude", "program.cu", "-o", "rule.d")
    assert "cuda_runtime.h" in Path("rule.d").read_text()


def test_preprocessed_text_goes_to_standard_output(nvcc: NvccRun, folder: Path) -> None:
    assert "*p = 42;" in nvcc("-E", "-Iinclude", "program.cu").out


def test_dryrun_shows_commands_and_does_nothing(nvcc: NvccRun, folder: Path) -> None:
    err = nvcc("--dryrun", "-Iinclude", "program.cu", "-o", "program").err
    assert all(line.startswith("#$ ") for line in err.splitlines())
    assert f"#$ TOP={toolkit()}" in err
    [libraries] = re.findall(r"^#\$ LIBRARIES=\s*(.*)$", err, re.MULTILINE)
    assert err.splitlines()[-1].startswith(f"#$ {toolkit()}/bin/host-linker")
    assert libraries in err.splitlines()[-1]
    assert len(re.findall(r"-arch compute_(\d+)", err)) == 1
    assert not Path("program").exists()


def test_version_is_recognised_by_build_systems(nvcc: NvccRun) -> None:
    out = nvcc("--version").out
    assert re.search(r"^nvcc: NVIDIA \(R\) Cuda compiler driver", out)
    assert re.search(r"release 12\.8, V12\.8\.93$", out)
    assert "Sampan is not affiliated with NVIDIA" in out


def test_lists_of_architectures(nvcc: NvccRun) -> None:
    assert "compute_80" in nvcc("--list-gpu-arch").out.split()
    assert "sm_90" in nvcc("--list-gpu-code").out.split()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["-c"], 2, "no input file"),
        (["nosuch.cu"], 3, "nosuch.cu: no such file"),
        (["include"], 3, "is a directory"),
        (["include/size.h"], 2, "not clear what this is"),
        (["-c", "program.cu", "-o", "nodir/x.o"], 2, "no directory nodir"),
        (["-ccbin", "nosuch-g++", "program.cu"], 2, "-ccbin nosuch-g++: there is no such compiler"),
        (["-c", "program.cu"], 3, "'size.h' file not found"),
        (["-c", "program.cu"], 3, "hint: -I adds the folder"),
        (["-c", "-Iinclude", "-Xcompiler=-nostdinc++", "program.cu"], 3, "C++ library is missing"),
        (["-run", "-c", "program.cu"], 2, "--run and -c contradict"),
        (["--path=interp", "program.cu"], 2, "--path interp is for `sampan run` alone"),
    ],
)
def test_what_cannot_work_is_explained(
    nvcc: NvccRun, folder: Path, words: list[str], code: int, message: str
) -> None:
    assert message in nvcc(*words, code=code).err
    assert not list(Path(".").glob("*.o"))


def test_output_may_be_a_device(nvcc: NvccRun, folder: Path) -> None:
    nvcc("-c", "-Iinclude", "program.cu", "-o", os.devnull)
    assert Path(os.devnull).is_char_device()


def test_one_name_for_several_objects(nvcc: NvccRun, folder: Path) -> None:
    Path("other.cu").write_text("")
    err = nvcc("-c", "program.cu", "other.cu", "-o", "x.o", code=2).err
    assert "-o names one file" in err and "-odir" in err


def test_missing_host_compiler(
    folder: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sampan", "cc", "-c", "program.cu"],
        env={"SAMPAN_CLANG": "/no/such/clang"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 4
    assert "/no/such/clang" in done.stderr and "Traceback" not in done.stderr


def test_run_compiles_and_runs(nvcc: NvccRun, folder: Path) -> None:
    assert nvcc("-run", "-Iinclude", "program.cu", "-odir", "include").out == "42\n"
    assert Path("include/a.out").exists()
