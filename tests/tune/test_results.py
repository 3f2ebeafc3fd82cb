"""When results of a program are the same."""

from __future__ import annotations

import pytest

from sampan.tune.results import Reference, Results


def _reference(*outputs: str, tolerance: float = 0.0) -> Reference:
    reference = Reference(tolerance)
    for output in outputs:
        reference.learn(Results(0, output.encode(), 7))
    return reference


def test_what_differs_by_itself_is_not_compared() -> None:
    reference = _reference("sum 3.5 in 10 ms", "sum 3.5 in 12 ms")
    assert reference.difference(Results(0, b"sum 3.5 in 99 ms", 7)) == ""
    assert reference.difference(Results(0, b"sum 3.6 in 10 ms", 7)) == (
        "the program writes 3.6, not 3.5"
    )


@pytest.mark.parametrize(
    ("results", "why"),
    [
        (Results(1, b"PASS", 7), "the program ends with 1, not 0"),
        (Results(0, b"FAIL", 7), "the program writes other text"),
        (Results(0, b"PASS", 8), "the program gets other data from the device"),
    ],
)
def test_each_part_counts(results: Results, why: str) -> None:
    assert _reference("PASS", "PASS").difference(results) == why


def test_fast_math_may_change_numbers_within_the_tolerance_alone() -> None:
    reference = _reference("1.0000 ok", "1.0000 ok", tolerance=1e-3)
    near, far = Results(0, b"1.0004 ok", 8), Results(0, b"1.0104 ok", 8)
    assert reference.difference(near, fast_math=True) == ""
    assert reference.difference(far, fast_math=True) == "the program writes 1.0104, not 1.0000"
    assert reference.difference(near) == "the program gets other data from the device"


def test_data_that_differs_by_itself_is_not_compared() -> None:
    reference = _reference("x")
    reference.learn(Results(0, b"x", 8))
    assert reference.difference(Results(0, b"x", 9)) == ""
    assert reference.compares == "its exit code, its output"
