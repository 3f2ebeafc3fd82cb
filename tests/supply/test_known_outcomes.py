"""The export rule's outcomes for well-known chips, on days before and after each change."""

from __future__ import annotations

import datetime

import pytest

from sampan.supply.catalogue import find_chip
from sampan.supply.countries import Country
from sampan.supply.items import from_catalogue
from sampan.supply.rules import Route
from sampan.supply.verdicts import Verdict, judge

A, B, LETTER, FIRST = "3A090.a", "3A090.b", "is-informed-2025-04", "2022-10"
CASE, DENIAL = "case-by-case", "presumption-of-denial"


def verdict(chip: str, on: str, origin: str = "US", to: str = "CN", parent: str = "") -> Verdict:
    route = Route(Country(origin), Country(to), Country(parent) if parent else None)
    return judge(from_catalogue(find_chip(chip)), route, datetime.date.fromisoformat(on))


@pytest.mark.parametrize(
    "chip, tpp, density",
    [
        ("A100", 4992, 6.04),
        ("A800", 4992, 6.04),
        ("H100", 15832, 19.4),
        ("H800", 15832, 19.4),
        ("H200", 15832, 19.4),
        ("H20", 2368, 2.91),
        ("L20", 1912, 3.14),
        ("L2", 1544, 5.25),
        ("L40S", 5864, 9.6),
        ("RTX 4090", 5285, None),
        ("RTX 4090 D", 4708, None),
        ("RTX 5090", 6704, None),
        ("RTX 5090 D", 4750, None),
        ("MI210", 2896, 4.0),
        ("MI250X", 6128, 4.2),
        ("MI300X", 20919, None),
        ("MI325X", 20919, None),
        ("Gaudi 2", 6920, None),
        ("Gaudi 3", 29360, None),
        ("B200", 36000, None),
    ],
)
def test_performance(chip: str, tpp: float, density: float | None) -> None:
    found = verdict(chip, "2026-02-01").candidate.quantities
    assert found["tpp"].exact and round(found["tpp"].low) == tpp
    if density is not None:
        assert found["performance_density"].low == pytest.approx(density, abs=0.05)


# chip, day, verdict, paragraphs, exceptions, review
OUTCOMES = [
    ("A100", "2022-12-01", "controlled", [FIRST], [], DENIAL),
    ("A100", "2025-03-01", "controlled", [A], [], DENIAL),
    ("A100", "2026-02-01", "controlled", [A], [], CASE),
    ("A800", "2022-12-01", "not_controlled", [], [], None),
    ("A800", "2023-11-16", "not_controlled", [], [], None),
    ("A800", "2023-11-17", "controlled", [A], [], DENIAL),
    ("H100", "2022-12-01", "controlled", [FIRST], [], DENIAL),
    ("H800", "2022-12-01", "not_controlled", [], [], None),
    ("H800", "2023-12-01", "controlled", [A], [], DENIAL),
    ("H100", "2026-01-14", "controlled", [A], [], DENIAL),
    ("H100", "2026-01-15", "controlled", [A], [], CASE),
    ("H200", "2026-02-01", "controlled", [A, LETTER], [], CASE),
    ("H20", "2025-03-01", "not_controlled", [], [], None),
    ("H20", "2025-04-08", "not_controlled", [], [], None),
    ("H20", "2025-04-09", "controlled", [LETTER], [], None),
    ("H20", "2025-05-01", "controlled", [LETTER], [], None),
    ("H20", "2025-09-01", "controlled", [LETTER], [], CASE),
    ("H20", "2026-02-01", "controlled", [LETTER], [], CASE),
    ("L20", "2025-03-01", "not_controlled", [], [], None),
    ("L20", "2026-02-01", "not_controlled", [], [], None),
    ("L2", "2026-02-01", "not_controlled", [], [], None),
    ("L40S", "2022-12-01", "not_controlled", [], [], None),
    ("L40S", "2025-03-01", "controlled", [A], [], DENIAL),
    ("L40S", "2026-02-01", "controlled", [A], [], CASE),
    ("RTX 4090", "2022-12-01", "not_controlled", [], [], None),
    ("RTX 4090", "2025-03-01", "controlled", [A], ["NAC"], DENIAL),
    ("RTX 4090 D", "2025-03-01", "not_controlled", [], [], None),
    ("RTX 4090 D", "2026-02-01", "not_controlled", [], [], None),
    ("RTX 5090", "2026-02-01", "controlled", [A], ["NAC"], CASE),
    ("RTX 5090 D", "2025-03-01", "not_controlled", [], [], None),
    ("MI210", "2025-03-01", "controlled", [B], ["NAC"], DENIAL),
    ("MI250X", "2025-03-01", "controlled", [A, B], [], DENIAL),
    ("MI300X", "2025-03-01", "controlled", [A], [], DENIAL),
    ("MI300X", "2026-02-01", "controlled", [A, LETTER], [], CASE),
    ("MI325X", "2026-02-01", "controlled", [A, LETTER], [], CASE),
    ("MI308X", "2025-05-01", "controlled", [LETTER], [], None),
    ("Gaudi 2", "2026-02-01", "controlled", [A, LETTER], [], CASE),
    ("Gaudi 3", "2026-02-01", "controlled", [A, LETTER], [], DENIAL),
    ("B200", "2026-02-01", "controlled", [A, LETTER], [], DENIAL),
]


