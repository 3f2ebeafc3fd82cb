"""Trouble with the compile cache, or two compilations at once: the program runs all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SampanRun

PROGRAM = """
#include <cstdio>
__global__ void k(int *p) { p[threadIdx.x] = threadIdx.x * 2; }
int main() {
  int *p, last = 0;
  cudaMalloc(&p, 64 * sizeof(int));
  k<<<1, 64>>>(p);
  cudaMemcpy(&last, p + 63, sizeof last, cudaMemcpyDeviceToHost);
  printf("last %d\\n", last);
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.cu"
    path.write_text(PROGRAM)
    return path


def programs(cache: Path) -> list[Path]:
    return list(cache.glob("programs/??/*/program"))


def test_two_processes_compile_the_same_file_at_once(source: Path, own_cache: Path) -> None:
    command = [sys.executable, "-m", "sampan", "run", str(source)]
    processes = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out, err) == (0, "last 126\n", "")
    assert len(programs(own_cache)) == 1
    assert list((own_cache / "tmp").iterdir()) == []


def test_cache_directory_that_cannot_be_made(
    sampan: SampanRun, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = sampan("run", source, env={"SAMPAN_CACHE_DIR": str(tmp_path / "file" / "cache")})
    assert (done.returncode, done.stdout) == (0, "last 126\n")
    assert done.stderr.count("warning") == 1 and "going on without the compile cache" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_cache_directory(sampan: SampanRun, source: Path, own_cache: Path) -> None:
    own_cache.mkdir()
    own_cache.chmod(0o555)
    done = sampan("run", source)
    assert (done.returncode, done.stdout) == (0, "last 126\n")
    assert done.stderr.count("warning") == 1


@pytest.fixture
def full_disk(tmp_path: Path):
    """A file system of 32 kilobytes, which no program fits in."""
    directory = tmp_path / "full"
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(directory)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield directory
    subprocess.run(["umount", "-l", str(directory)], check=True)


def test_full_disk_under_the_cache(sampan: SampanRun, source: Path, full_disk: Path) -> None:
    (full_disk / "filler").write_bytes(b"x" * 20000)
    done = sampan("run", source, env={"SAMPAN_CACHE_DIR": str(full_disk)})
    assert (done.returncode, done.stdout) == (0, "last 126\n"), done.stderr
    assert done.stderr.count("warning") == 1 and "No space left" in done.stderr
    assert programs(full_disk) == []


def test_full_disk_under_temporary_files(
    sampan: SampanRun, source: Path, full_disk: Path, own_cache: Path
) -> None:
    done = sampan("run", source, env={"TMPDIR": str(full_disk)})
    assert done.returncode in (3, 4), done.stderr
    assert "Traceback" not in done.stderr and "space" in done.stderr.lower()
    assert programs(own_cache) == []
    assert sampan("run", source).stdout == "last 126\n"


def test_damaged_program_is_compiled_again(
    sampan: SampanRun, source: Path, own_cache: Path
) -> None:
    assert sampan("run", source).returncode == 0
    (program,) = programs(own_cache)
    program.write_bytes(program.read_bytes()[:1000])
    done = sampan("run", source)
    assert (done.returncode, done.stdout, done.stderr) == (0, "last 126\n", "")


def test_interrupted_compilation_leaves_nothing(source: Path, own_cache: Path) -> None:
    command = [sys.executable, "-m", "sampan", "run", str(source)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "last 126\n")
    assert len(programs(own_cache)) == 1
