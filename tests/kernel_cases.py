"""Self-checking CUDA programs: how they say what they expect, and how they are run.

Comment lines at the start of a line, anywhere in the file:

    // sampan-flags: FLAGS       given to `sampan run`
    // expect-output: TEXT       a line of standard output, anywhere in it
    // expect-error: TEXT        a part of standard error
    // expect-exit: N            the exit code (0 unless given)
    // expect-path: vector       on the vector path every kernel that ran was vector code
    // time-limit: SECONDS       instead of DEFAULT_LIMIT

Unless its exit code is another, a program must print PASS. Its standard output must be the same on
all paths to the byte. Programs that interpreted.py does not run with others take the interpreter's
path here.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interpreted import SEED, is_interpreted, runs_alone
from tests.loaded_sampan import run_loaded

DEFAULT_LIMIT = 240.0  # of a machine that has much else to do


@dataclass(frozen=True)
class Expectation:
    """What the comment lines of a program say."""

    flags: tuple[str, ...]
    output: tuple[str, ...]
    error: tuple[str, ...]
    exit_code: int
    path: str
    limit: float


def read_expectation(sources: list[Path]) -> Expectation:
    text = "\n".join(source.read_text() for source in sources)

    def lines(key: str) -> tuple[str, ...]:
        return tuple(re.findall(rf"^// {key}: (.*)$", text, re.MULTILINE))

    def last(key: str, default: str) -> str:
        return (lines(key) or (default,))[-1]

    return Expectation(
        flags=tuple(word for line in lines("sampan-flags") for word in line.split()),
        output=lines("expect-output"),
        error=lines("expect-error"),
        exit_code=int(last("expect-exit", "0")),
        path=last("expect-path", ""),
        limit=float(last("time-limit", str(DEFAULT_LIMIT))),
    )


def check_program(
    sources: list[Path],
    directory: Path,
    machine: tuple[str, ...] = (),
    patience: float = 1,
    paths: tuple[str, ...] = ("vector", "fibre"),
) -> None:
    """Runs the program on its paths and fails with what it printed where it is not as expected.
    `machine` are the options that name another machine; its time limits are `patience` times as
    long, and the interpreter has nothing to do with it."""
    expected = read_expectation(sources)
    outputs = {}
    alone = len(sources) > 1 or runs_alone(sources[0])
    if not machine and alone and all(map(is_interpreted, sources)):
        paths = (*paths, "interp")
    for path in paths:
        done, kernels = _run(sources, path, expected, directory, machine, patience)
        shown = f"--path {path}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == expected.exit_code, shown
        assert "Traceback" not in done.stderr, shown
        if expected.exit_code == 0:
            assert re.search(r"^PASS$", done.stdout, re.MULTILINE), shown
        for line in expected.output:
            assert line in done.stdout.splitlines(), f"no line {line!r}\n{shown}"
        for part in expected.error:
            assert part in done.stderr, f"no {part!r} in standard error\n{shown}"
        if path == "vector" and expected.path == "vector":
            assert kernels, f"no kernel in the report\n{shown}"
            for kernel in kernels:
                assert kernel["path"] == "vector", f"not on the vector path: {kernel}"
        outputs[path] = done.stdout
    assert len(set(outputs.values())) == 1, outputs


def _run(
    sources: list[Path],
    path: str,
    expected: Expectation,
    directory: Path,
    machine: tuple[str, ...],
    patience: float,
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    report = directory / f"{path}.json"
    done = run_loaded(
        "run",
        *machine,
        *expected.flags,
        "--path",
        path,
        f"--json={report}",
        # What the compiler says is said when it compiles, not of a cached program.
        *(["--no-cache"] if expected.error else []),
        *sources,
        timeout=expected.limit * patience,
        # As if no cache could hold what grids store, however small.
        env={"SAMPAN_SEED": SEED, "SAMPAN_UNCACHED": "1"},
    )
    kernels = json.loads(report.read_text())["kernels"] if report.exists() else []
    return done, kernels
