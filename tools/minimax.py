"""Minimax polynomials for the device library, by a discrete Remez exchange in mpmath.

`fit` returns coefficients that are already rounded to the target format: after the first ones are
rounded, the later ones are fitted again, so that they make up for the rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp

Real = Callable[[mp.mpf], mp.mpf]

BITS = {"float": 24, "double": 53}


@dataclass(frozen=True)
class Fit:
    coefficients: list[mp.mpf]
    error: mp.mpf  # max of weight * |polynomial - function| over the grid


def round_to(value: mp.mpf, kind: str) -> mp.mpf:
    """The float or double nearest to `value` (normal range)."""
    with mp.workprec(BITS[kind]):
        return +value


def chebyshev_grid(low: mp.mpf, high: mp.mpf, count: int) -> list[mp.mpf]:
    middle, half = (low + high) / 2, (high - low) / 2
    return [middle - half * mp.cos(mp.pi * (2 * k + 1) / (2 * count)) for k in range(count)]


def evaluate(coefficients: list[mp.mpf], x: mp.mpf) -> mp.mpf:
    result = mp.mpf(0)
    for c in reversed(coefficients):
        result = result * x + c
    return result


def _exchange(grid: list[mp.mpf], error: list[mp.mpf], count: int) -> list[int]:
    """Indices of `count` alternating extrema of `error`, the largest included."""
    extrema: list[int] = []
    for i in range(len(grid)):
        if extrema and (error[i] > 0) == (error[extrema[-1]] > 0):
            if abs(error[i]) > abs(error[extrema[-1]]):
                extrema[-1] = i
        else:
            extrema.append(i)
    while len(extrema) > count:
        size = [abs(error[i]) for i in extrema]
        least = size.index(min(size))
        if len(extrema) - count == 1 or least in (0, len(extrema) - 1):
            extrema.pop(0 if size[0] < size[-1] else -1)
        else:  # an inner one goes with a neighbour, so that the signs still alternate
            neighbour = least - 1 if size[least - 1] < size[least + 1] else least + 1
            for i in sorted((least, neighbour), reverse=True):
                extrema.pop(i)
    return extrema


def remez(
    grid: list[mp.mpf], values: list[mp.mpf], weights: list[mp.mpf], size: int
) -> list[mp.mpf]:
    """The polynomial of `size` coefficients with least max(weights * |p - values|) on the grid."""
    scale = max(abs(x) for x in grid)
    scaled = [x / scale for x in grid]
    chosen = [round(k * (len(grid) - 1) / size) for k in range(size + 1)]
    best: list[mp.mpf] = []
    least = mp.inf
    for _ in range(30):
        matrix = mp.matrix(size + 1, size + 1)
        right = mp.matrix(size + 1, 1)
        for row, i in enumerate(chosen):
            term = mp.mpf(1)
            for column in range(size):
                matrix[row, column] = term
                term *= scaled[i]
            matrix[row, size] = (-1) ** row / weights[i]
            right[row] = values[i]
        solution = mp.lu_solve(matrix, right)
        coefficients = [solution[k] for k in range(size)]
        error = [
            w * (evaluate(coefficients, x) - v)
            for x, v, w in zip(scaled, values, weights, strict=True)
        ]
        largest = max(abs(e) for e in error)
        if largest < least:
            best, least = coefficients, largest
        following = _exchange(grid, error, size + 1)
        if len(following) < size + 1 or following == chosen:
            break
        chosen = following
        if largest < abs(solution[size]) * mp.mpf("1.001"):
            break
    return [c / scale**k for k, c in enumerate(best)]


def fit(function: Real, low: float | mp.mpf, high: float | mp.mpf, size: int, kind: str = "double",
        weight: Real | None = None, refit: int = 4, first: list[mp.mpf] | None = None) -> Fit:
    """Polynomial of `size` coefficients for `function` on [low, high], rounded to `kind`.

    The first `refit` coefficients are rounded one after the other, with the rest fitted anew;
    `first` gives leading coefficients that are fixed beforehand.
    """
    grid = chebyshev_grid(mp.mpf(low), mp.mpf(high), 24 * size + 40)
    values = [function(x) for x in grid]
    weights = [mp.mpf(1) if weight is None else weight(x) for x in grid]
    done: list[mp.mpf] = list(first or [])
    while len(done) < size:
        # What is left is x^k times a polynomial; fitting that polynomial keeps signs alternating.
        k = len(done)
        rest = [(v - evaluate(done, x)) / x**k for x, v in zip(grid, values, strict=True)]
        found = remez(
            grid, rest, [w * abs(x) ** k for x, w in zip(grid, weights, strict=True)], size - k
        )
        take = 1 if len(done) < refit else len(found)
        done += [round_to(c, kind) for c in found[:take]]
    error = max(
        w * abs(evaluate(done, x) - v) for x, v, w in zip(grid, values, weights, strict=True)
    )
    return Fit(done, error)


def hexadecimal(value: mp.mpf, kind: str) -> str:
    """A C++17 literal of exactly this value."""
    literal = float(value).hex()
    mantissa, exponent = literal.split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    exponent = exponent.lstrip("+")
    return f"{mantissa}p{exponent}" + ("f" if kind == "float" else "")
