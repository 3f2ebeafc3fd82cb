"""Runs batches on several paths and says which kernels differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.direct import REFUSALS
from tests.fuzz.paths import Outcome, PathFailure, read_sites, runner
from tests.fuzz.source import Kernel


@dataclass
class Mismatch:
    kernel: Kernel
    path: str
    reference: str
    problem: str


@dataclass
class Report:
    """Counts over a session. A feature's dynamic numbers come from the host reference."""

    kernels: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    static: Counter[str] = field(default_factory=Counter)  # occurrences in the text
    executed: Counter[str] = field(default_factory=Counter)  # executions, summed over threads
    divergent: Counter[str] = field(default_factory=Counter)  # sites where threads differ
    reached: Counter[str] = field(default_factory=Counter)  # sites executed at least once
    mismatches: list[Mismatch] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)  # reasons of kernels not vectorised

    def as_json(self) -> str:
        features = {
            name: {
                "occurrences": self.static[name],
                "reached_sites": self.reached[name],
                "divergent_sites": self.divergent[name],
                "executions": self.executed[name],
            }
            for name in sorted(self.static)
        }
        mismatches = [
            {"kernel": m.kernel.label, "path": m.path, "against": m.reference, "what": m.problem}
            for m in self.mismatches
        ]
        return json.dumps(
            {
                "kernels": self.kernels,
                "compared": dict(self.compared),
                "mismatches": mismatches,
                "refused": dict(self.refused),
                "features": features,
            },
            indent=1,
        )


def run_path(path: str, kernels: Sequence[Kernel], folder: Path) -> list[Outcome]:
    """The outcome of every kernel; a batch that fails as a whole is split until it is clear why."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        outcomes = runner(path)(list(kernels), folder)
    except PathFailure as failure:
        if len(kernels) == 1:
            return [Outcome(b"", str(failure))]
        half = len(kernels) // 2
        return run_path(path, kernels[:half], folder) + run_path(path, kernels[half:], folder)
    blamed = next((i for i, o in enumerate(outcomes) if o.problem), None)
    if blamed is None or path == "host" or blamed + 1 == len(outcomes):
        return outcomes
    # A fault may poison what follows: give the rest a process of its own.
    return outcomes[: blamed + 1] + run_path(path, kernels[blamed + 1 :], folder)


def difference(left: Outcome, right: Outcome, kernel: Kernel | None = None) -> str:
    for outcome in (left, right):
        if outcome.problem:
            return outcome.problem
    if left.data == right.data:
        return ""
    if len(left.data) != len(right.data) or kernel is None:
        return "outputs differ"
    return "; ".join(_places(left.data, right.data, kernel)[:4])


def _places(left: bytes, right: bytes, kernel: Kernel) -> list[str]:
    """The buffers that differ: how many elements, and the first of them."""
    threads = kernel.threads
    buffers = (("out", 4, threads * 8), ("fout", 4, threads * 4), ("mem", 4, threads * 16))
    buffers += (
        ("bytes", 1, threads * 16),
        ("counters", 4, 144),
        ("wide", 8, 32),
        ("floats", 4, 16),
    )
    found = []
    at = 0
    for name, size, count in buffers:
        places = range(at, at + size * count, size)
        differing = [p for p in places if left[p : p + size] != right[p : p + size]]
        if differing:
            first = differing[0]
            index = (first - at) // size
            values = (d[first : first + size][::-1].hex() for d in (left, right))
            found.append(f"{len(differing)} of {name}: [{index}] is {' against '.join(values)}")
        at += size * count
    return found


def compare_batch(
    kernels: list[Kernel], paths: Sequence[str], folder: Path, report: Report
) -> list[Mismatch]:
    """Runs the batch on all paths; the first path is the reference of the others."""
    REFUSALS.clear()
    results = {path: run_path(path, kernels, folder) for path in paths}
    report.refused.update(REFUSALS.values())
    reference, *others = paths
    found = []
    for i, kernel in enumerate(kernels):
        for path in others or [reference]:
            report.compared[path] += 1
            problem = difference(results[reference][i], results[path][i], kernel)
            if problem:
                found.append(Mismatch(kernel, path, reference, problem))
    _count_features(kernels, paths, folder, report)
    report.mismatches += found
    return found


def _count_features(
    kernels: list[Kernel], paths: Sequence[str], folder: Path, report: Report
) -> None:
    report.kernels += len(kernels)
    for kernel in kernels:
        report.static.update(kernel.features)
    if "host" not in paths or not (folder / "sites.txt").exists():
        return
    for (case, site), (total, divergent) in read_sites(folder).counts.items():
        feature = kernels[case].sites[site]
        report.executed[feature] += total
        report.reached[feature] += total > 0
        report.divergent[feature] += divergent
