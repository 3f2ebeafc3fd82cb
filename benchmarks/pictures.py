"""The bench's pictures as self-contained SVG: bars of ratios, and a roofline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

COLOURS = ("#1b6ca8", "#d1495b", "#edae49", "#66a182", "#8d6a9f")
FONT = 'font-family="sans-serif" font-size="12"'


@dataclass(frozen=True)
class Point:
    """A kernel on the roofline: operations a byte, operations a second."""

    name: str
    intensity: float
    rate: float


def bars(ratios: dict[str, dict[str, float]], peers: Sequence[tuple[str, str]]) -> str:
    """Bars on a logarithmic axis: `ratios[kernel][peer]` is the peer's time over Sampan's.

    `peers`: name and title of each, in the order of the bars. Right of 1 Sampan is faster.
    """
    left, width, thick, gap = 140, 640, 9, 10
    row = thick * len(peers) + gap
    height = 60 + row * len(ratios) + 30
    low, high = 1 / 16, 64.0
    scale = width / math.log(high / low)

    def x(value: float) -> float:
        return left + scale * math.log(min(max(value, low), high) / low)

    parts = [_open(left + width + 70, height)]
    for position, (_, title) in enumerate(peers):
        at = left + 150 * position
        parts.append(f'<rect x="{at}" y="12" width="12" height="12" fill="{COLOURS[position]}"/>')
        parts.append(_text(at + 18, 23, title))
    bottom = 45 + row * len(ratios)
    for power in range(-4, 7):
        value = 2.0**power
        strong = "#333" if power == 0 else "#ddd"
        parts.append(_line(x(value), 40, x(value), bottom, strong))
        label = f"{value:g}" if power >= 0 else f"1/{2**-power}"
        parts.append(_text(x(value), bottom + 16, label, "middle"))
    for number, (kernel, of_peer) in enumerate(ratios.items()):
        top = 45 + row * number
        parts.append(_text(left - 8, top + row / 2, kernel, "end"))
        for position, (peer, _) in enumerate(peers):
            if peer not in of_peer:
                continue
            value, y = of_peer[peer], top + thick * position
            start, end = sorted((x(1.0), x(value)))
            parts.append(
                f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" '
                f'height="{thick - 1}" fill="{COLOURS[position]}"/>'
            )
            side = "start" if value >= 1 else "end"
            at = x(value) + (3 if value >= 1 else -3)
            parts.append(_text(at, y + 8, f"{value:.2g}", side, 9))
    return "\n".join([*parts, "</svg>\n"])


def roofline(points: Sequence[Point], bandwidth: float, flops: float) -> str:
    """Rates over intensities on logarithmic axes, under the roof of memory and arithmetic."""
    left, top, width, height = 70, 20, 760, 420
    lowest, highest = 1 / 32, 1024.0
    bottom_rate = 10 ** math.floor(math.log10(min([bandwidth * lowest, *(p.rate for p in points)])))
    top_rate = 10 ** math.ceil(math.log10(flops))

    def x(intensity: float) -> float:
        part = math.log(min(max(intensity, lowest), highest) / lowest) / math.log(highest / lowest)
        return left + width * part

    def y(rate: float) -> float:
        part = math.log(max(rate, bottom_rate) / bottom_rate) / math.log(top_rate / bottom_rate)
        return top + height * (1 - part)

    parts = [_open(left + width + 40, top + height + 50)]
    rate = bottom_rate
    while rate <= top_rate:
        parts.append(_line(left, y(rate), left + width, y(rate), "#ddd"))
        parts.append(_text(left - 6, y(rate) + 4, f"{rate / 1e9:g}", "end"))
        rate *= 10
    for power in range(-5, 11, 2):
        parts.append(_line(x(2.0**power), top, x(2.0**power), top + height, "#eee"))
        label = f"{2**power}" if power >= 0 else f"1/{2**-power}"
        parts.append(_text(x(2.0**power), top + height + 16, label, "middle"))
    ridge = flops / bandwidth
    parts.append(_line(x(lowest), y(bandwidth * lowest), x(ridge), y(flops), "#333", 2))
    parts.append(_line(x(ridge), y(flops), x(highest), y(flops), "#333", 2))
    parts.append(_text(x(highest), y(flops) - 6, f"{flops / 1e9:.0f} Gflop/s", "end"))
    parts.append(_text(x(lowest) + 4, y(bandwidth * lowest) - 8, f"{bandwidth / 1e9:.0f} GB/s"))
    for point in points:
        px, py = x(point.intensity), y(point.rate)
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{COLOURS[0]}"/>')
        parts.append(_text(px + 6, py + 3, point.name, size=10))
    below = top + height + 38
    parts.append(_text(left + width / 2, below, "operations a byte of memory", "middle"))
    parts.append(_text(left - 60, top - 6, "Gop/s"))
    return "\n".join([*parts, "</svg>\n"])


def _open(width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" {FONT}>\n<rect width="100%" height="100%" fill="white"/>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}>{escape(text)}</text>"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'
