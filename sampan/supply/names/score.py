"""How alike two names are, from 0 to 100, and why.

Units that are the same on both sides are paired; rare ones count for more than common ones. What is
left on the two sides is compared letter by letter, which finds slips of the pen; one proper
syllable against another counts for less, because another syllable is another name. If both names
are known in Chinese characters, the characters decide, not their sound.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from sampan.supply.names.readings import Name, Unit

OTHER_SPELLING = 0.96  # a unit that is the same only if it is read as Wade-Giles
OTHER_ORDER = 0.9  # units that are the same, but in an order that is no turn of the other
Weight = Callable[[Unit], float]


@dataclass(frozen=True)
class Comparison:
    """A score, and how it came about in a few words."""

    score: float
    why: str


def compare(query: Name, listed: Name, weight: Weight) -> Comparison:
    """Compares two names."""
    if query.characters and listed.characters:
        score, why = _compare_units(query.characters, listed.characters, weight)
        return Comparison(score, f"by Chinese characters: {why}")
    best = Comparison(0.0, "nothing in common")
    for one, mine in enumerate(query.readings):
        for two, other in enumerate(listed.readings):
            if one and two:
                continue  # both as Wade-Giles is no other than both as they are written
            score, why = _compare_units(mine, other, weight)
            if one or two:
                score, why = score * OTHER_SPELLING, f"read as Wade-Giles: {why}"
            if score > best.score:
                across = bool(query.characters) != bool(listed.characters)
                best = Comparison(score, f"characters against letters: {why}" if across else why)
    return best


def _compare_units(
    mine: Sequence[Unit], other: Sequence[Unit], weight: Weight
) -> tuple[float, str]:
    if not mine or not other:
        return 0.0, "nothing to compare"
    free = list(range(len(other)))
    paired: list[int] = []
    left: list[Unit] = []
    common = 0.0
    for unit in mine:
        for index in free:
            if not unit.options.isdisjoint(other[index].options):
                free.remove(index)
                paired.append(index)
                common += weight(unit) + weight(other[index])
                break
        else:
            left.append(unit)
    rest = [other[index] for index in free]
    total = sum(map(weight, mine)) + sum(map(weight, other))
    likeness = _likeness(left, rest) if left and rest else 0.0
    part = sum(map(weight, left)) + sum(map(weight, rest))
    score = 100 * (common + likeness * part) / total if total else 0.0
    why = f"{len(paired)} of {max(len(mine), len(other))} parts are the same"
    if likeness:
        why += f", the rest is {likeness:.0%} alike"
    proper = [index for index in paired if other[index].kind != "common"]
    turns = sum(1 for a, b in itertools.pairwise(proper) if b < a)
    # People's names are turned, surname first or last; companies' are not.
    firm = any(unit.kind == "common" for unit in (*mine, *other))
    if turns > 1 or (turns == 1 and (firm or proper[-1] > proper[0])):
        score, why = score * OTHER_ORDER, f"{why}, in another order"
    return score, why


def _likeness(left: list[Unit], rest: list[Unit]) -> float:
    if any(unit.kind == "character" for unit in (*left, *rest)):
        return 0.0
    likeness = OSA.normalized_similarity(
        "".join(unit.text for unit in left), "".join(unit.text for unit in rest)
    )
    if len(left) == len(rest) == 1 and left[0].kind == rest[0].kind == "syllable":
        likeness **= 2
    return likeness if likeness > 0.3 else 0.0
