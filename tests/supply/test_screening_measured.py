"""The comparison of names on a part of the made-up set: the whole is docs/screening-measured.md."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sampan.supply.screening import THRESHOLD
from tools.made_up_names import make
from tools.screening import indexed, outcomes, precision, recall

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "screening-measured.md"


def test_recall_and_precision() -> None:
    made = make(seed=11, each_positive=25, each_negative=50, size=3000)
    kinds = {query.kind for query in made.queries if query.party is not None}
    assert len(kinds) >= 10
    found = outcomes(made, indexed(made))
    assert len(found) == 13 * 25 + 6 * 50
    assert recall(found, THRESHOLD) >= 0.97
    assert precision(found, THRESHOLD) >= 0.90
    for kind in kinds:
        some = [one for one in found if one.kind == kind]
        assert recall(some, THRESHOLD) >= 0.8, kind


def test_the_set_is_the_same_for_the_same_seed() -> None:
    one, two = (make(5, 3, 3, 100) for _ in range(2))
    assert one == two and one != make(6, 3, 3, 100)
    sounds = [tuple(names) for names in one.parties]
    assert len(set(sounds)) == len(sounds)


def test_a_query_of_a_large_list_takes_few_milliseconds() -> None:
    """CPU time, with room for a slow machine: it must not compare every name in full."""
    index = indexed(make(3, 10, 10, size=12_000))
    names = ["Wang Xiaoming", "深圳华芯科技有限公司", "Chang Hsiao-ming"]
    for name in names:
        index.search(name, THRESHOLD)
    start = time.process_time()
    for name in names:
        index.search(name, THRESHOLD)
    assert (time.process_time() - start) / len(names) < 0.05


def test_the_document_says_what_is_used() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"`sampan screen` uses {THRESHOLD:g}." in text
    figures = text.split("**Recall ")[1].split("**")[0].split(", precision ")
    assert float(figures[0]) >= 0.98 and float(figures[1]) >= 0.90
    assert pytest.approx(0.995) == float(text.split("a recall of ")[1].split(" ")[0])
