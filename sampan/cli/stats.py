"""What `--stats` and `--json` show: the runtime's report of a run, with readable kernel names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sampan.diagnostics import MissingToolError


def read(report: Path, code: int, seconds: float) -> dict[str, Any]:
    """The report in the form that docs/cli.md describes. `kernels` is empty where the program left
    no report: it launched nothing, or was killed."""
    try:
        found = json.loads(report.read_text())
    except (OSError, ValueError):
        found = {}
    kernels = [_kernel(row) for row in found.get("kernels", [])]
    return {
        "exit_code": code if code >= 0 else 128 - code,
        "seconds": round(seconds, 6),
        "workers": found.get("workers", 0),
        "kernels": kernels,
    }


def _kernel(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["display_name"],
        "mangled_name": row["name"],
        "launches": row["launches"],
        "threads": row["threads"],
        "path": _path(row),
        "width": row["width"],
        "reason": "" if _path(row) == "vector" else row["fallback_reason"],
        "nanoseconds": row["nanoseconds"],
    }


def _path(row: dict[str, Any]) -> str:
    if row["kind"] == "interpreted":
        return "interp"
    if row["kind"] == "device":
        return "opencl"
    # Lanes of a kernel that never waits may run as a plain loop: no fibres, but no vector either.
    return "vector" if row["kind"] == "vector" and row["width"] > 1 else "fibre"


def write_json(result: dict[str, Any], where: str) -> None:
    """Writes the report as one line; `where` is a file name, or - for standard error."""
    text = json.dumps(result)
    if where == "-":
        print(text, file=sys.stderr)
        return
    try:
        Path(where).write_text(text + "\n")
    except OSError as error:
        raise MissingToolError(f"cannot write {where}: {error.strerror}") from None


def table(result: dict[str, Any]) -> str:
    """One line a kernel, those that took longest first."""
    kernels = sorted(result["kernels"], key=lambda kernel: -kernel["nanoseconds"])
    if not kernels:
        return "sampan: no kernel was launched"
    rows = [("time", "launches", "path", "kernel")]
    for kernel in kernels:
        rows.append(
            (
                _milliseconds(kernel["nanoseconds"]),
                str(kernel["launches"]),
                f"{kernel['path']} x{kernel['width']}" if kernel["width"] > 1 else kernel["path"],
                kernel["name"],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{row[0]:>{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}"
        for row in rows
    ]
    total = sum(kernel["nanoseconds"] for kernel in kernels)
    lines.append(f"{_milliseconds(total):>{widths[0]}}  in all kernels")
    for kernel in kernels:
        if kernel["reason"]:
            lines.append(f"not vectorised: {kernel['name']}: {kernel['reason']}")
    return "\n".join(lines)


def _milliseconds(nanoseconds: float) -> str:
    return f"{nanoseconds / 1e6:.3f} ms"
