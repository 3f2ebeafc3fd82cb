"""The quantities that figures state: their units, and reading them from text such as `4 TB/s`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from sampan.supply.intervals import Interval

# Precision -> bits of one operation, as "bit length" in the definition of TPP has it.
PRECISIONS = {
    "fp64": 64,
    "fp32": 32,
    "fp16": 16,
    "bf16": 16,
    "int16": 16,
    "fp8": 8,
    "int8": 8,
    "fp6": 6,
    "fp4": 4,
    "int4": 4,
}


@dataclass(frozen=True)
class Quantity:
    """Something that is measured. `unit` is the one that values are kept in; `units` has the factor
    of every unit that may be written."""

    name: str
    title: str
    unit: str
    units: dict[str, float]


_BANDWIDTH = {"GB/s": 1.0, "TB/s": 1000.0, "MB/s": 0.001}
QUANTITIES = {
    one.name: one
    for one in (
        Quantity(
            "compute",
            "matrix operations",
            "TFLOPS",
            {"TFLOPS": 1.0, "TOPS": 1.0, "PFLOPS": 1000.0, "POPS": 1000.0, "GFLOPS": 0.001},
        ),
        Quantity("memory", "memory", "GB", {"GB": 1.0, "TB": 1000.0}),
        Quantity("dram_bandwidth", "memory bandwidth", "GB/s", _BANDWIDTH),
        Quantity("interconnect_bandwidth", "chip-to-chip links", "GB/s", _BANDWIDTH),
        Quantity("host_bandwidth", "link to the host", "GB/s", _BANDWIDTH),
        Quantity("power", "power", "W", {"W": 1.0, "kW": 1000.0}),
        Quantity("die_area", "logic dies", "mm2", {"mm2": 1.0, "mm²": 1.0, "cm2": 100.0}),
        Quantity("cores", "cores", "cores", {"cores": 1.0}),
        Quantity("vector_width", "vector width", "bit", {"bit": 1.0}),
        Quantity("price", "price", "USD", {"USD": 1.0}),
    )
}
# Quantities of the rules alone, which follow from figures or are given by hand.
RULE_UNITS = {
    "tpp": "",
    "performance_density": "per mm2",
    "dram_bandwidth": "GB/s",
    "io_bandwidth": "GB/s",
    "total_bandwidth": "GB/s",
    "memory_bandwidth_density": "GB/s/mm2",
}
_NUMBER = r"(\d+(?:\.\d+)?)"
_TEXT = re.compile(rf"{_NUMBER}(?:\s*(?:-|–|\.\.|to)\s*{_NUMBER})?\s*([^\d\s].*)?")


def read_interval(text: str, units: dict[str, float], what: str) -> Interval:
    """Reads `4000`, `1228-2000 GB/s` or `unknown`; without a unit the first of `units` is meant.

    Raises:
        ValueError: no number from 0, bounds in the wrong order, or a unit of something else.
    """
    text = text.strip()
    if text == "unknown":
        return Interval(0, math.inf)
    match = _TEXT.fullmatch(text)
    allowed = ", ".join(units) or "none"
    if match is None:
        raise ValueError(f"{what} '{text[:60]}' is no number or range such as 115-230")
    low, high, unit = match[1], match[2] or match[1], (match[3] or "").strip()
    if unit and unit not in units:
        raise ValueError(f"{what} in '{unit[:20]}': the unit must be one of: {allowed}")
    factor = units[unit] if unit else 1.0
    bounds = float(low) * factor, float(high) * factor
    if bounds[0] > bounds[1]:
        raise ValueError(f"{what} '{text[:60]}': the lower bound is above the upper one")
    if math.isinf(bounds[1]) or bounds[1] > 1e12:
        raise ValueError(f"{what} '{text[:60]}' is larger than any chip's")
    return Interval(*bounds)
