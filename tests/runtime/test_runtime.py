"""Tests of the runtime by itself: C++ programs whose "device code" is C++ too."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from sampan import support
from sampan.frontend.clang import find_clang
from sampan.runtime import build

HERE = Path(__file__).resolve().parent
PROGRAMS = sorted(path.stem for path in HERE.glob("*.cpp"))


@cache
def program(name: str) -> Path:
    """The built program. A directory per process, so that parallel runs do not meet."""
    library = support.runtime_library()
    out = Path(_directory().name) / name
    subprocess.run(
        [
            *("g++", "-std=c++17", "-O1", "-g", "-pthread", "-Wall", "-Wextra", "-Werror"),
            f"-I{build.SOURCES / 'include'}",
            *(str(HERE / f"{name}.cpp"), str(library), f"-Wl,-rpath,{library.parent}"),
            *("-o", str(out)),
        ],
        check=True,
    )
    return out


@cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sampan-runtime-tests-")


def _cases() -> list[object]:
    """(program, test), read from the sources: a test's name stands in its TEST macro."""
    return [
        pytest.param(name, test, id=f"{name}-{test}")
        for name in PROGRAMS
        for test in re.findall(
            r"^TEST(?:_PRINTS)?\(\s*(\w+)", (HERE / f"{name}.cpp").read_text(), re.MULTILINE
        )
    ]


@cache
def _expected(name: str) -> dict[str, list[str]]:
    listed = subprocess.run([program(name)], capture_output=True, text=True, check=True).stdout
    pairs = (line.split("\t", 1) for line in listed.splitlines())
    return {test: text.split("\\n") for test, text in pairs}


def _run(name: str, test: str, **knobs: str) -> subprocess.CompletedProcess[str]:
    """As many processors as workers, unless chosen: tests find by them what can run at once."""
    workers = knobs.get("SAMPAN_THREADS", "")
    workers = workers if workers.isdigit() else str(len(os.sched_getaffinity(0)))
    return subprocess.run(
        [program(name), test],
        env={**os.environ, "SAMPAN_PROCESSORS": workers, **knobs},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )


@pytest.mark.parametrize(("name", "test"), _cases())
def test_runtime(name: str, test: str) -> None:
    done = _run(name, test)
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"exit status {done.returncode}\n{output}"
    for line in _expected(name)[test]:
        assert line in output, f"did not print {line!r} but\n{output}"


@pytest.mark.parametrize("threads", ["1", "7"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_any_number_of_workers(name: str, threads: str) -> None:
    """All tests of a program once more, with one worker and with more than there are CPUs."""
    for test in _expected(name):
        done = _run(name, test, SAMPAN_THREADS=threads)
        assert done.returncode == 0, f"{test}\n{done.stdout}{done.stderr}"


def test_statistics_tell_what_every_kernel_did(tmp_path: Path) -> None:
    report = tmp_path / "stats.json"
    test = "two_host_threads_launch_at_once"
    assert _run("launches", test, SAMPAN_STATS=str(report), SAMPAN_THREADS="2").returncode == 0
    stats = json.loads(report.read_text())
    assert stats["workers"] == 2
    (row,) = stats["kernels"]
    assert row.pop("nanoseconds") > 0
    assert row.pop("elapsed") > 0
    assert row == {
        "module": "00112233445566778899",
        "name": "count_blocks",
        "display_name": "count_blocks",
        "launches": 4000,
        "threads": 4000 * 8 * 64,
        "kind": "vector",
        "width": 32,
        "fallback_reason": "",
    }
    assert [file.name for file in tmp_path.iterdir()] == ["stats.json"]


def test_senseless_knobs_are_named_and_ignored() -> None:
    done = _run("device", "limits_are_kept_until_a_reset", SAMPAN_THREADS="many", SAMPAN_ARCH="x")
    assert done.returncode == 0
    assert "SAMPAN_THREADS=many makes no sense" in done.stderr
    assert "SAMPAN_ARCH=x makes no sense" in done.stderr


@pytest.mark.parametrize("processors", ["", "5"])
def test_the_environment_chooses_the_processors(processors: str) -> None:
    test = "few_workers_are_told_as_a_usual_number_of_processors"
    done = _run("device", test, SAMPAN_THREADS="3", SAMPAN_PROCESSORS=processors)
    assert done.returncode == 0, done.stderr


def test_the_environment_chooses_the_architecture() -> None:
    done = _run("device", "the_device_describes_itself", SAMPAN_ARCH="sm_90")
    assert done.returncode == 0, done.stderr


def test_memory_limit() -> None:
    done = _run("memory", "copies_of_all_kinds_and_sizes", SAMPAN_MEMORY="10M")
    assert "cudaMalloc" in done.stderr and done.returncode == 1


def test_the_headers_promise_nothing_that_is_missing() -> None:
    """Every function that cuda_runtime_api.h declares is in the library, except graphs."""
    library = support.runtime_library()
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True
    ).stdout
    exported = {line.split()[-1] for line in listed.splitlines()}
    header = build.SOURCES.parent / "headers" / "cuda_runtime_api.h"
    declared = set(re.findall(r"\b(_{0,2}cuda[A-Z]\w*)\(", header.read_text()))
    missing = {name for name in declared - exported if not name.startswith("cudaGraph")}
    assert not missing


def test_nothing_else_is_exported() -> None:
    listed = subprocess.run(
        ["nm", "-D", "--defined-only", support.runtime_library()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    strong = [line.split()[2] for line in listed.splitlines() if line.split()[1] not in "WVuw"]
    assert [name for name in strong if not re.match(r"(__)?cuda[A-Z]|cu[A-Z]|sampan_", name)] == []


def test_the_runtime_is_built_once() -> None:
    first = support.runtime_library()
    changed = first.stat().st_mtime_ns
    command = [str(find_clang()), *support.CXX_FLAGS]
    assert build.build_runtime(first.parent.parent, command) == first
    assert first.stat().st_mtime_ns == changed
    names = sorted(file.name for file in first.parent.iterdir())
    assert names == ["libsampan.o", "libsampan.so"]  # for static linking, and shared