@pytest.mark.parametrize("chip, on, outcome, paragraphs, exceptions, review", OUTCOMES)
def test_outcome(
    chip: str, on: str, outcome: str, paragraphs: list[str], exceptions: list[str], review: str
) -> None:
    found = verdict(chip, on)
    assert (found.verdict, found.paragraphs) == (outcome, paragraphs)
    assert (found.exceptions, found.review) == (exceptions, review)


def test_the_unpublished_lines_of_the_letters_are_not_guessed() -> None:
    """1792 GB/s are above the line that was reported of one letter and below what another names."""
    found = verdict("RTX 5090 D", "2025-05-01")
    assert found.verdict == "cannot_tell"
    assert "the exact lines of is-informed-2025-04" in found.missing
    assert verdict("RTX 5090 D V2", "2025-05-01").verdict == "not_controlled"


def test_a_figure_that_is_missing_is_named() -> None:
    found = verdict("MLU370-X8", "2025-03-01")
    assert (found.verdict, found.missing) == ("cannot_tell", ["die_area"])
    assert found.paragraphs == []


def test_what_one_source_knows_is_enough_where_more_would_not_change_it() -> None:
    assert verdict("P800", "2025-03-01").verdict == "controlled"  # at least 5520
    assert verdict("Ascend 910B", "2025-03-01").verdict == "cannot_tell"  # 4480 to unknown


def test_either_paragraph_is_a_verdict() -> None:
    """A density on either side of a line: which paragraph is open, that one applies is not."""
    from sampan.supply.intervals import Interval
    from sampan.supply.items import Figures, from_hand

    item = from_hand(Figures(tpp=Interval(3000, 3000), pd=Interval(5.5, 6.5)))
    item.data_centre = True
    found = judge(item, Route(Country("US"), Country("CN")), datetime.date(2025, 3, 1))
    assert found.verdict == "controlled" and found.paragraphs == []
    assert any("3A090.a or 3A090.b" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    "chip, origin, to, parent, licence, review",
    [
        ("H200", "US", "CN", "", "required", CASE),
        ("H200", "US", "HK", "", "required", CASE),
        ("H200", "US", "MO", "", "required", CASE),
        ("H200", "SG", "CN", "", "required", DENIAL),  # a re-export
        ("H200", "CN", "CN", "", "required", DENIAL),  # in the country
        ("H200", "US", "DE", "", "not_required", None),
        ("H200", "US", "SG", "CN", "required", DENIAL),  # the headquarters test
        ("H200", "US", "AE", "", "required", None),
        ("H200", "US", "IL", "", "not_required", None),  # D:4, but also A:6
        ("H200", "US", "ET", "", "cannot_tell", "cannot_tell"),
        ("H20", "US", "AE", "", "not_required", None),
        ("L20", "US", "CN", "", "not_required", None),
    ],
)
def test_routes(
    chip: str, origin: str, to: str, parent: str, licence: str, review: str | None
) -> None:
    found = verdict(chip, "2026-02-01", origin, to, parent)
    assert (found.licence, found.review) == (licence, review)


def test_what_a_letter_says_to_another_vendor_is_not_shown() -> None:
    shown = {}
    for chip in ("H20", "Gaudi 3"):
        test = next(one for one in verdict(chip, "2026-02-01").tests if one.paragraph == LETTER)
        shown[chip] = [line["line"] for line in test.comparisons]
    assert shown["Gaudi 3"] == [1400, 1100, 1700]
    assert shown["H20"][0] == {"low": 1400, "high": 4000} and len(shown["H20"]) == 3


def test_a_letter_speaks_of_some_routes_only() -> None:
    assert verdict("H20", "2025-05-01", to="DE").verdict == "not_controlled"
    assert verdict("H20", "2025-05-01", to="SG", parent="CN").paragraphs == [LETTER]
    assert verdict("H200", "2026-02-01", to="DE").paragraphs == [A]
    assert verdict("H20", "2025-05-01", to="ET").verdict == "cannot_tell"


def test_exceptions_by_day_and_place() -> None:
    for on, to, names in (
        ("2023-12-01", "CN", ["NAC"]),
        ("2023-12-01", "AE", ["NAC"]),  # before it was split
        ("2025-03-01", "AE", ["ACA"]),
        ("2025-03-01", "DE", []),
        ("2025-03-01", "SG", []),
    ):
        assert verdict("RTX 4090", on, to=to).exceptions == names, (on, to)
    assert verdict("RTX 4090", "2025-03-01", to="SG", parent="CN").exceptions == ["NAC"]
    lifted = "a licence exception may not lift what letters-2025-04 asks for"
    assert lifted in verdict("RTX 5090", "2026-02-01").reasons
    assert lifted not in verdict("RTX 4090", "2026-02-01").reasons


def test_macau_came_later() -> None:
    assert verdict("A100", "2022-12-01", to="MO").licence == "not_required"
    assert verdict("A100", "2023-02-01", to="MO").licence == "required"


def test_before_the_rules_begin_nothing_is_said() -> None:
    found = verdict("A100", "2022-09-01")
    assert found.verdict == found.licence == "cannot_tell"
    assert found.missing == ["rules before 2022-10-21"]


def test_a_day_after_the_data_is_an_assumption() -> None:
    found = verdict("A100", "2031-01-01")
    assert any("still as they were known on" in one for one in found.assumptions)


def test_every_verdict_says_version_day_and_that_it_is_no_advice() -> None:
    for on in ("2022-09-01", "2022-12-01", "2025-03-01", "2026-02-01"):
        shown = verdict("H20", on).as_json()
        assert shown["on"] == on and shown["rule_version"] and "not legal advice" in shown["notice"]
        assert all(test["citation"] for test in shown["tests"])
