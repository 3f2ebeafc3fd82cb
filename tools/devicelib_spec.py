"""What one polynomial of the device library approximates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp

mp.mp.dps = 60  # before any interval is computed

Real = Callable[[mp.mpf], mp.mpf]


def one(x: mp.mpf) -> mp.mpf:
    return mp.mpf(1)


def root(function: Real) -> Real:
    """The function in terms of the square of its argument."""
    return lambda z: function(mp.sqrt(z))


@dataclass(frozen=True)
class Spec:
    name: str
    kind: str  # "float" or "double": the format of the coefficients
    identity: str
    function: Real
    low: mp.mpf
    high: mp.mpf
    size: int  # number of coefficients
    weight: Real | None = None  # the error is weight * (polynomial - function)
