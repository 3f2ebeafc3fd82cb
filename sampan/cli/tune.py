"""`sampan tune`: finds the fastest forms of a program's kernels, and keeps them."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sampan import cache as program_cache
from sampan import config
from sampan.at_launch import service
from sampan.cli import options, run
from sampan.diagnostics import ExitCode, MissingToolError, UsageError
from sampan.tune.store import Store

if TYPE_CHECKING:  # slow to load
    from sampan.at_launch.kernels import WaitingModule
    from sampan.tune.session import TunedResult

BUDGET = 120.0  # seconds
HELP = f"""\
usage: sampan tune [FLAGS] FILE.cu... [-- ARGUMENTS]
       sampan tune --forget

Runs the program again and again, each time with other choices for its kernels: how wide their gangs
are and what they have of a block, how much work a worker takes at a time, how many workers take
part. It keeps the best for each kernel and shape of block; `sampan run` uses them from then on. No
choice is used with which the program has other results.

All flags of `sampan run` that say how to compile, and:
  --budget SECONDS        how long it may take ({BUDGET:g})
  --fast-math[=TOLERANCE] kernels may have fast math, too, if the program's output stays the same,
                          or its numbers differ by no more than this, relatively
  --threads N             worker threads, instead of one per CPU
  --report=FILE           where the report goes (NAME.tune.html)
  --no-report             there shall be none
  --json[=FILE]           what was found out as one JSON object, on standard output or in FILE
  --forget                forgets all choices

