"""What `sampan tune` shows and writes: the table, the JSON object, the report."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sampan.at_launch.choices import Choice
from sampan.diagnostics import MissingToolError
from sampan.tune.session import Session, TunedResult


def html_report(
    name: str,
    arguments: Sequence[str],
    session: Session,
    results: Sequence[TunedResult],
    workers: int,
    say: Callable[[str], None],
) -> str:
    """The report; measures the machine and collects remarks for it."""
    from sampan.tune.explain import remarks_of
    from sampan.tune.peaks import measure
    from sampan.tune.report import Report

    say("measuring the machine")
    peaks = measure(workers)
    say("collecting remarks")
    remarks = remarks_of(results, session.modules)
    assert session.rounds is not None
    words = " ".join([name, *arguments])
    facts = [
        ("program", words[:500]),
        ("machine", f"{_cpu_name()}, {workers} workers"),
        ("search", _course(session)),
        ("compared", session.reference.compares),
        ("date", time.strftime("%Y-%m-%d %H:%M")),
    ]
    left_alone = [(one.name, 1e3 * one.seconds / one.launches) for one in session.left_alone]
    title = f"Kernels of {name}"
    return Report(title, facts, results, left_alone, peaks, remarks).html()


def _course(session: Session) -> str:
    assert session.rounds is not None
    text = f"{session.rounds.runs} runs in {session.seconds:.0f} s"
    return text if session.rounds.complete else f"{text}; time ran out before all was tried"


def _cpu_name() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return "this machine"


def write_whole(file: Path, text: str) -> None:
    """Raises MissingToolError where it cannot be written; nothing is left half written."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace")
        os.replace(temporary, file)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise MissingToolError(f"cannot write {file}: {error.strerror}") from None


def print_results(
    session: Session, results: Sequence[TunedResult], report: Path | None, json_to: str | None
) -> None:
    """The table, and the JSON object: in its place (-), in a file, or not at all (None)."""
    assert session.rounds is not None
    if json_to:
        text = json.dumps(_facts(session, results)) + "\n"
        if json_to == "-":
            print(text, end="")
        else:
            write_whole(Path(json_to), text)
    if json_to != "-":
        rows = [("usual", "best", "gain", "choice", "kernel")]
        for one in results:
            blocks = " x ".join(map(str, one.shape))
            rows.append(
                (
                    f"{one.usual / 1e6:.4g} ms",
                    f"{one.best / 1e6:.4g} ms",
                    f"{one.gain:.2f}",
                    str(one.choice),
                    f"{one.row.name}, blocks of {blocks}",
                )
            )
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = [f"{row[i]:>{widths[i]}}" for i in range(3)] + [
                f"{row[3]:<{widths[3]}}",
                row[4],
            ]
            print("  ".join(cells))
        print(f"{_course(session)}; compared: {session.reference.compares}")
        for (key, choice), why in session.rounds.refusals.items():
            name = next((one.row.name for one in results if one.key == key), key[1])
            print(f"refused: {name}: {choice}: {why}")
        if report is not None:
            print(f"report: {report}")


def _facts(session: Session, results: Sequence[TunedResult]) -> dict[str, Any]:
    """What docs/tune.md says of --json."""
    assert session.rounds is not None
    return {
        "seconds": round(session.seconds, 3),
        "runs": session.rounds.runs,
        "complete": session.rounds.complete,
        "compared": session.reference.compares,
        "kernels": [
            {
                "name": one.row.name,
                "mangled_name": one.key[1],
                "block": list(one.shape),
                "usual_nanoseconds": round(one.usual),
                "best_nanoseconds": round(one.best),
                "choice": _choice_facts(one.choice),
                "tried": [
                    {
                        **_choice_facts(timing.choice),
                        "nanoseconds": round(timing.nanoseconds) if timing.times else None,
                        "times": timing.times,
                        "refused": timing.refused,
                    }
                    for timing in one.timings
                ],
            }
            for one in results
        ],
    }


def _choice_facts(choice: Choice) -> dict[str, Any]:
    return {
        "form": choice.form.word,
        "fast_math": choice.form.fast_math,
        "claim_nanoseconds": choice.claim,
        "workers": choice.workers,
    }
