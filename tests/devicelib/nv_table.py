"""Measures every function for the accuracy table: the largest error, and where it was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from nv_bounds import DOUBLE, INTRINSICS, SINGLE, Bound, Intrinsic
from nv_cases import ANY, CASES, EXACT_CASES, Case
from nv_host import TYPES, call, prototypes
from nv_mpmath import decided, decided_once
from nv_points import arguments, patterns
from nv_reference import BINARY64, EXTENDED, QUADRUPLE, Exact, last_place, reference, ulp_error

# Binary64 functions of the C library whose error (under 1 ulp of a double) cannot be seen in a
# float. What is not named here is measured against long double.
_BINARY64 = set(
    "sqrt rsqrt exp exp2 exp10 expm1 log log2 log10 log1p pow sin cos tan sinh cosh tanh asin acos"
    " atan atan2 asinh acosh atanh cbrt rcbrt hypot rhypot erf erfc sinpi cospi fmod remainder"
    " remquo trunc floor ceil rint nearbyint round fdim logb ldexp scalbn modf divide".split()
)
_REFERENCE = {"remquo": "remainder", "nearbyint": "rint", "ldexp": "scale", "scalbn": "scale"}
# mpmath takes milliseconds for each: it decides the worst 2 % and a sample of the rest, which are
# measured in quadruple precision.
_SLOW = {"y0", "y1"}
_PART = 1 << 19
_DECIDED = 64  # that many of the worst arguments are decided by mpmath


@dataclass(frozen=True)
class Row:
    """One line of the table. `error` is in the unit of `bound`."""

    name: str
    error: float
    bound: float
    count: int
    worst: tuple[float, ...]
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.error <= max(self.bound, 0.5)


def parts(columns: list[np.ndarray]) -> Iterator[list[np.ndarray]]:
    for start in range(0, len(columns[0]), _PART):
        yield [column[start : start + _PART] for column in columns]


def every_pattern() -> Iterator[list[np.ndarray]]:
    for start in range(0, 1 << 32, _PART):
        yield [np.arange(start, start + _PART, dtype=np.uint64).astype(np.uint32).view(np.float32)]


def _typed(name: str, columns: list[np.ndarray]) -> list[np.ndarray]:
    types = prototypes()[name].inputs
    with np.errstate(all="ignore"):
        return [column.astype(TYPES[t]) for column, t in zip(columns, types, strict=True)]


def _as_float(column: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # signalling patterns
        return column.astype(np.float64)


def _errors(
    bound: Bound, result: np.ndarray, columns: list[np.ndarray], exact: Exact
) -> np.ndarray:
    """Errors in ULP; where only an absolute error is stated, as a share of it times the bound."""
    error = ulp_error(result, exact)
    if bound.inside is None:
        return error
    outside = ~bound.inside(columns[-1]) & np.isfinite(columns[-1])
    if bound.absolute is None:
        return np.where(outside & ~np.isnan(error), 0.0, error)
    hi, rest = exact
    with np.errstate(all="ignore"):
        absolute = np.abs((result.astype(np.float64) - hi) - rest * last_place(hi, 52, -1022))
    outside &= ~np.isnan(absolute)
    return np.where(outside, absolute / bound.absolute * bound.limit, error)


def _row(name: str, bound: Bound, count: int, worst: list[np.ndarray], error: np.ndarray) -> Row:
    at = int(np.argmax(error))
    return Row(name, float(error[at]), bound.ulps, count, tuple(float(c[at]) for c in worst),
               bound.note)  # fmt: skip


def single_row(case: Case, count: int, seed: int, every: bool = False) -> Row:
    """A float function against wider formats, its worst arguments decided by mpmath."""
    name, bound = case.name + "f", SINGLE[case.name]
    exact_name = _REFERENCE.get(case.name, case.name)
    precision = BINARY64 if case.name in _BINARY64 else EXTENDED
    if case.name == "fma":
        precision = QUADRUPLE
    done, kept, errors = 0, [], []
    for some in every_pattern() if every else parts(arguments(case, True, count, seed)):
        typed = _typed(name, some)
        columns = [_as_float(column) for column in typed]
        exact = reference(exact_name, *columns, precision=precision)
        error = _errors(bound, call(name, *typed)[0], columns, exact)
        done += len(error)
        top = np.argpartition(error, -min(_DECIDED, len(error)))[-_DECIDED:]
        kept.append([column[top] for column in typed])
        errors.append(error[top])
    error = np.concatenate(errors)
    top = np.argsort(error)[-_DECIDED:]
    worst = [np.concatenate(column)[top] for column in zip(*kept, strict=True)]
    columns = [_as_float(column) for column in worst]
    exact = decided(exact_name, *columns)
    return _row(name, bound, done, worst, _errors(bound, call(name, *worst)[0], columns, exact))


def double_row(case: Case, count: int, seed: int) -> Row:
    """A double function against mpmath."""
    bound, exact_name = DOUBLE[case.name], _REFERENCE.get(case.name, case.name)
    columns = _typed(case.name, arguments(case, False, count, seed))
    wide = [_as_float(column) for column in columns]
    result = call(case.name, *columns)[0]
    if case.name not in _SLOW:
        error = _errors(bound, result, wide, decided_once(exact_name, *wide))
        return _row(case.name, bound, len(error), columns, error)
    hi, rest = reference(exact_name, *wide)
    error = _errors(bound, result, wide, (hi, rest))
    chosen = np.argsort(error)[-(count // 50) :]
    chosen = np.union1d(chosen, np.arange(0, len(error), 50))
    hi[chosen], rest[chosen] = decided_once(exact_name, *(column[chosen] for column in wide))
    error = _errors(bound, result, wide, (hi, rest))
    return _row(case.name, bound, len(error), columns, error)


def intrinsic_row(name: str, intrinsic: Intrinsic, count: int, seed: int) -> Row:
    """An intrinsic of -use_fast_math; the error is a share of what is allowed."""
    rng = np.random.default_rng([seed, *name.encode()])
    x = patterns(rng, True, count)
    x = x[(x >= intrinsic.limits[0]) & (x <= intrinsic.limits[1])]
    low, high = intrinsic.within or intrinsic.limits
    x = np.concatenate([x, rng.uniform(low, high, count // 2).astype(np.float32)])
    worst, at = 0.0, 0.0
    for (some,) in parts([x]):
        hi, rest = reference(intrinsic.exact, some, precision=BINARY64)
        result = call(name, some)[0]
        absolute = np.abs(result.astype(np.float64) - hi)
        share = np.full(len(some), np.inf)
        if intrinsic.ulps is not None:
            share = ulp_error(result, (hi, rest)) / intrinsic.ulps(some)
        if intrinsic.within is not None:
            inside = (some >= low) & (some <= high)
            share = np.where(inside, absolute / intrinsic.absolute, share)
        k = int(np.argmax(share))
        if share[k] > worst:
            worst, at = float(share[k]), float(some[k])
    return Row("__" + name.removeprefix("fast_"), worst, 1.0, len(x), (at,), intrinsic.note)


# Intrinsics with a rounding mode in their name, here to nearest, are correctly rounded
# (test_nv_directed.py tests the other modes).
ROUNDED = {
    "frcp_rn": ("reciprocal", 1), "fsqrt_rn": ("sqrt", 1), "frsqrt_rn": ("rsqrt", 1),
    "fadd_rn": ("sum", 2), "fmul_rn": ("product", 2), "fdiv_rn": ("divide", 2),
    "fmaf_rn": ("fma", 3), "drcp_rn": ("reciprocal", 1), "dsqrt_rn": ("sqrt", 1),
    "dadd_rn": ("sum", 2), "dmul_rn": ("product", 2), "ddiv_rn": ("divide", 2),
    "fma_rn": ("fma", 3),
}  # fmt: skip


def rounded_row(name: str, count: int, seed: int) -> Row:
    exact_name, arity = ROUNDED[name]
    single = name.startswith("f") and name != "fma_rn"
    case = Case(exact_name, (0.5, 0.5), ((ANY,) * arity,))
    rng = np.random.default_rng([seed, *name.encode()])
    columns = [rng.permutation(patterns(rng, single, count)) for _ in case.samplers[0]]
    worst, at = 0.0, 0
    for k, some in enumerate(parts(columns)):
        exact = reference(exact_name, *map(_as_float, some))
        error = ulp_error(call(name, *some)[0], exact)
        here = int(np.argmax(error))
        if error[here] > worst:
            worst, at = float(error[here]), k * _PART + here
    return Row("__" + name, worst, 0, count, tuple(float(c[at]) for c in columns))


def fast_division_row(count: int, seed: int) -> Row:
    """__fdividef, where its divisor is in the range of the bound."""
    rng = np.random.default_rng([seed, 5])
    x, y = (rng.permutation(patterns(rng, True, count)) for _ in range(2))
    keep = (np.abs(y) >= 2.0**-126) & (np.abs(y) <= 2.0**126)
    x, y = x[keep], y[keep]
    error = ulp_error(call("fast_fdividef", x, y)[0], reference("divide", x, y, precision=EXTENDED))
    at = int(np.argmax(error))
    note = "for 2^-126 ≤ \\|y\\| ≤ 2^126"
    return Row("__fdividef", float(error[at]), 2, len(x), (float(x[at]), float(y[at])), note)


MEASURED = [*CASES, *EXACT_CASES]
FAST = INTRINSICS
