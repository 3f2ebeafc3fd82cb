"""Every math function keeps to its error bound, and to C's special values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from nv_bounds import DOUBLE, INTRINSICS, SINGLE
from nv_cases import CASES, Case
from nv_host import TYPES, call, call_rows, prototypes
from nv_measure import device_name, measure
from nv_points import hard_for_reduction
from nv_reference import available, reference, ulp_error
from nv_table import intrinsic_row

pytestmark = pytest.mark.skipif(not available(), reason="needs cc with libquadmath")

PRECISIONS = pytest.mark.parametrize("single", [True, False], ids=["float", "double"])

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 2.5, -2.5, np.inf, -np.inf, np.nan,
         1e-30, -1e-30, 1e30, -1e30, 1e300, -1e300, 5e-324, -5e-324, 1e-310, 1.4e-45, -1.4e-45,
         1e-40, 3e38, -3e38, 1.7e308, 1e-160, 1e-20]  # fmt: skip
FEW_EDGES = [0.0, -1.0, 0.5, np.inf, -np.inf, np.nan, 1e-30, 1e30, 1e300, 5e-324, -1.4e-45, 3e38]


@PRECISIONS
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error_stays_within_the_bound(case: Case, single: bool) -> None:
    error, worst = measure(case, single, 20000)
    assert error <= case.bound[0 if single else 1], f"{error} ulp at {worst}"


@PRECISIONS
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_special_values(case: Case, single: bool) -> None:
    name = device_name(case, single)
    types = prototypes()[name].inputs
    points = EDGES if len(types) < 3 else FEW_EDGES
    with np.errstate(all="ignore"):
        columns = np.array(list(itertools.product(points, repeat=len(types)))).T
        inputs = [c.astype(TYPES[t]) for c, t in zip(columns, types, strict=True)]
        result = call(name, *inputs)[0]
        hi, lo = reference(case.name, *inputs)
        wrong = ulp_error(result, (hi, lo)) > case.bound[0 if single else 1]
        rounded = hi.astype(result.dtype)
    sign = (np.signbit(result) != np.signbit(rounded)) & (result == 0) & (rounded == 0)
    if case.name == "j1":
        sign &= np.isfinite(inputs[0])  # a zero at infinity may have either sign
    failed = np.nonzero(wrong | sign)[0]
    assert not len(failed), [(*(float(a[i]) for a in inputs), result[i], hi[i]) for i in failed[:5]]


@pytest.mark.parametrize("name", ["jn", "yn"])
@PRECISIONS
def test_bessel_functions_of_higher_order(name: str, single: bool) -> None:
    """Absolute error 5e-12 (2.2e-6 in single precision), relative where the value is large."""
    rng = np.random.default_rng(3)
    n, x = rng.integers(0, 129, 4000), rng.uniform(0.1, 300, 4000)
    x = x.astype(np.float32) if single else x
    result = call(name + ("f" if single else ""), n, x)[0].astype(float)
    exact = reference(name, n.astype(float), x)[0]
    limit = float(np.finfo(np.float32).max) if single else np.inf
    exact = np.where(np.abs(exact) > limit, -np.inf, exact)
    with np.errstate(invalid="ignore"):
        error = np.where(result == exact, 0.0, np.abs(result - exact))
        error /= np.maximum(np.abs(np.where(np.isinf(exact), 1.0, exact)), 1.0)
    assert error.max() <= (2.2e-6 if single else 5e-12)


@pytest.mark.parametrize("count", [1, 2, 5, 17])
def test_norms_of_arrays(count: int) -> None:
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(500, count)) * 10.0 ** rng.integers(-300, 300, (500, 1))
    scale = np.abs(rows).max(axis=1)
    exact = np.sqrt(((rows / scale[:, None]) ** 2).sum(axis=1)) * scale
    assert np.allclose(call_rows("norm", rows), exact, rtol=1e-15, atol=0)
    assert np.allclose(call_rows("rnorm", rows), 1 / exact, rtol=1e-15, atol=0)
    small = rng.normal(size=(500, count)).astype(np.float32)
    exact = np.sqrt((small.astype(float) ** 2).sum(axis=1))
    assert np.allclose(call_rows("normf", small), exact, rtol=1e-7, atol=0)
    assert np.allclose(call_rows("rnormf", small), 1 / exact, rtol=1e-7, atol=0)


def test_an_infinity_wins_over_nan_in_a_norm() -> None:
    rows = np.array([[np.nan, np.inf, 1.0], [np.nan, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert np.array_equal(call_rows("norm", rows), [np.inf, np.nan, 0.0], equal_nan=True)
    assert np.array_equal(call_rows("rnorm", rows), [0.0, np.nan, np.inf], equal_nan=True)


@PRECISIONS
@pytest.mark.parametrize(
    ("name", "parts"), [("sincos", ("sin", "cos")), ("sincospi", ("sinpi", "cospi"))]
)
def test_joint_functions_agree_with_single_ones(
    name: str, parts: tuple[str, str], single: bool
) -> None:
    suffix = "f" if single else ""
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(size=5000) * 100, [0.0, -0.0, 1e30, np.inf, np.nan, 0.5, -1.0]])
    x = x.astype(np.float32 if single else np.float64)
    for got, part in zip(call(name + suffix, x), parts, strict=True):
        assert np.array_equal(got, call(part + suffix, x)[0], equal_nan=True)


@PRECISIONS
def test_integer_powers(single: bool) -> None:
    rng = np.random.default_rng(6)
    x = rng.uniform(-3, 3, 5000).astype(np.float32 if single else np.float64)
    n = rng.integers(-70, 70, 5000)
    result = call("powif" if single else "powi", x, n)[0]
    assert ulp_error(result, reference("powi", x, n.astype(float))).max() <= 1


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
@PRECISIONS
def test_arguments_nearest_to_multiples_of_half_pi(name: str, single: bool) -> None:
    x = hard_for_reduction(single)
    x = x.astype(np.float32) if single else x
    result = call(name + ("f" if single else ""), x)[0]
    assert ulp_error(result, reference(name, x)).max() <= (SINGLE if single else DOUBLE)[name].ulps


def test_promised_bounds_are_those_of_the_guide_or_tighter() -> None:
    for case in CASES:
        assert case.bound[0] <= SINGLE[case.name].limit, case.name
        assert case.bound[1] <= DOUBLE[case.name].limit, case.name


@pytest.mark.parametrize("name", INTRINSICS)
def test_fast_functions(name: str) -> None:
    row = intrinsic_row(name, INTRINSICS[name], 1 << 17, seed=7)
    assert row.error <= 1, row


def test_fast_exponentials_beyond_their_range() -> None:
    x = np.array([88.71, 88.73, 1e30, np.inf, -87.4, -1e30, -np.inf, np.nan], dtype=np.float32)
    with np.errstate(over="ignore"):
        wanted = np.exp(x)
    wanted[np.abs(wanted) < 2.0**-126] = 0
    assert np.allclose(call("fast_expf", x)[0], wanted, rtol=2e-5, equal_nan=True)


def test_fast_tangent() -> None:
    x = np.random.default_rng(7).uniform(-1.5, 1.5, 50000).astype(np.float32)
    wanted = np.tan(x.astype(np.float64))
    assert np.allclose(call("fast_tanf", x)[0], wanted, rtol=1e-5, atol=1e-6)


def test_fast_power_and_division() -> None:
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0.01, 20, 20000), rng.uniform(-8, 8, 20000)
    x, y = x.astype(np.float32), y.astype(np.float32)
    assert np.allclose(call("fast_powf", x, y)[0], reference("pow", x, y)[0], rtol=2e-5)
    assert np.array_equal(call("fast_fdividef", x, y)[0], x / y)


def test_fast_sine_is_bounded_for_huge_arguments() -> None:
    x = np.array([1e10, 1e30, -3e38, 12345678.0], dtype=np.float32)
    assert (np.abs(call("fast_sinf", x)[0]) <= 1.000001).all()
    s, c = call("fast_sincosf", x)
    assert np.array_equal(s, call("fast_sinf", x)[0])
    assert np.array_equal(c, call("fast_cosf", x)[0])