Exit code: 0; 2 for a bad command line, 3 for a program that does not compile or fails, 4 where the
machine lacks something.
"""


@dataclass
class TuneOptions(options.RunOptions):
    """What the user asked of `sampan tune`."""

    budget: float = BUDGET
    fast_math: bool = False
    tolerance: float = 0.0
    report: str | None = ""  # a file name; empty for one after the program's; None for none


TUNING = options.RUNNING.extended()
TUNING.switch("fast_math", "--fast-math")
TUNING.switch("report", "--no-report", value=None)


@TUNING.value("--budget")
def _budget(chosen: TuneOptions, text: str) -> None:
    chosen.budget = _number(text, "--budget wants a number of seconds from 1")
    if not 1 <= chosen.budget <= 1e6:
        raise UsageError(f"--budget wants a number of seconds from 1, not '{text}'")


@TUNING.optional_value("--fast-math")
def _fast_math(chosen: TuneOptions, text: str) -> None:
    chosen.fast_math = True
    chosen.tolerance = _number(text, "--fast-math wants a number from 0 to 1")
    if not 0 <= chosen.tolerance <= 1:
        raise UsageError(f"--fast-math wants a number from 0 to 1, not '{text}'")


@TUNING.optional_value("--report")
def _report(chosen: TuneOptions, text: str) -> None:
    chosen.report = text


def _number(text: str, wants: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{wants}, not '{text}'") from None


def main(words: list[str]) -> int:
    own = words[: words.index("--")] if "--" in words else words
    if not words or "--help" in own or "-h" in own:
        print(HELP, end="")
        return ExitCode.OK if words else ExitCode.USAGE
    if own == ["--forget"]:
        count = Store.from_knobs().clear()
        print(f"forgot the choices for {count} module{'' if count == 1 else 's'}")
        return ExitCode.OK
    chosen = TuneOptions()
    options.read_into(chosen, TUNING, "tune", words)
    _check(chosen)
    for remark in chosen.remarks:
        print(f"sampan: note: {remark}", file=sys.stderr)
    run.check_sources(chosen.sources)
    if chosen.threads is not None:
        os.environ[config.THREADS.name] = str(chosen.threads)
    os.environ.setdefault(config.ARCH.name, chosen.arch)
    with _Progress() as progress, _program(chosen) as (program, modules):
        _tune(chosen, program, modules, progress)
    return ExitCode.OK


def _check(chosen: TuneOptions) -> None:
    """Raises UsageError for what `sampan run` can do and this cannot."""
    chosen.path = options.chosen_path(chosen)
    if chosen.path != "vector":
        raise UsageError(
            f"only kernels on the vector path are tuned, not on the path {chosen.path}"
        )
    unfit = {
        "--stats": chosen.stats,
        "--keep": chosen.keep,
        "--remarks": chosen.explain,
        "-G": chosen.device_debug,
        "--ahead": chosen.ahead or config.AHEAD.get(),
        "--target or -mcpu": chosen.target or chosen.cpu_level,
    }
    for flag, given in unfit.items():
        if given:
            raise UsageError(f"{flag} is not for `sampan tune`")
    if config.DUMP.get():
        raise UsageError("SAMPAN_DUMP is not for `sampan tune`", hint="unset it")
    if chosen.use_fast_math and chosen.fast_math:
        raise UsageError("with -use_fast_math all kernels have fast math", hint="leave one out")
    chosen.fast_math_too = chosen.fast_math
    config.THREADS.get()


# ---- the program --------------------------------------------------------------------------------


@contextlib.contextmanager
def _program(chosen: TuneOptions) -> Iterator[tuple[Path, Sequence[WaitingModule]]]:
    """The program, from the cache where it is there, with its modules lowered."""
    from sampan import codegen
    from sampan.at_launch.folder import read_modules

    cached = program_cache.Cache.from_knobs()
    if not chosen.cache:
        cached.root = None
    wanted = run.requests_of(chosen) if cached.root is not None else []
    found = next(filter(None, map(cached.find, wanted)), None)
    workspace = run.make_workspace()
    try:
        if found is None:
            found, _, whole, reads = run.compile_into(chosen, workspace)
            if wanted:
                place = wanted[-1 if whole else 0]
                name, kernels = run.program_name(chosen), run.kernels_of(found)
                found = cached.store(place, found, reads, kernels, name) or found
        folder = run.kernels_of(found)
        modules: Sequence[WaitingModule] = []
        if folder is not None:
            try:
                modules = read_modules(folder)
            except (OSError, ValueError) as error:
                hint = "`sampan cache --clear` removes damaged programs"
                raise MissingToolError(f"the cached program: {error}", hint=hint) from None
        target = codegen.host_target()
        yield found, [dataclasses.replace(one, made=one.lowered(target)) for one in modules]
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


# ---- the work -----------------------------------------------------------------------------------


def _tune(
    chosen: TuneOptions, program: Path, modules: Sequence[WaitingModule], progress: _Progress
) -> None:
    from sampan.at_launch.folder import libraries
    from sampan.cli.tune_output import html_report, print_results, write_whole
    from sampan.diagnostics import CompileError
    from sampan.tune.runner import ProgramRunner
    from sampan.tune.session import Session

    folder = run.kernels_of(program)
    if folder is None or not modules:
        raise CompileError(
            "the program has no kernel that is compiled at launch: there is nothing to tune",
            hint="docs/tune.md says what prevents it",
        )
    workers = chosen.threads or config.THREADS.get() or len(os.sched_getaffinity(0))
    name = run.program_name(chosen)
    named = program_cache.named(program, name)
    with (
        tempfile.TemporaryDirectory(prefix="sampan-tune-") as place,
        service.beside(folder, "vector", modules, chosen.verbose) as (connection,),
    ):
        runner = ProgramRunner(
            named,
            [str(named), *chosen.arguments],
            [one.identity for one in modules],
            libraries(folder, "vector"),
            connection,
            Path(place),
        )
        session = Session(
            runner,
            modules,
            chosen.budget,
            chosen.fast_math,
            chosen.tolerance,
            workers,
            progress.say,
        )
        results = session.tune()
        _keep(chosen, results, modules)
        if chosen.report is not None:
            progress.say("counting operations and bytes")
            session.count(results)
        runner.forget_libraries({one.key: one.choice for one in results})
    report = None
    if chosen.report is not None:
        report = Path(chosen.report or f"{name}.tune.html")
        html = html_report(name, chosen.arguments, session, results, workers, progress.say)
        write_whole(report, html)
    progress.clear()
    print_results(session, results, report, chosen.json)


def _keep(
    chosen: TuneOptions, results: Sequence[TunedResult], modules: Sequence[WaitingModule]
) -> None:
    """Stores the choices; a store that cannot be written is no reason to fail."""
    from sampan.at_launch.folder import content_digest
    from sampan.at_launch.names import parse_library_name
    from sampan.tune.store import TunedKernel

    store = Store.from_knobs()
    if store.root is None or not chosen.cache:
        print("sampan: note: without a cache the choices are not kept", file=sys.stderr)
        return
    try:
        for module in modules:
            kernels = []
            for one in results:
                parsed = parse_library_name(one.key[0])
                if parsed is not None and module.identity.startswith(parsed[0]):
                    found = TunedKernel(
                        one.key[1], parsed[1], one.shape, one.choice, one.usual, one.best
                    )
                    kernels.append(found)
            if kernels:
                store.keep(content_digest(module.text), kernels)
        if any(one.choice.form.fast_math for one in results):
            plain = dataclasses.replace(chosen, fast_math_too=False)
            store.allow_fast_math(run.requests_of(plain))
    except OSError as error:
        print(
            f"sampan: warning: the choices cannot be kept in {store.root}: {error.strerror}",
            file=sys.stderr,
        )


class _Progress:
    """How far the work is: a line that is written over on a terminal, else one now and then."""

    EVERY = 15.0  # seconds, where it is no terminal

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = False

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def say(self, text: str) -> None:
        if self._terminal:
            print(f"\r\033[Ksampan: tune: {text}", end="", file=sys.stderr, flush=True)
            self._shown = True
        elif time.monotonic() - self._last >= self.EVERY:
            self._last = time.monotonic()
            print(f"sampan: tune: {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False
