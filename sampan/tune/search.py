"""The search for a kernel's best choice: what to measure next, by successive halving.

Times are noisy, and noise only adds to them, so the least of several counts. Each stage measures
its candidates once, keeps the better half (and whoever is close to the best), measures those again,
and so on (Karnin, Koren, Somekh: "Almost optimal exploration in multi-armed bandits", ICML 2013).
The first stage has the forms of the code, which matter most and depend little on the rest; the
second combines the best of them with the ways of sharing the work. Last those that are ahead are
measured with the usual choice, which stays unless it is beaten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sampan.at_launch.choices import USUAL, Choice, CodeForm

CLOSE = 1.1  # times within this ratio are taken again, whoever is ahead
PROMISING = 1.35  # forms within this ratio of the best get to the second stage
MOST_FORMS = 3  # there
REPEATS = 3  # measurements of each candidate that is left at the end of a stage
FINALISTS = 3  # beside the usual choice
DUELS = 2  # further measurements of each of them
WORTH = 0.97  # the winner's time over the usual one's, at most
WORTH_ONCE = 0.9  # the same where time ran out before the winner was measured so often


@dataclass(frozen=True)
class Space:
    """What may be chosen. Each list begins with what is usual."""

    forms: Sequence[CodeForm]
    claims: Sequence[int] = (0,)
    workers: Sequence[int] = (0,)

    def all(self) -> list[Choice]:
        return [Choice(f, c, w) for f in self.forms for c in self.claims for w in self.workers]


@dataclass
class KernelSearch:
    """The search for one kernel. `next_choice` says what to measure, until it says None; `tell`
    takes what was measured (nanoseconds a launch), `refuse` what may not be chosen."""

    space: Space
    times: dict[Choice, list[float]] = field(default_factory=dict)
    refused: set[Choice] = field(default_factory=set)
    _stage: int = 0
    _left: list[Choice] = field(default_factory=list)  # candidates of the stage
    _rounds: int = 0  # how often each of them is to be measured

    def __post_init__(self) -> None:
        # Twice, so that one disturbed run does not shut out a form with all its combinations.
        self._enter([Choice(form) for form in self.space.forms], 2)

    # ---- what is known ------------------------------------------------------------------------

    def time(self, choice: Choice) -> float:
        """The least time that was measured; infinite where none was."""
        return min(self.times.get(choice, ()), default=math.inf)

    def best(self) -> Choice:
        """The best choice so far: the usual one unless another is clearly faster."""
        found = min(self._measured(), key=self.time, default=USUAL)
        surely = WORTH if len(self.times.get(found, ())) >= REPEATS else WORTH_ONCE
        return found if self.time(found) <= surely * self.time(USUAL) else USUAL

    def measurements(self) -> int:
        return sum(map(len, self.times.values()))

    # ---- the course of the search -------------------------------------------------------------

    def next_choice(self) -> Choice | None:
        while True:
            self._left = [choice for choice in self._left if choice not in self.refused]
            wanted = [c for c in self._left if len(self.times.get(c, ())) < self._rounds]
            if wanted:
                return min(wanted, key=lambda choice: len(self.times.get(choice, ())))
            if not self._advance():
                return None

    def tell(self, choice: Choice, nanoseconds: float) -> None:
        self.times.setdefault(choice, []).append(nanoseconds)

    def refuse(self, choice: Choice) -> None:
        """Never again: it changes results, or does not run. With a form of fast math all others of
        fast math go. The usual choice cannot be refused."""
        if choice == USUAL:
            return
        self.refused.add(choice)
        if choice.form.fast_math:
            forms = [form for form in self.space.forms if not form.fast_math]
            self.space = replace(self.space, forms=forms)
            self._left = [one for one in self._left if not one.form.fast_math]
            for one in [one for one in self.times if one.form.fast_math]:
                self.refused.add(one)

    def _enter(self, candidates: list[Choice], rounds: int) -> None:
        self._left, self._rounds = candidates, rounds

    def _advance(self) -> bool:
        """To the next round of the stage, or to the next stage; false where none is left."""
        kept = self._better_half()
        if self._stage < 2 and self._rounds < REPEATS and len(kept) > 1:
            self._left = kept
            self._rounds += 1
            return True
        self._stage += 1
        if self._stage == 1:
            self._enter(self._combinations(), 1)
        elif self._stage == 2:
            ahead = sorted(self._measured(), key=self.time)[:FINALISTS]
            self._left = list(dict.fromkeys([*ahead, USUAL]))
            if len(self._left) == 1:
                return False
            # Who was measured more often had better chances so far.
            self._rounds = max(len(self.times.get(c, ())) for c in self._left) + DUELS
        else:
            return False
        return True

    def _measured(self) -> list[Choice]:
        return [choice for choice in self.times if choice not in self.refused]

    def _better_half(self) -> list[Choice]:
        ranked = sorted(self._left, key=self.time)
        half = (len(ranked) + 1) // 2
        limit = CLOSE * self.time(ranked[0]) if ranked else 0.0
        return [c for place, c in enumerate(ranked) if place < half or self.time(c) <= limit]

    def _combinations(self) -> list[Choice]:
        forms = sorted(
            (c for c in self._measured() if replace(c, form=USUAL.form) == USUAL), key=self.time
        )
        limit = PROMISING * self.time(forms[0]) if forms else 0.0
        promising = [c for c in forms[:MOST_FORMS] if self.time(c) <= limit]
        return [
            Choice(one.form, claim, workers)
            for one in promising
            for claim in self.space.claims
            for workers in self.space.workers
        ]
