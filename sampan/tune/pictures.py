"""The report's pictures, as SVG: a roofline, and bars of a kernel's times.

The roofline model: attainable rate = min(peak rate, intensity x memory bandwidth), after Williams,
Waterman and Patterson, "Roofline: an insightful visual performance model for multicore
architectures", Communications of the ACM 52(4), 2009.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sampan.tune.peaks import Peaks

LEFT, TOP, WIDTH, HEIGHT = 80, 20, 700, 380  # pixels, of what the axes enclose
COLOURS = ("#1b6ca8", "#c8553d", "#2f7d4f", "#7b4fa3", "#b8860b", "#444444", "#008b8b", "#a0305c")
_FONT = 'font-family="sans-serif" font-size="12"'


@dataclass(frozen=True)
class Point:
    """A kernel: operations a byte, operations a second."""

    name: str
    intensity: float
    rate: float


def roofline(points: Sequence[Point], peaks: Peaks) -> str:
    """Rates over intensities on logarithmic axes, under the roof of memory and arithmetic."""
    known = [point for point in points if point.intensity > 0 and point.rate > 0]
    ridge = peaks.flops / peaks.bandwidth
    least = min([1 / 16, ridge / 8, *(p.intensity for p in known)])
    most = max([64.0, ridge * 8, *(p.intensity for p in known)])
    lowest = 10 ** math.floor(math.log10(min([peaks.bandwidth * least, *(p.rate for p in known)])))
    highest = 10 ** math.ceil(math.log10(max([peaks.flops, *(p.rate for p in known)])))

    def x(intensity: float) -> float:
        return LEFT + WIDTH * math.log(intensity / least) / math.log(most / least)

    def y(rate: float) -> float:
        part = math.log(max(rate, lowest) / lowest) / math.log(highest / lowest)
        return TOP + HEIGHT * (1 - part)

    legend = 20 * len(known)
    parts = [_open(LEFT + WIDTH + 40, TOP + HEIGHT + 60 + legend)]
    for power in range(math.ceil(math.log2(least)), math.floor(math.log2(most)) + 1, 2):
        at = x(2.0**power)
        parts.append(_line(at, TOP, at, TOP + HEIGHT, "#eee"))
        label = f"{2**power}" if power >= 0 else f"1/{2**-power}"
        parts.append(_text(at, TOP + HEIGHT + 16, label, "middle"))
    rate = float(lowest)
    while rate <= highest:
        parts.append(_line(LEFT, y(rate), LEFT + WIDTH, y(rate), "#eee"))
        parts.append(_text(LEFT - 6, y(rate) + 4, f"{rate / 1e9:g}", "end"))
        rate *= 10
    parts.append(_line(x(least), y(peaks.bandwidth * least), x(ridge), y(peaks.flops), "#333", 2))
    parts.append(_line(x(ridge), y(peaks.flops), x(most), y(peaks.flops), "#333", 2))
    parts.append(_text(x(ridge) + 6, y(peaks.flops) - 6, f"{peaks.flops / 1e9:.0f} GFLOPS"))
    slope = f"{peaks.bandwidth / 1e9:.1f} GB/s"
    parts.append(_text(x(least) + 8, y(peaks.bandwidth * least) - 14, slope))
    caption = "operations per byte that threads ask for; upwards: GFLOPS"
    parts.append(_text(LEFT + WIDTH / 2, TOP + HEIGHT + 36, caption, "middle"))
    for number, point in enumerate(known):
        colour = COLOURS[number % len(COLOURS)]
        line = TOP + HEIGHT + 60 + 20 * number
        label = (
            f"{point.name}: {point.rate / 1e9:.3g} GFLOPS, {point.intensity:.3g} operations/byte"
        )
        for at, down in ((x(point.intensity), y(point.rate)), (LEFT + 6, line - 4)):
            parts.append(
                f'<circle cx="{at:.1f}" cy="{down:.1f}" r="5" fill="{colour}">'
                f"<title>{escape(label)}</title></circle>"
            )
        parts.append(_text(LEFT + 18, line, label))
    return "\n".join([*parts, "</svg>"])


def bars(times: Sequence[tuple[str, float, str]]) -> str:
    """Times as bars: label, milliseconds, colour."""
    left, width, row = 330, 380, 20
    longest = max((value for _, value, _ in times), default=1.0) or 1.0
    parts = [_open(left + width + 110, row * len(times) + 8)]
    for number, (label, value, colour) in enumerate(times):
        top = 4 + row * number
        length = max(width * value / longest, 1.0)
        parts.append(_text(left - 8, top + 13, label, "end"))
        parts.append(
            f'<rect x="{left}" y="{top}" width="{length:.1f}" height="{row - 5}" fill="{colour}"/>'
        )
        parts.append(_text(left + length + 6, top + 13, f"{value:.4g} ms"))
    return "\n".join([*parts, "</svg>"])


def _open(width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}">'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {_FONT}>{escape(text)}</text>'
