"""Ratios of the bench's results."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def ratios(rows: Iterable[dict[str, Any]], peer: str) -> dict[str, float]:
    """How many times as long as Sampan the peer takes, in medians, by kernel."""
    medians = {(r["kernel"], r["contender"]): r["median"] for r in rows if not r["problem"]}
    return {
        kernel: median / medians[kernel, "sampan"]
        for (kernel, contender), median in medians.items()
        if contender == peer and (kernel, "sampan") in medians
    }


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan
