"""Measures a kernel of the suite on all contenders in interleaved rounds, and compares results."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from peers import FOLDER, Contender
from suite import Case, Kernel, result, write_inputs, write_plan

TIMED = 3  # launches of a round
SLOW = 150.0  # milliseconds; longer launches need no untimed one before them to be warm
PAUSE = 0.003  # seconds for threads that spin a while after their work


class Failed(Exception):
    """A contender ended early; the text is the end of what it said on standard error."""


@dataclass
class Running:
    contender: Contender
    kernel: Kernel
    folder: Path
    process: subprocess.Popen[str]
    milliseconds: list[float] = field(default_factory=list)
    device: str = ""
    problem: str = ""

    def line(self) -> str:
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            status = self.process.wait()
            said = (self.folder / "errors").read_text(errors="replace").strip()[-600:]
            raise Failed(f"ended with status {status}: {said}")
        return text.strip()

    def launches(self, untimed: int, timed: int) -> list[float]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{untimed} {timed}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its last words are read below
        return list(json.loads(self.line()))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(120)


@dataclass
class Measured:
    """A row of the results: `milliseconds` of one round of all launches. `error` is the difference
    from the first contender's results."""

    kernel: str
    contender: str
    title: str
    device: str = ""
    problem: str = ""
    median: float = 0.0
    best: float = 0.0
    launches: int = 0
    checksum: float = 0.0
    error: float = 0.0
    agrees: bool = True
    path: str = ""


def measure(entries: list[tuple[Contender, Kernel]], rounds: int) -> list[Measured]:
    """Each contender runs its kernel; all compute the same. `rounds` of TIMED launches each.

    A contender that fails has a row with `problem`; one that has no such kernel has none.
    """
    name = entries[0][1].name
    folder = FOLDER / "run" / name
    shutil.rmtree(folder, ignore_errors=True)
    running = []
    for contender, kernel in entries:
        own = folder / contender.name
        own.mkdir(parents=True)
        write_inputs(kernel.case, own)
        if (started := _start(kernel, contender, own)) is not None:
            running.append(started)
    for _ in range(rounds):
        for contender in running:
            _round(contender)
    rows = []
    reference: dict[str, np.ndarray] | None = None
    for contender in running:
        if not contender.problem:
            contender.close()
        row = _row(contender)
        if not row.problem:
            case = contender.kernel.case
            outputs = result(case, contender.folder)
            reference = reference or outputs
            row.checksum = sum(map(_checksum, outputs.values()))
            row.error, row.agrees = _compare(case, outputs, reference)
        rows.append(row)
    shutil.rmtree(folder)
    return rows


def _start(kernel: Kernel, contender: Contender, folder: Path) -> Running | None:
    plan = write_plan(kernel.case, folder)
    command = contender.command(kernel, plan)
    if command is None:
        return None
    errors = folder / "errors"
    with errors.open("w") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            cwd=folder,
            env={**os.environ, **contender.environment},
        )
    running = Running(contender, kernel, folder, process)
    try:
        running.device = running.line().removeprefix("ready").strip()
        running.launches(0, 1)
    except Failed as failure:
        running.problem = str(failure)
    return running


def _round(running: Running) -> None:
    if running.problem:
        return
    time.sleep(PAUSE)
    slow = running.milliseconds and min(running.milliseconds) > SLOW
    try:
        running.milliseconds += running.launches(0 if slow else 1, TIMED)
    except Failed as failure:
        running.problem = str(failure)


def _row(running: Running) -> Measured:
    contender = running.contender
    row = Measured(running.kernel.name, contender.name, contender.title, running.device)
    row.problem = running.problem
    if not running.milliseconds:
        row.problem = row.problem or "no rounds"
        return row
    row.median = statistics.median(running.milliseconds)
    row.best = min(running.milliseconds)
    row.launches = len(running.milliseconds)
    report = running.folder / "sampan.json"
    if report.exists():
        kernels = json.loads(report.read_text())["kernels"]
        row.path = ", ".join(sorted({f"{k['path']} {k['width']}" for k in kernels}))
    return row


def _checksum(array: np.ndarray) -> float:
    """Weighted by position, so that neither order nor cancellation hides a difference."""
    weights = np.arange(array.size) % 31 + 1
    return float((array.astype(np.float64) * weights).sum())


def _compare(
    case: Case, outputs: dict[str, np.ndarray], reference: dict[str, np.ndarray]
) -> tuple[float, bool]:
    """The greatest relative difference in the 2-norm, and whether each is within its tolerance. One
    wrong element in sixteen million makes a difference of 2e-4."""
    worst, agrees = 0.0, True
    for name, tolerance in case.outputs.items():
        expected = reference[name].astype(np.float64)
        difference = float(np.linalg.norm(outputs[name].astype(np.float64) - expected))
        error = difference / max(float(np.linalg.norm(expected)), 1e-30)
        worst = max(worst, error)
        agrees = agrees and error <= tolerance  # false for NaN
    return worst, agrees
