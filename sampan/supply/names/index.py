"""Finds the names of a list that may be the one asked for, in a few milliseconds of 100,000.

Every name is described by features: the classes of its units, its characters, and the runs of three
letters in it. The index has, for each feature, which names have it. A query adds up the weights of
the features it shares with each name, and only the names that share most are compared in full.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sampan.supply.names.readings import Name, Unit, read
from sampan.supply.names.score import Comparison, compare

LEAST_SHARED = 0.08  # of the weight of all features of both
CANDIDATES = 150  # names that are compared in full for one query
_WEIGHTS_OF_KINDS = {"common": 0.25, "syllable": 1.0, "word": 1.0, "character": 1.0}


@dataclass(frozen=True)
class Hit:
    """A name of the list that is alike. `party` is the number under which it was added."""

    party: int
    name: str
    score: float
    why: str


def features(reading: Sequence[Unit]) -> set[str]:
    """What describes a reading: the classes of its units, and runs of three letters of its words
    and syllables as they are written, and as the first of their class is."""
    found = {unit.klass for unit in reading}
    proper = [unit for unit in reading if unit.kind in ("word", "syllable")]
    for texts in ([unit.text for unit in proper], [unit.klass.lstrip("~") for unit in proper]):
        padded = f"^{''.join(texts)}$"
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return found


class NameIndex:
    """An index over names; `add` all, then `freeze`, then `search`."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._parties = array("I")
        self._postings: dict[str, array[int]] = {}
        self._frozen: dict[str, np.ndarray] = {}
        self._sizes = np.zeros(0, np.float32)
        self._units: Counter[str] = Counter()
        self._weights: dict[str, float] = {}
        self._han: dict[int, list[int]] = {}
        self._read = lru_cache(maxsize=20_000)(read)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, party: int, names: Iterable[str]) -> None:
        """Adds the names of a party, of any script. Names without a letter are left out."""
        for text in names:
            name = read(text)
            if name.empty:
                continue
            number = len(self._names)
            self._names.append(text)
            self._parties.append(party)
            readings = (*name.readings, name.characters)
            for feature in set().union(*map(features, readings)):
                posting = self._postings.get(feature)
                if posting is None:
                    posting = self._postings[feature] = array("I")
                posting.append(number)
            for reading in readings[:1] + readings[-1:]:
                self._units.update({unit.klass for unit in reading})
            if name.characters:
                self._han.setdefault(party, []).append(number)

    def freeze(self) -> None:
        """Ends adding."""
        count = max(1, len(self._names))
        self._sizes = np.zeros(count, np.float32)
        for feature, posting in self._postings.items():
            numbers = np.frombuffer(posting, np.uint32) if posting.itemsize == 4 else None
            assert numbers is not None
            self._frozen[feature] = numbers
            self._sizes[numbers] += self._rarity(feature)
        self._weights.clear()

    def _rarity(self, feature: str) -> float:
        posting = self._postings.get(feature)
        have = len(posting) if posting is not None else 0
        return math.log((1 + len(self._names)) / (1 + have)) + 0.1

    def weight(self, unit: Unit) -> float:
        """How much a unit counts: less the more names have it, but never nothing."""
        known = self._weights.get(unit.klass)
        if known is None:
            size = 2 + len(self._names)
            rare = math.log(size / (1 + self._units[unit.klass])) / math.log(size)
            known = _WEIGHTS_OF_KINDS[unit.kind] * (0.35 + 0.65 * max(0.0, rare))
            self._weights[unit.klass] = known
        return known

    def search(self, text: str, threshold: float) -> list[Hit]:
        """The parties with a name that scores at least `threshold`, best first, each once."""
        query = read(text)
        if query.empty or not self._names:
            return []
        best: dict[int, Hit] = {}
        for number in self._candidates(query):
            party = self._parties[number]
            found = self._compare(query, number, party)
            if found.score >= threshold:
                if party not in best or found.score > best[party].score:
                    best[party] = Hit(party, self._names[number], found.score, found.why)
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.party))

    def _compare(self, query: Name, number: int, party: int) -> Comparison:
        listed = self._read(self._names[number])
        if query.characters and not listed.characters:
            # Where the party's characters are known, a romanisation of them adds nothing.
            for other in self._han.get(party, ()):
                known = self._read(self._names[other])
                if compare(listed, known, self.weight).score >= 95:
                    return compare(query, known, self.weight)
        return compare(query, listed, self.weight)

    def _candidates(self, query: Name) -> set[int]:
        found: set[int] = set()
        for reading in query.readings:
            # Characters are said somehow, and the said ones are found by their sound.
            found.update(self._sharing(features(reading) | features(query.characters)))
        return found

    def _sharing(self, wanted: set[str]) -> list[int]:
        shared = np.zeros(len(self._names), np.float32)
        size = 0.0
        for feature in wanted:
            numbers = self._frozen.get(feature)
            if numbers is not None:  # what no name has tells none from another
                rarity = self._rarity(feature)
                size += rarity
                shared[numbers] += rarity
        likeness = shared / (size + self._sizes - shared)
        # Most share nothing, and choosing the best of many equal numbers is slow.
        some = np.flatnonzero(likeness > LEAST_SHARED)
        if len(some) > CANDIDATES:
            some = some[np.argpartition(likeness[some], -CANDIDATES)[-CANDIDATES:]]
        return [int(number) for number in some]
