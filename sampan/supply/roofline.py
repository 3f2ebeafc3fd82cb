"""A roofline picture of several chips as SVG: what they can reach at a given arithmetic intensity.

The roofline model: attainable rate = min(peak rate, intensity x memory bandwidth), after Williams,
Waterman and Patterson, "Roofline: an insightful visual performance model for multicore
architectures", Communications of the ACM 52(4), 2009. Disputed figures are drawn as a band.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from sampan.supply.intervals import Interval

WIDTH, HEIGHT = 860, 520  # pixels
CHIPS = 11  # at most: as many as the legend has room for
LEFT, RIGHT, TOP, BOTTOM = 80, 220, 50, 60
COLOURS = ("#1b6ca8", "#c8553d", "#2f7d4f", "#7b4fa3", "#b8860b", "#444444", "#008b8b", "#a0305c")


@dataclass(frozen=True)
class Roof:
    """A chip in the picture: peak in TFLOPS (or TOPS), bandwidth in GB/s."""

    name: str
    peak: Interval
    bandwidth: Interval

    def at(self, intensity: float, upper: bool) -> float:
        """TFLOPS at an intensity in operations a byte."""
        peak, bandwidth = (
            (self.peak.high, self.bandwidth.high) if upper else (self.peak.low, self.bandwidth.low)
        )
        return min(peak, intensity * bandwidth / 1000)


def roofline_svg(roofs: list[Roof], title: str) -> str:
    """The picture. `roofs` must have finite peaks and bandwidths above 0."""
    intensities = [2 ** (step / 4) for step in range(0, 53)]  # 1 to 8192 operations a byte
    top = 10 ** math.ceil(math.log10(max(roof.peak.high for roof in roofs) * 1.05))
    low = min(roof.at(intensities[0], False) for roof in roofs)
    bottom = 10 ** math.floor(math.log10(low))
    plot_width, plot_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(intensity: float) -> float:
        return LEFT + plot_width * math.log(intensity) / math.log(intensities[-1])

    def y(rate: float) -> float:
        return TOP + plot_height * (1 - math.log(rate / bottom) / math.log(top / bottom))

    def points(roof: Roof, upper: bool) -> list[str]:
        peak, bandwidth = (
            (roof.peak.high, roof.bandwidth.high) if upper else (roof.peak.low, roof.bandwidth.low)
        )
        ridge = min(max(1000 * peak / bandwidth, intensities[0]), intensities[-1])
        at_all = sorted({*intensities, ridge})
        return [f"{x(at):.1f},{y(roof.at(at, upper)):.1f}" for at in at_all]

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="26" font-size="16">{escape(title)}</text>',
    ]
    rate = bottom
    while rate <= top * 1.001:
        out.append(_line(LEFT, y(rate), WIDTH - RIGHT, y(rate)))
        out.append(_text(LEFT - 8, y(rate) + 4, f"{rate:g}", "end"))
        rate *= 10
    for power in range(0, 14, 2):
        at = 2.0**power
        out.append(_line(x(at), TOP, x(at), HEIGHT - BOTTOM))
        out.append(_text(x(at), HEIGHT - BOTTOM + 18, f"{at:g}", "middle"))
    middle = LEFT + plot_width / 2
    out.append(_text(middle, HEIGHT - 16, "operations a byte of memory traffic", "middle"))
    out.append(_text(LEFT - 8, TOP - 10, "T/s", "end"))
    for index, roof in enumerate(roofs):
        colour = COLOURS[index % len(COLOURS)]
        upper, lower = points(roof, True), points(roof, False)
        if upper != lower:
            band = " ".join(upper + lower[::-1])
            out.append(f'<polygon points="{band}" fill="{colour}" fill-opacity="0.18"/>')
            out.append(_path(lower, colour, ' stroke-dasharray="5 4"'))
        out.append(_path(upper, colour, ""))
        at = TOP + 20 + 40 * index
        out.append(
            f'<rect x="{WIDTH - RIGHT + 16}" y="{at - 10}" width="12" height="12" fill="{colour}"/>'
        )
        out.append(_text(WIDTH - RIGHT + 34, at, escape(roof.name), "start"))
        out.append(
            _text(
                WIDTH - RIGHT + 34,
                at + 16,
                f"{roof.peak} T/s, {roof.bandwidth} GB/s",
                "start",
                ' font-size="10" fill="#555"',
            )
        )
    out.append("</svg>\n")
    return "\n".join(out)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{text}</text>'


def _path(points: list[str], colour: str, more: str) -> str:
    return (
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" '
        f'stroke-width="2"{more}/>'
    )
