"""Projects with CMake and make build with sampan-nvcc as they are, and their programs run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sampan.toolkit import toolkit

HERE = Path(__file__).resolve().parent
NVCC = Path(sys.executable).parent / "sampan-nvcc"
# The CMake of the development packages, and an older one where the system has it.
CMAKES = {
    "new": str(Path(sys.executable).parent / "cmake"),
    "system": shutil.which("cmake", path="/usr/bin:/usr/local/bin") or "",
}


def run(*words: str | Path, cwd: Path | None = None, **env: str) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout


@pytest.mark.parametrize("which", [name for name, path in CMAKES.items() if path])
def test_cmake_project(which: str, tmp_path: Path) -> None:
    cmake = CMAKES[which]
    ways = {
        "new": [f"-DCMAKE_CUDA_COMPILER={NVCC}", "-DCMAKE_BUILD_TYPE=Release"],
        "system": [
            f"-DCMAKE_CUDA_COMPILER={toolkit()}/bin/nvcc",
            f"-DCUDAToolkit_ROOT={toolkit()}",
            "-DCMAKE_CUDA_ARCHITECTURES=70;86",
        ],
    }
    said = run(cmake, "-S", HERE / "cmake_project", "-B", tmp_path, *ways[which])
    assert "The CUDA compiler identification is NVIDIA 12.8.93" in said
    run(cmake, "--build", tmp_path, "-j2")
    run(Path(cmake).with_name("ctest"), "--output-on-failure", cwd=tmp_path)
    assert run(tmp_path / "numbers") == "18 688 8 729\n"


def test_make_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(HERE / "makefile_project", project)
    run("make", f"NVCC={NVCC}", cwd=project)
    assert run(project / "program") == "9900\n"
    # The dependencies that it wrote make the object out of date when the header changes.
    assert "kernels.cuh" in (project / "kernels.d").read_text()
    os.utime(project / "kernels.cuh", (2**31 - 10, 2**31 - 10))
    assert "kernels.cu -o kernels.o" in run("make", "-n", f"NVCC={NVCC}", cwd=project)
