"""Runs a batch of kernels on one path: the host reference, a path of Sampan, the interpreter."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.program import program
from tests.fuzz.source import Kernel

ROOT = Path(__file__).resolve().parent.parent.parent
COMPILE_SECONDS = 300
RUN_SECONDS = 60


@dataclass
class Outcome:
    """What one kernel left on one path: its buffers' bytes, or why there are none."""

    data: bytes = b""
    problem: str = ""

    def agrees(self, other: Outcome) -> bool:
        return not self.problem and not other.problem and self.data == other.data


@dataclass
class SiteCounts:
    """Per kernel and site: executions, and whether threads differ in how often they passed."""

    counts: dict[tuple[int, int], tuple[int, bool]] = field(default_factory=dict)


class PathFailure(Exception):
    """The batch as a whole failed: the compiler, or the program outside any kernel."""


Runner = Callable[[list[Kernel], Path], list[Outcome]]


def parse_outputs(data: bytes, count: int, reason: str) -> list[Outcome]:
    """The records of an output file; kernels without one get `reason` (the first is to blame)."""
    outcomes = []
    at = 0
    while at + 12 <= len(data) and len(outcomes) < count:
        number, error, size = struct.unpack_from("<III", data, at)
        if number != len(outcomes) or at + 12 + size > len(data):
            break
        body = data[at + 12 : at + 12 + size]
        outcomes.append(Outcome(body) if not error else Outcome(b"", f"CUDA error {error}"))
        at += 12 + size
    missing = count - len(outcomes)
    outcomes += [Outcome(b"", reason if i == 0 else "not reached") for i in range(missing)]
    return outcomes


def run_host(kernels: list[Kernel], folder: Path) -> list[Outcome]:
    """Plain C++, run twice with different orders of the threads: they must agree."""
    source, binary = folder / "host.cpp", folder / "host"
    source.write_text(program(kernels, host=True))
    flags = ["-O0", "-ffp-contract=off", "-fno-strict-aliasing", "-w", "-std=c++17"]
    _call([os.environ.get("CXX", "g++"), *flags, "-o", str(binary), str(source)])
    outcomes: list[list[Outcome]] = []
    for seed in (1, 2):
        output = folder / f"host{seed}.bin"
        command = [str(binary), str(output), str(seed), str(folder / "sites.txt")]
        outcomes.append(_run(command, output, len(kernels)))
    for first, second in zip(*outcomes, strict=True):
        if not first.problem and not first.agrees(second):
            first.problem = "the generator made a race: two orders of the threads differ"
    return outcomes[0]


def read_sites(folder: Path) -> SiteCounts:
    sites = SiteCounts()
    for line in (folder / "sites.txt").read_text().splitlines():
        case, site, total, divergent = (int(word) for word in line.split())
        sites.counts[case, site] = (total, bool(divergent))
    return sites


def sampan_path(name: str, width: int = 0, fmad: bool = False) -> Runner:
    """`sampan run --path NAME`, optionally with a fixed gang width."""

    def run(kernels: list[Kernel], folder: Path) -> list[Outcome]:
        label = f"{name}{width or ''}"
        source, output = folder / f"{label}.cu", folder / f"{label}.bin"
        source.write_text(program(kernels, host=False))
        output.unlink(missing_ok=True)
        command = [sys.executable, "-m", "sampan", "run", "--path", name, "--no-cache", "-w"]
        command += [] if fmad else ["-fmad=false"]
        # Verified, so that a bug of the vectoriser is an error and not a kernel on another path.
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SAMPAN_VERIFY": "1"}
        environment["SAMPAN_UNCACHED"] = "1"  # as if no cache held what grids store
        if width:
            environment["SAMPAN_GANG_WIDTH"] = str(width)
        return _run([*command, str(source), "--", str(output)], output, len(kernels), environment)

    return run


def runner(path: str) -> Runner:
    """The runner of `host`, `interp`, `fibre`, `vector`, `vector:WIDTH`; with `direct-` before
    it, a path of Sampan runs without the runtime, and behind the width `:LEVEL` (0, 1, 2) says how
    far clang optimises the IR that it starts from, `:LEVEL` again how far LLVM what comes out."""
    name, *numbers = path.split(":")
    given = [int(number) for number in numbers]
    width, level, llvm_level = (*given, *(0, 2, 2)[len(given) :])
    if name == "host":
        return run_host
    if name == "interp":
        from tests.fuzz.interpreter import run_interpreter

        return run_interpreter
    if name.startswith("direct-"):
        from tests.fuzz.direct import direct_path

        return direct_path(name.removeprefix("direct-"), width, level, llvm_level)
    if name not in ("vector", "fibre"):
        raise ValueError(f"unknown path '{path}'")
    return sampan_path(name, width)


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_SECONDS)
    if done.returncode:
        raise PathFailure(f"{command[0]} failed ({done.returncode})\n{done.stderr[-4000:]}")


def _run(
    command: list[str], output: Path, count: int, environment: dict[str, str] | None = None
) -> list[Outcome]:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=RUN_SECONDS + COMPILE_SECONDS * (environment is not None),
            env=environment,
        )
        reason = f"exit {done.returncode}: {done.stderr[-2000:]}"
    except subprocess.TimeoutExpired:
        reason = "timeout"
    if not output.exists():
        raise PathFailure(f"no output: {reason}")
    return parse_outputs(output.read_bytes(), count, reason)
