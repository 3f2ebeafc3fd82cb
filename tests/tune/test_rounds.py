"""Runs for all kernels at once, with a program that is a table and a clock that it turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sampan.at_launch.choices import USUAL, Choice, CodeForm, KernelKey
from sampan.tune.results import Reference, Results
from sampan.tune.rounds import Choices, Measured, Rounds
from sampan.tune.search import KernelSearch, Space

NARROW, PATCH = Choice(CodeForm(16, "x")), Choice(CodeForm(32, "p"))
FORMS = [USUAL.form, NARROW.form, PATCH.form]
A, B, C = ("lib", "a"), ("lib", "b"), ("lib", "c")
TIMES = {USUAL: 100.0, NARROW: 50.0, PATCH: 70.0}


@dataclass
class FakeProgram:
    """Each run takes a second. `output` says what the program writes with these choices."""

    output: Callable[[Choices], str] = lambda choices: "42"
    missing: set[KernelKey] = field(default_factory=set)
    seconds: float = 0.0
    seen: list[Choices] = field(default_factory=list)

    def clock(self) -> float:
        return self.seconds

    def run(self, choices: Choices) -> Measured:
        self.seconds += 1
        self.seen.append(dict(choices))
        times = {key: TIMES[choice] for key, choice in choices.items() if key not in self.missing}
        return Measured(times, Results(0, self.output(choices).encode()))


def _rounds(program: FakeProgram, deadline: float = 1000) -> Rounds:
    reference = Reference()
    usual = dict.fromkeys((A, B, C), USUAL)
    for _ in range(2):
        results = program.run(usual).results
        assert results is not None
        reference.learn(results)
    searches = {key: KernelSearch(Space(FORMS)) for key in usual}
    return Rounds(program, searches, reference, deadline)


def test_all_kernels_share_their_runs() -> None:
    rounds = _rounds(FakeProgram())
    assert rounds.explore() == dict.fromkeys((A, B, C), NARROW)
    assert rounds.runs < 20
    assert rounds.complete


def test_the_choice_that_changes_results_is_found_and_refused() -> None:
    program = FakeProgram(lambda choices: "41" if choices.get(B) == NARROW else "42")
    rounds = _rounds(program)
    assert rounds.explore() == {A: NARROW, B: PATCH, C: NARROW}
    assert list(rounds.refusals) == [(B, NARROW)]
    assert rounds.refusals[(B, NARROW)] == "the program writes 41, not 42"


def test_a_program_whose_output_always_differs_is_tuned() -> None:
    program = FakeProgram()
    program.output = lambda choices: f"took {program.seconds} ms, result 42"
    rounds = _rounds(program)
    assert rounds.explore() == dict.fromkeys((A, B, C), NARROW)
    assert not rounds.refusals


def test_output_that_differs_late_is_not_taken_for_a_wrong_choice() -> None:
    """The first runs happen to write the same time."""
    program = FakeProgram()
    program.output = lambda choices: f"took {max(4, program.seconds)} ms"
    rounds = _rounds(program)
    assert rounds.explore() == dict.fromkeys((A, B, C), NARROW)
    assert not rounds.refusals


def test_nothing_is_begun_that_would_end_too_late() -> None:
    program = FakeProgram()
    rounds = _rounds(program, deadline=7)
    rounds.explore()
    assert program.seconds <= 7
    assert not rounds.complete


def test_what_the_first_runs_took_counts() -> None:
    program = FakeProgram()
    rounds = _rounds(program, deadline=4)
    rounds.longest = 1.0
    before = rounds.runs
    assert rounds.explore() == dict.fromkeys((A, B, C), USUAL)
    assert (rounds.runs, rounds.complete) == (before, False)


def test_a_kernel_that_is_not_launched_again_is_left_alone() -> None:
    program = FakeProgram()
    rounds = _rounds(program)
    program.missing = {C}
    assert rounds.explore() == {A: NARROW, B: NARROW}


def test_choices_that_are_wrong_only_together_are_not_used_together() -> None:
    both = {A: NARROW, B: NARROW}
    program = FakeProgram(lambda choices: "41" if both.items() <= choices.items() else "42")
    found = _rounds(program).explore()
    assert not both.items() <= found.items()
    assert program.output(found) == "42"
