"""A whole tuning: the first runs of the program, the search, and what a report wants to know."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sampan import codegen
from sampan.at_launch.choices import PREFERRED, USUAL, Choice, CodeForm, KernelKey
from sampan.at_launch.kernels import LoweredModule, WaitingModule
from sampan.at_launch.names import parse_library_name
from sampan.diagnostics import CompileError
from sampan.targets.widths import plans_to_try
from sampan.tune.results import Reference
from sampan.tune.rounds import Rounds
from sampan.tune.runner import KernelRow, ProgramRunner
from sampan.tune.search import KernelSearch, Space
from sampan.vectorize.module import ModuleVectorizer

# Nanoseconds of work that a worker may claim at a time, beside the runtime's own choice.
CLAIMS = (0, 10_000, 200_000)
# Kernels that take less of the time in kernels are left alone, and all after so many.
LEAST_SHARE = 0.01
MOST_KERNELS = 24
FIRST_RUNS = 3  # with the usual choices: what differs between them says nothing


@dataclass(frozen=True)
class Timing:
    """A choice that was tried: nanoseconds a launch, how often, and why it may not be used."""

    choice: Choice
    nanoseconds: float
    times: int
    refused: str = ""


@dataclass
class TunedResult:
    """What became of one kernel. `row` is of the run with the usual choices."""

    key: KernelKey
    row: KernelRow
    shape: tuple[int, int, int]
    choice: Choice
    usual: float  # nanoseconds a launch, as `best`
    best: float
    timings: list[Timing]
    work: tuple[float, float] | None = None  # operations and bytes of a launch

    @property
    def gain(self) -> float:
        return self.usual / self.best if self.best else 1.0


@dataclass
class Session:
    """`fast_math`: whether forms with fast math may be tried; `tolerance`: how much numbers in the
    output may then differ. `budget` is in seconds from now on."""

    runner: ProgramRunner
    modules: Sequence[WaitingModule]
    budget: float
    fast_math: bool = False
    tolerance: float = 0.0
    workers: int = 1  # that the program has
    say: Callable[[str], None] = lambda text: None
    left_alone: list[KernelRow] = field(default_factory=list)
    reference: Reference = field(default_factory=Reference)
    rounds: Rounds | None = None
    _first_times: list[Mapping[KernelKey, float]] = field(default_factory=list)
    seconds: float = 0.0  # that the search took
    _first_took: float = 0.0  # seconds, of the last of the first runs

    def tune(self) -> list[TunedResult]:
        """Raises CompileError where the program fails, or has nothing to tune."""
        began = self.runner.clock()
        self.reference.tolerance = self.tolerance
        rows = self._first_runs()
        chosen = self._worth_tuning(rows)
        searches = {row.key: KernelSearch(self._space(row)) for row in chosen}
        for times in self._first_times:
            for key in searches.keys() & times.keys():
                searches[key].tell(USUAL, times[key])
        self.rounds = Rounds(
            self.runner,
            searches,
            self.reference,
            began + self.budget,
            self._progress(began),
            longest=self._first_took,
        )
        found = self.rounds.explore()
        self.seconds = self.runner.clock() - began
        return [self._result(row, found[row.key]) for row in chosen if row.key in found]

    def count(self, results: Sequence[TunedResult]) -> None:
        """Runs the program once more, to fill in `work`."""
        counting = {
            one.key: dataclasses.replace(
                one.choice, form=dataclasses.replace(one.choice.form, counting=True)
            )
            for one in results
            if one.row.path == "vector"
        }
        self.runner.run(counting)
        for one in results:
            row = self.runner.rows.get(one.key)
            if row is not None and row.counts is not None and row.launches:
                one.work = row.counts[0] / row.launches, row.counts[1] / row.launches

    # ---- the beginning ------------------------------------------------------------------------

    def _first_runs(self) -> dict[KernelKey, KernelRow]:
        best: dict[KernelKey, KernelRow] = {}
        began = self.runner.clock()
        for number in range(FIRST_RUNS):
            started = self.runner.clock()
            measured = self.runner.run({})
            results = measured.results
            assert results is not None  # there is no limit yet
            if results.exit_code != 0:
                said = f"{results.output.decode('utf-8', 'replace')}\n{self.runner.messages}"
                raise CompileError(
                    f"the program ends with {_ending(results.exit_code)}: only one that succeeds "
                    "can be tuned",
                    output="\n".join(said.strip().splitlines()[-20:]),
                )
            self.reference.learn(results)
            self._first_times.append(measured.times)
            for key, row in self.runner.rows.items():
                if key not in best or row.seconds < best[key].seconds:
                    best[key] = row
            self.say(f"run {number + 1}, with the usual choices")
            took = self.runner.clock() - started
            # A program that takes long is not run more often than it must.
            if number and self.runner.clock() - began + took > self.budget / 3:
                break
        self.runner.limit_by(took)
        self._first_took = took
        return best

    def _worth_tuning(self, rows: dict[KernelKey, KernelRow]) -> list[KernelRow]:
        if not rows:
            raise CompileError("the program launches no kernel: there is nothing to tune")
        ordered = sorted(rows.values(), key=lambda row: -row.seconds)
        total = sum(row.seconds for row in ordered)
        chosen = [
            row
            for row in ordered
            if row.seconds >= LEAST_SHARE * total and self._module(row.key) is not None
        ][:MOST_KERNELS]
        self.left_alone = [row for row in ordered if row not in chosen]
        if not chosen:
            raise CompileError(
                "no kernel of the program is compiled at launch: there is nothing to tune",
                hint="docs/tune.md says which are; function pointers, virtual functions, launches "
                "in kernels and __managed__ variables prevent it",
            )
        return chosen

    def _module(self, key: KernelKey) -> WaitingModule | None:
        parsed = parse_library_name(key[0])
        if parsed is None or parsed[2] == (0, 0, 0):
            return None
        return next((one for one in self.modules if one.identity.startswith(parsed[0])), None)

    def _space(self, row: KernelRow) -> Space:
        workers = [0]
        for divisor in (2, 4):
            workers += [self.workers // divisor] if self.workers >= divisor else []
        workers += [1] if self.workers > 1 else []
        return Space(self._forms(row), CLAIMS, list(dict.fromkeys(workers)))

    def _forms(self, row: KernelRow) -> list[CodeForm]:
        module, parsed = self._module(row.key), parse_library_name(row.key[0])
        if module is None or parsed is None or row.path != "vector":
            return [PREFERRED]
        target = codegen.host_target()
        lowered: LoweredModule = module.lowered(target)
        kernel = lowered.device.kernels[parsed[1]]
        vectorizer = ModuleVectorizer(lowered.device, target.vectors, parsed[2])
        asked = (target.vectors, vectorizer.is_warp_wide(kernel), parsed[2], kernel.thread_axes)
        plans = plans_to_try(*asked)
        alike = [plan for plan in plans if plan.width == row.width]
        if len(alike) == 1:  # it is the usual code
            plans.remove(alike[0])
        forms = [PREFERRED, *(CodeForm.of(plan) for plan in plans)]
        if self.fast_math and module.fast_text:
            forms += [dataclasses.replace(form, fast_math=True) for form in forms]
        return forms

    # ---- the end ------------------------------------------------------------------------------

    def _progress(self, began: float) -> Callable[[str], None]:
        def say(text: str) -> None:
            took = self.runner.clock() - began
            self.say(f"{text}, {took:.0f} s of {self.budget:.0f} s")

        return say

    def _result(self, row: KernelRow, choice: Choice) -> TunedResult:
        assert self.rounds is not None
        search, parsed = self.rounds.searches[row.key], parse_library_name(row.key[0])
        assert parsed is not None
        timings = [
            Timing(one, search.time(one), len(search.times.get(one, ())), self._refusal(row, one))
            for one in sorted({*search.times, *search.refused}, key=search.time)
        ]
        usual, best = search.time(USUAL), search.time(choice)
        return TunedResult(row.key, row, parsed[2], choice, usual, best, timings)

    def _refusal(self, row: KernelRow, choice: Choice) -> str:
        assert self.rounds is not None
        return self.rounds.refusals.get((row.key, choice), "")


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
