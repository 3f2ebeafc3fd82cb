"""Tests of the runtime by itself: C++ programs whose "device code" is C++ too."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sampan import support
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


def _cases() -> Iterator[object]:
    """(program, test), read from the sources: a test's name stands in its TEST macro."""
    for name in PROGRAMS:
        for line in (HERE / f"{name}.cpp").read_text().splitlines():
            for macro in ("TEST(", "TEST_PRINTS("):
                if line.startswith(macro):
                    test = line[len(macro) :].split(",")[0].split(")")[0]
                    yield pytest.param(name, test, id=f"{name}-{test}")


@cache
def _expected(name: str) -> dict[str, list[str]]:
    listed = subprocess.run([program(name)], capture_output=True, text=True, check=True).stdout
    pairs = (line.split("\t", 1) for line in listed.splitlines())
    return {test: text.split("\\n") for test, text in pairs}


@pytest.mark.parametrize(("name", "test"), _cases())
def test_runtime(name: str, test: str) -> None:
    done = subprocess.run(
        [program(name), test], capture_output=True, text=True, errors="replace", timeout=120
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"exit status {done.returncode}\n{output}"
    for line in _expected(name)[test]:
        assert line in output, f"did not print {line!r} but\n{output}"
