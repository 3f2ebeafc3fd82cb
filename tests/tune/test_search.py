"""The search finds what an exhaustive one finds, from recorded times and in spite of noise."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from sampan.at_launch.choices import USUAL, Choice, CodeForm
from sampan.tune.search import KernelSearch, Space

Table = dict[Choice, float]


def _recorded() -> dict[str, Table]:
    """Microseconds a launch of six kernels with every choice, recorded on a machine of two cores:
    the least of seven runs."""
    rows = json.loads(Path(__file__).with_name("recorded.json").read_text())
    tables: dict[str, Table] = {}
    for kernel, times in rows.items():
        tables[kernel] = {}
        for words, time in times.items():
            form, claim, workers = words.split()
            choice = Choice(CodeForm.parse(form), int(claim), int(workers))
            tables[kernel][choice] = time
    return tables


RECORDED = _recorded()


def _space(table: Table) -> Space:
    return Space(
        list(dict.fromkeys(choice.form for choice in table)),
        sorted({choice.claim for choice in table}),
        sorted({choice.workers for choice in table}),
    )


def _search(table: Table, seed: int, noise: float) -> KernelSearch:
    """Noise only adds: mostly little, now and then half as much again."""
    rng = random.Random(seed)
    search = KernelSearch(_space(table))
    while (choice := search.next_choice()) is not None:
        disturbed = 1 + noise * rng.expovariate(1 / 0.1) + noise * (rng.random() < 0.1) * 0.5
        search.tell(choice, table[choice] * disturbed)
        assert search.measurements() < 400
    return search


@pytest.mark.parametrize("kernel", RECORDED)
def test_without_noise_it_finds_the_best_but_for_a_tenth(kernel: str) -> None:
    table = RECORDED[kernel]
    found = _search(table, 0, 0.0)
    assert min(table.values()) >= 0.9 * table[found.best()]


@pytest.mark.parametrize("kernel", RECORDED)
def test_with_noise_too(kernel: str) -> None:
    table = RECORDED[kernel]
    shares = [min(table.values()) / table[_search(table, seed, 1.0).best()] for seed in range(20)]
    assert sum(share >= 0.9 for share in shares) >= 18
    assert min(shares) >= 0.8


def test_it_measures_less_than_every_choice_as_often() -> None:
    table = {
        Choice(CodeForm(width, "x"), claim, workers): 100.0 + width + claim / 1000 + workers
        for width in (8, 16, 32, 64)
        for claim in (0, 1000, 2000)
        for workers in (0, 1, 2, 4)
    }
    table[USUAL] = 100.0
    for claim in (0, 1000, 2000):
        for workers in (0, 1, 2, 4):
            table[Choice(CodeForm(), claim, workers)] = 300.0 if claim or workers else 100.0
    found = _search(table, 0, 0.0)
    assert found.best() == USUAL
    assert found.measurements() < 1.5 * len(table)


def test_what_is_best_only_together_is_found() -> None:
    """A form that is not the best alone, but with fewer workers."""
    other = CodeForm(16, "x")
    table = {
        Choice(form, claim, workers): 100.0
        for form in (CodeForm(), other)
        for claim in (0, 1000)
        for workers in (0, 1)
    }
    table |= {Choice(other): 120.0, Choice(other, 1000, 1): 40.0}
    assert _search(table, 0, 0.0).best() == Choice(other, 1000, 1)


def test_the_usual_choice_stays_unless_it_is_beaten() -> None:
    table = {USUAL: 100.0, Choice(CodeForm(16, "x")): 99.0}
    assert _search(table, 0, 0.0).best() == USUAL


def test_one_form_with_fast_math_is_refused_with_all() -> None:
    fast = [CodeForm(width, "x" if width else "", True) for width in (0, 16, 8)]
    search = KernelSearch(Space([CodeForm(), *fast]))
    tried = set()
    while (choice := search.next_choice()) is not None:
        tried.add(choice)
        if choice.form.fast_math:
            search.refuse(choice)
        else:
            search.tell(choice, 1.0)
    assert len(tried) == 2
    assert search.best() == USUAL


def test_a_single_measurement_must_be_clearly_better() -> None:
    search = KernelSearch(Space([CodeForm(), CodeForm(16, "x")]))
    other = Choice(CodeForm(16, "x"))
    search.tell(USUAL, 100.0)
    search.tell(other, 95.0)
    assert search.best() == USUAL
    search.tell(other, 80.0)
    assert search.best() == other


def test_what_is_refused_is_not_chosen() -> None:
    wrong = Choice(CodeForm(16, "x"))
    search = KernelSearch(Space([CodeForm(), wrong.form]))
    while (choice := search.next_choice()) is not None:
        search.tell(choice, 1.0 if choice == wrong else 2.0)
        if choice == wrong:
            search.refuse(wrong)
    assert search.best() == USUAL
    assert len(search.times[wrong]) == 1  # refused at once
