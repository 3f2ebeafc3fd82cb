"""Runs of a program in which every kernel tries its next choice at the same time.

Kernels are timed apart, so one run serves them all. A run whose results are not those of the usual
choices is repeated with half of what it tried, and so on, until it is known which choice changes
them; that one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sampan.at_launch.choices import USUAL, Choice, KernelKey
from sampan.tune.results import Reference, Results
from sampan.tune.search import KernelSearch

Choices = Mapping[KernelKey, Choice]


@dataclass(frozen=True)
class Measured:
    """A run: nanoseconds a launch for each kernel, and its results; None where it took too long."""

    times: Mapping[KernelKey, float]
    results: Results | None
    failed: frozenset[KernelKey] = frozenset()  # of which there is no code as chosen


class Runner(Protocol):
    """Runs the program. `clock` is in seconds, of any origin."""

    def run(self, choices: Choices) -> Measured: ...

    def clock(self) -> float: ...


@dataclass
class Rounds:
    """The whole search. `deadline` is the runner's clock's; nothing is begun that would likely
    end after it. `say` is told how far it is."""

    runner: Runner
    searches: dict[KernelKey, KernelSearch]
    reference: Reference
    deadline: float
    say: Callable[[str], None] = lambda text: None
    runs: int = 0
    complete: bool = True  # nothing was left out for want of time
    refusals: dict[tuple[KernelKey, Choice], str] = field(default_factory=dict)
    longest: float = 0.0  # seconds that a run took, of the last ones

    def explore(self) -> dict[KernelKey, Choice]:
        """Searches until all is found or time is up. Returns the choices to use, which were then
        tried together."""
        while True:
            wanted = {key: search.next_choice() for key, search in self.searches.items()}
            if all(choice is None for choice in wanted.values()):
                break
            if not self._has_time(2):  # the last run is for all that was found together
                self.complete = False
                break
            tried = {
                key: choice if choice is not None else self.searches[key].best()
                for key, choice in wanted.items()
            }
            measured = self._checked(tried)
            if measured is None:
                continue
            for key, choice in tried.items():
                if key in measured.failed:
                    self._refuse(key, choice, "its code cannot be made")
                elif key in measured.times:
                    self.searches[key].tell(choice, measured.times[key])
                else:  # not launched this time: nothing can be learnt
                    del self.searches[key]
        return self._agreed()

    def best(self) -> dict[KernelKey, Choice]:
        return {key: search.best() for key, search in self.searches.items()}

    # ---- runs ---------------------------------------------------------------------------------

    def _run(self, choices: Choices) -> Measured:
        began = self.runner.clock()
        measured = self.runner.run(choices)
        took = self.runner.clock() - began
        self.longest = max(took, 0.8 * self.longest)
        self.runs += 1
        self.say(f"run {self.runs}")
        return measured

    def _has_time(self, runs: int) -> bool:
        return self.runner.clock() + 1.1 * runs * self.longest <= self.deadline

    def _checked(self, choices: Choices) -> Measured | None:
        """A run, if its results are right; else what spoils them is refused."""
        measured = self._run(choices)
        why = self._difference(measured, choices)
        if not why:
            return measured
        if measured.results is not None and self._has_time(1):
            # Perhaps what differs does so by itself.
            usual = self._run(dict.fromkeys(choices, USUAL))
            if usual.results is not None:
                self.reference.learn(usual.results)
            if not (why := self._difference(measured, choices)):
                return measured
        culprits = self._culprits(choices, measured)
        for key in culprits:
            self._refuse(key, choices[key], why)
        if not culprits:  # the program does so by itself: there is no end to it
            self.complete, self.deadline = False, 0.0
        return None

    def _refuse(self, key: KernelKey, choice: Choice, why: str) -> None:
        self.refusals[(key, choice)] = why
        self.searches[key].refuse(choice)

    def _difference(self, measured: Measured, choices: Choices) -> str:
        if measured.results is None:
            return "the program takes too long"
        fast = any(choice.form.fast_math for choice in choices.values())
        return self.reference.difference(measured.results, fast)

    def _culprits(self, choices: Choices, measured: Measured) -> list[KernelKey]:
        """Whose choices change the results: one, or all that may be where time is short."""
        suspects = [key for key, choice in choices.items() if choice != USUAL]
        everyone = suspects
        while len(suspects) > 1 and measured.results is not None and self._has_time(2):
            half = suspects[: len(suspects) // 2]
            only = {key: choices[key] if key in half else USUAL for key in choices}
            suspects = half if self._difference(self._run(only), only) else suspects[len(half) :]
        # Several together may have done it, or the program differs from run to run.
        if 0 < len(suspects) < len(everyone) and self._has_time(1):
            only = {key: choices[key] if key in suspects else USUAL for key in choices}
            if not self._difference(self._run(only), only):
                return everyone
        return suspects

    def _agreed(self) -> dict[KernelKey, Choice]:
        """The best choices, tried together: alone they were right already."""
        while True:
            found = self.best()
            if all(choice == USUAL for choice in found.values()):
                return found
            if self._checked(found) is not None:
                return found
            if all(search.best() == found[key] for key, search in self.searches.items()):
                return dict.fromkeys(found, USUAL)  # nothing was to blame, and yet
