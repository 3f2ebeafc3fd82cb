"""`sampan run` as a whole: arguments, streams, signals, exit codes, caching, reports."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SampanRun

ECHO = r"""
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
__global__ void kernel(int *out, int n) { out[threadIdx.x] = n; }
int main(int argc, char **argv) {
  int *out, n = 0;
  cudaMalloc(&out, 32 * sizeof(int));
  kernel<<<1, 32>>>(out, 7);
  cudaMemcpy(&n, out + 31, sizeof n, cudaMemcpyDeviceToHost);
  if (n != 7) return 99;
  for (int i = 0; i < argc; ++i) printf("[%s]", argv[i]);
  char line[100] = "", directory[4096] = "";
  if (fgets(line, sizeof line, stdin)) printf("{%s}", line);
  fprintf(stderr, "cwd %s\n", getcwd(directory, sizeof directory));
  if (argc > 1 && !strcmp(argv[1], "wait")) {
    puts("waiting");
    fflush(stdout);
    pause();
  }
  if (argc > 1 && !strcmp(argv[1], "abort")) abort();
  return argc > 1 ? atoi(argv[1]) : 0;
}
"""


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    path = tmp_path / "echo.cu"
    path.write_text(ECHO)
    return path


@pytest.mark.parametrize("extra", [[], ["--no-cache"], ["--stats"]])
def test_program_gets_arguments_input_directory_and_gives_its_exit_code(
    sampan: SampanRun, echo: Path, tmp_path: Path, extra: list[str]
) -> None:
    done = sampan("run", *extra, echo, "--", "17", "a b", "-O3", cwd=tmp_path, stdin="a line\n")
    assert done.returncode == 17, done.stderr
    assert re.fullmatch(r"\[/\S*/echo\]\[17\]\[a b\]\[-O3\]{a line\n}", done.stdout), done.stdout
    assert f"cwd {tmp_path}" in done.stderr


@pytest.mark.parametrize("extra", [[], ["--no-cache"]])
def test_program_that_dies_by_a_signal_looks_so(
    sampan: SampanRun, echo: Path, extra: list[str]
) -> None:
    assert sampan("run", *extra, echo, "--", "abort").returncode == -signal.SIGABRT


@pytest.mark.parametrize("extra", [[], ["--no-cache"]])
def test_signal_to_sampan_reaches_the_program(echo: Path, extra: list[str]) -> None:
    command = [sys.executable, "-m", "sampan", "run", *extra, str(echo), "--", "wait"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert b"waiting" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == -signal.SIGTERM


def test_second_run_comes_from_the_cache_until_something_changes(
    sampan: SampanRun, tmp_path: Path, own_cache: Path
) -> None:
    header, source = tmp_path / "n.h", tmp_path / "a.cu"
    header.write_text("#define N 3\n")
    source.write_text('#include "n.h"\nint main() { return N; }\n')
    assert sampan("run", source).returncode == 3
    again = sampan("run", "--verbose", source)
    assert again.returncode == 3 and "found in the cache" in again.stderr
    assert "compiled" not in again.stderr
    header.write_text("#define N 4\n")
    assert sampan("run", source).returncode == 4
    assert "compiled" in sampan("run", "-DX", "--verbose", source).stderr
    assert "compiled" in sampan("run", "--no-cache", "--verbose", source).stderr


def test_stats_and_json_name_kernels_and_paths(
    sampan: SampanRun, echo: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    done = sampan("run", "--stats", f"--json={report}", "--path", "fibre", echo, "--", "3")
    facts = json.loads(report.read_text())
    assert facts["exit_code"] == 3
    (kernel,) = facts["kernels"]
    assert kernel["name"] == "kernel(int*, int)"
    assert kernel["launches"] == 1 and kernel["path"] == "fibre" and kernel["nanoseconds"] > 0
    assert kernel["reason"]
    assert "kernel(int*, int)" in done.stderr and "fibre" in done.stderr

    done = sampan("run", "--json", echo)
    facts = json.loads(done.stderr.strip().splitlines()[-1])
    assert facts["exit_code"] == 0 and facts["kernels"][0]["path"] == "vector"
    assert facts["kernels"][0]["width"] > 1 and facts["kernels"][0]["reason"] == ""


def test_dump_and_keep_leave_every_stage(sampan: SampanRun, echo: Path, tmp_path: Path) -> None:
    dump, kept = tmp_path / "dump", tmp_path / "kept"
    assert sampan("run", echo, env={"SAMPAN_DUMP": str(dump)}).returncode == 0
    names = sorted(path.name for path in dump.rglob("*.ll"))
    assert names[0].startswith("00-") and len(names) > 5
    assert list(dump.rglob("*.s")) and list(dump.rglob("timings.txt"))
    assert sampan("run", f"--keep={kept}", echo).returncode == 0
    assert os.access(kept / "echo", os.X_OK)
    assert (
        subprocess.run([kept / "echo", "5"], input="", text=True, capture_output=True).returncode
        == 5
    )


def test_threads_reach_the_runtime(sampan: SampanRun, echo: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert sampan("run", "--threads", "3", f"--json={report}", echo).returncode == 0
    assert json.loads(report.read_text())["workers"] == 3


def test_objects_and_libraries_are_linked(sampan: SampanRun, tmp_path: Path) -> None:
    (tmp_path / "part.c").write_text("int part(void) { return 40; }\n")
    (tmp_path / "lib.c").write_text("int library(void) { return 2; }\n")
    clang = [Path(sys.executable).parent / "clang-22"]
    for name in ("part", "lib"):
        subprocess.run([*clang, "-c", f"{name}.c", "-o", f"{name}.o"], cwd=tmp_path, check=True)
    subprocess.run(["ar", "rc", "libx.a", "lib.o"], cwd=tmp_path, check=True)
    (tmp_path / "a.cu").write_text(
        'extern "C" int part(), library();\nint main() { return part() + library(); }\n'
    )
    words = ["run", "a.cu", "part.o", "-L.", "-lx", "-lcudart"]
    assert sampan(*words, cwd=tmp_path).returncode == 42
    (tmp_path / "lib.c").write_text("int library(void) { return 3; }\n")
    subprocess.run([*clang, "-c", "lib.c", "-o", "lib.o"], cwd=tmp_path, check=True)
    subprocess.run(["ar", "rc", "libx.a", "lib.o"], cwd=tmp_path, check=True)
    assert sampan(*words, cwd=tmp_path).returncode == 43


def test_host_file_and_other_suffix_as_cuda(sampan: SampanRun, tmp_path: Path) -> None:
    source = tmp_path / "a.cpp"
    source.write_text("__global__ void k() {}\nint main() { k<<<1, 1>>>(); return 5; }\n")
    assert sampan("run", source).returncode == 3
    assert sampan("run", "-x", "cu", source).returncode == 5


def test_help_and_version(sampan: SampanRun) -> None:
    assert "sampan run saxpy.cu" in sampan("--help").stdout
    assert "--stats" in sampan("run", "--help").stdout
    assert sampan("--version").stdout.startswith("sampan ")
    assert sampan().returncode == 2


def test_cache_command(sampan: SampanRun, tmp_path: Path, own_cache: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("int main() {}\n")
    assert sampan("run", source).returncode == 0
    facts = json.loads(sampan("cache", "--json").stdout)
    assert facts["programs"] == 1 and facts["bytes"] > 1000
    assert facts["directory"] == str(own_cache)
    assert "removed 1" in sampan("cache", "--clear").stdout
    assert json.loads(sampan("cache", "--json").stdout)["programs"] == 0
    assert sampan("cache", "--wrong").returncode == 2


def test_output_of_the_compiler_does_not_depend_on_the_hash_seed(
    sampan: SampanRun, echo: Path, tmp_path: Path
) -> None:
    kept = []
    for seed in ("0", "1", "12345"):
        directory = tmp_path / seed
        assert (
            sampan("run", f"--keep={directory}", echo, env={"PYTHONHASHSEED": seed}).returncode == 0
        )
        kept.append({path.name: path.read_bytes() for path in directory.rglob("*.s")})
    assert kept[0] and kept[0] == kept[1] == kept[2]


def test_a_program_in_the_cache_starts_without_loading_the_compiler(
    sampan: SampanRun, echo: Path
) -> None:
    sampan("run", echo)
    words = [sys.executable, "-X", "importtime", "-m", "sampan", "run", str(echo)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    loaded = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "sampan.cli.options" in loaded
    slow = ("llvmlite", "numpy", "sampan.driver", "subprocess", "tempfile", "traceback", "ctypes")
    assert not loaded.intersection(slow)
