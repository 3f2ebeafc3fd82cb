"""A sample of the accuracy table (make ulp), and that the table in docs/ is whole and holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nv_cases import CASES, EXACT_CASES, Case
from nv_reference import available
from nv_table import FAST, ROUNDED, double_row, fast_division_row, rounded_row, single_row

needs_reference = pytest.mark.skipif(not available(), reason="needs cc with libquadmath")
MEASURED = [*CASES, *EXACT_CASES]
DOCUMENT = Path(__file__).parents[2] / "docs" / "accuracy.md"


@needs_reference
@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case.name)
def test_single_precision(case: Case) -> None:
    row = single_row(case, 1 << 15, seed=1)
    assert row.holds, row


@needs_reference
@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case.name)
def test_double_precision(case: Case) -> None:
    row = double_row(case, 500, seed=1)
    assert row.holds, row


@needs_reference
@pytest.mark.parametrize("name", ROUNDED)
def test_intrinsics_that_round_to_nearest(name: str) -> None:
    row = rounded_row(name, 1 << 14, seed=1)
    assert row.holds, row


@needs_reference
def test_fast_division() -> None:
    row = fast_division_row(1 << 16, seed=1)
    assert row.holds, row


def test_the_published_table_names_every_function_and_keeps_every_bound() -> None:
    text = DOCUMENT.read_text()
    rows = re.findall(r"^\| `(\w+)` \| (exact|[\d.]+) \| ([\d.]+)[ |]", text, re.MULTILINE)
    shares = re.findall(r"^\| `(\w+)` \| [^|]*(?:\\\|[^|]*)* \| ([\d.]+) % \|", text, re.MULTILINE)
    wanted = {case.name for case in MEASURED} | {case.name + "f" for case in MEASURED}
    wanted |= {"__" + name for name in ROUNDED} | {"__fdividef"}
    assert wanted <= {name for name, _, _ in rows}
    for name, error, bound in rows:
        assert error == "exact" or float(error) <= max(float(bound), 0.5), name
    assert {"__" + name.removeprefix("fast_") for name in FAST} == {name for name, _ in shares}
    assert all(float(share) <= 100 for _, share in shares)
