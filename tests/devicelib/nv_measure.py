"""Samples a case and measures the largest error."""

from __future__ import annotations

import numpy as np
from nv_cases import Case
from nv_host import TYPES, call, prototypes
from nv_reference import reference, ulp_error

SPECIALS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, np.inf, -np.inf, np.nan, 1e-30, 1e30]


def device_name(case: Case, single: bool) -> str:
    return case.name + ("f" if single else "")


def samples(case: Case, single: bool, count: int, seed: int = 1) -> list[np.ndarray]:
    """One array an argument, holding numbers that the function's format has."""
    rng = np.random.default_rng(seed)
    columns: list[list[np.ndarray]] = [[] for _ in case.samplers[0]]
    for alternative in case.samplers:
        for column, sampler in zip(columns, alternative, strict=True):
            column.append(sampler(rng, count // len(case.samplers)))
    types = prototypes()[device_name(case, single)].inputs
    with np.errstate(over="ignore", invalid="ignore"):
        return [np.concatenate(c).astype(TYPES[t]) for c, t in zip(columns, types, strict=True)]


def measure(case: Case, single: bool, count: int) -> tuple[float, tuple[float, ...]]:
    """The largest error and the arguments that it occurs at."""
    inputs = samples(case, single, count)
    result = call(device_name(case, single), *inputs)[0]
    exact = reference(case.name, *inputs)
    error = ulp_error(result, exact)
    if case.absolute is not None:
        with np.errstate(all="ignore"):
            absolute = np.abs((result.astype(np.float64) - exact[0]) - exact[1])
        error = np.where(absolute <= case.absolute[0 if single else 1], 0.0, error)
    worst = int(np.argmax(error))
    return float(error[worst]), tuple(float(a[worst]) for a in inputs)
