"""The HTML report of a tuning: one file that needs nothing else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from sampan.at_launch.choices import USUAL
from sampan.remarks import Remark
from sampan.tune.peaks import Peaks
from sampan.tune.pictures import Point, bars, roofline
from sampan.tune.session import TunedResult

_STYLE = """\
body { font-family: sans-serif; margin: 2em auto; max-width: 60em; color: #222; }
table { border-collapse: collapse; }
td, th { border-bottom: 1px solid #ddd; padding: 0.3em 0.8em; text-align: left; }
td.number, th.number { text-align: right; }
pre { background: #f6f6f4; padding: 0.6em; overflow-x: auto; }
.remark { color: #a0305c; } .quiet { color: #777; }
svg { max-width: 100%; height: auto; }
"""
_BEST, _OTHER, _USUAL = "#2f7d4f", "#b9cfe0", "#1b6ca8"
# Lines of the source around one that a remark is about.
_AROUND = 1


@dataclass(frozen=True)
class Report:
    """What the report says. `facts` are pairs of a name and a text, about the run."""

    title: str
    facts: Sequence[tuple[str, str]]
    results: Sequence[TunedResult]
    left_alone: Sequence[tuple[str, float]]  # kernels that were not tuned, with their milliseconds
    peaks: Peaks | None = None
    remarks: Mapping[str, Sequence[Remark]] = field(default_factory=dict)  # by mangled name

    def html(self) -> str:
        parts = [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f"<title>{escape(self.title)}</title><style>\n{_STYLE}</style></head><body>",
            f"<h1>{escape(self.title)}</h1>",
            self._facts(),
            self._overview(),
            self._roofline(),
            *(self._kernel(one) for one in self.results),
            "</body></html>\n",
        ]
        return "\n".join(part for part in parts if part)

    def _facts(self) -> str:
        rows = (f"<tr><td>{escape(k)}</td><td>{escape(v)}</td></tr>" for k, v in self.facts)
        return f"<table>{''.join(rows)}</table>"

    def _overview(self) -> str:
        head = (
            "<tr><th>kernel</th><th>blocks</th><th class=number>usual, ms</th>"
            "<th class=number>best, ms</th><th class=number>times as fast</th><th>choice</th></tr>"
        )
        rows = [
            f"<tr><td>{escape(one.row.name)}</td><td>{_shape(one.shape)}</td>"
            f"<td class=number>{one.usual / 1e6:.4g}</td><td class=number>{one.best / 1e6:.4g}</td>"
            f"<td class=number>{one.gain:.2f}</td><td>{escape(str(one.choice))}</td></tr>"
            for one in self.results
        ]
        rows += [
            f"<tr class=quiet><td>{escape(name)}</td><td></td><td class=number>{time:.4g}</td>"
            "<td></td><td></td><td>not tuned</td></tr>"
            for name, time in self.left_alone
        ]
        note = "<p class=quiet>Times are of one launch, from its first block to its last.</p>"
        return f"<h2>Kernels</h2><table>{head}{''.join(rows)}</table>{note}"

    def _roofline(self) -> str:
        if self.peaks is None:
            return ""
        points = []
        for one in self.results:
            if one.work and all(one.work) and one.best:
                operations, bytes_ = one.work
                points.append(Point(one.row.name, operations / bytes_, operations / one.best * 1e9))
        note = (
            "<p class=quiet>Bytes are those that threads ask for outside of shared memory; a "
            "kernel above the slanted roof has them from caches. The roofs are measured: copying "
            "128 MB, and fused multiply-adds of single precision. Operations are those of floating "
            "point; kernels without any are not shown.</p>"
        )
        return f"<h2>Roofline</h2>{roofline(points, self.peaks)}{note}"

    def _kernel(self, one: TunedResult) -> str:
        shown = [timing for timing in one.timings if math.isfinite(timing.nanoseconds)]
        rows = [
            (
                f"{timing.choice}{' (usual)' if timing.choice == USUAL else ''}",
                timing.nanoseconds / 1e6,
                _BEST
                if timing.choice == one.choice
                else _USUAL
                if timing.choice == USUAL
                else _OTHER,
            )
            for timing in shown
        ]
        refused = [
            f"<li>{escape(str(timing.choice))}: refused, as {escape(timing.refused)}</li>"
            for timing in one.timings
            if timing.refused
        ]
        parts = [f"<h2>{escape(one.row.name)}</h2>"]
        parts.append(f"<p>Blocks of {_shape(one.shape)}, {one.row.launches} launches a run.</p>")
        parts.append(bars(rows))
        parts += [f"<ul>{''.join(refused)}</ul>"] if refused else []
        return "\n".join([*parts, *self._remarks(one.row.key[1])])

    def _remarks(self, kernel: str) -> list[str]:
        by_line: dict[tuple[str, int], list[Remark]] = defaultdict(list)
        for remark in self.remarks.get(kernel, ()):
            place = (remark.span.file, remark.span.line) if remark.span else ("", 0)
            by_line[place].append(remark)
        parts = []
        for (file, line), remarks in sorted(by_line.items()):
            head = f"<b>{escape(file)}:{line}</b>" if line else ""
            said = "".join(
                f"<div class=remark>{escape(one.message)} <span class=quiet>[{escape(one.kind)}]"
                "</span></div>"
                for one in remarks
            )
            parts.append(f"{head}{_excerpt(file, line)}{said}")
        return parts


def _excerpt(file: str, line: int) -> str:
    if not line:
        return ""
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    numbers = range(max(1, line - _AROUND), min(len(lines), line + _AROUND) + 1)
    text = "\n".join(f"{number:5} | {lines[number - 1]}" for number in numbers)
    return f"<pre>{escape(text)}</pre>"


def _shape(shape: tuple[int, int, int]) -> str:
    return " x ".join(map(str, shape))
