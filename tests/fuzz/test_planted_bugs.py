"""A sample of the planted bugs: the fuzzer finds them, and every plant still fits the compiler.

All of them, with the number of kernels each needs: python -m tests.fuzz.planted_bugs
"""

from __future__ import annotations

from collections import Counter

import pytest

from sampan.canonicalize import lower_switch
from tests.fuzz.hunt import Hunt
from tests.fuzz.planting import Plant, PlantError, planted
from tests.fuzz.plants import PLANTS

SAMPLE = ("switch-tests-last-case", "exit-value-lost", "mask-leaks-to-next-iteration")
ENOUGH = 10  # kernels in which each of the sample shows


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    return Hunt(tmp_path_factory.mktemp("hunt"), limit=ENOUGH)


@pytest.mark.parametrize("name", SAMPLE)
def test_planted_bug_is_found(name: str, hunt: Hunt) -> None:
    (plant,) = [plant for plant in PLANTS if plant.name == name]
    find = hunt.find(plant)
    assert find.kernels, f"{name} shows in none of {ENOUGH} kernels"
    assert not hunt.unsound


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_plant_fits_the_compiler(plant: Plant) -> None:
    with planted(plant):
        pass


def test_plant_changes_the_code_and_restores_it() -> None:
    plant = Plant("none", "lower-switch", "nothing", _RUN, "changed = False", "return 'planted'")
    before = lower_switch.run.__code__
    with planted(plant):
        assert lower_switch.run(None) == "planted"  # type: ignore[arg-type]
    assert lower_switch.run.__code__ is before


@pytest.mark.parametrize("old", ["no such text", "changed"])
def test_plant_that_does_not_fit_is_refused(old: str) -> None:
    with pytest.raises(PlantError, match="times"):
        with planted(Plant("unfit", "lower-switch", "nothing", _RUN, old, "")):
            pass


def test_plant_in_a_function_that_is_gone_is_refused() -> None:
    with pytest.raises(PlantError, match="gone"):
        with planted(Plant("gone", "lower-switch", "nothing", _RUN + "_no_more", "a", "b")):
            pass


def test_names_are_unique() -> None:
    assert Counter(plant.name for plant in PLANTS).most_common(1)[0][1] == 1


_RUN = "sampan.canonicalize.lower_switch:run"
