"""Runs the program that is being tuned, with choices for its kernels, and reads what came of it."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sampan import config
from sampan.at_launch import service
from sampan.at_launch.choices import PREFERRED, Choice, CodeForm, KernelKey, write_choices
from sampan.at_launch.names import parse_library_name
from sampan.diagnostics import MissingToolError
from sampan.tune.results import Results
from sampan.tune.rounds import Choices, Measured

# Of the program's output so much is compared.
MOST_OUTPUT = 64 << 20
# A run may take so many times as long as the first one, and so many seconds more.
SLOWER, GRACE = 8, 5


@dataclass(frozen=True)
class KernelRow:
    """What a run said of a kernel. `seconds` is from a launch's first block to its last, of all
    launches; `counts` are operations and bytes, where its code counts them."""

    key: KernelKey
    name: str  # for people
    launches: int
    seconds: float
    path: str
    width: int
    counts: tuple[int, int] | None = None


@dataclass
class ProgramRunner:
    """`modules`: identities of the modules whose kernels are compiled at launch; `libraries`: where
    the compiler that `connection` leads to puts them; `folder`: for this object's own files."""

    program: Path
    words: list[str]  # argv
    modules: list[str]
    libraries: Path
    connection: int
    folder: Path
    rows: dict[KernelKey, KernelRow] = field(default_factory=dict)  # of the last run
    messages: str = ""  # what it wrote to standard error, the end of it
    limit: float = 0.0  # seconds that a run may take; 0: for ever
    _unmakeable: set[tuple[KernelKey, CodeForm]] = field(default_factory=set)

    def clock(self) -> float:
        return time.monotonic()

    def run(self, choices: Choices) -> Measured:
        """Raises MissingToolError where the program cannot be started."""
        failed = self.prepare({key: choice.form for key, choice in choices.items()})
        results = self._run(choices)
        times = {key: 1e9 * row.seconds / row.launches for key, row in self.rows.items()}
        return Measured(times, results, failed)

    def limit_by(self, seconds: float) -> None:
        """From a run that took so long."""
        self.limit = SLOWER * seconds + GRACE

    # ---- code ---------------------------------------------------------------------------------

    def prepare(self, forms: Mapping[KernelKey, CodeForm]) -> frozenset[KernelKey]:
        """Has the kernels' code made, where it is not there, so that nothing is compiled while
        others are timed. Returns those of which there is none."""
        wanted = [(key, form) for key, form in forms.items() if self._request(key, form)]
        missing = [
            one
            for one in wanted
            if one not in self._unmakeable and not self._library(*one).exists()
        ]
        if missing:
            with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                answers = list(pool.map(lambda one: self._ask(*one), missing))
            self._unmakeable |= {
                one
                for one, answer in zip(missing, answers, strict=True)
                if not answer.startswith("+")
            }
        return frozenset(key for key, form in wanted if (key, form) in self._unmakeable)

    def _ask(self, key: KernelKey, form: CodeForm) -> str:
        return service.ask(self.connection, self._request(key, form))

    def _request(self, key: KernelKey, form: CodeForm) -> str:
        """What to ask the compiler for; empty where it has nothing to do."""
        parsed = parse_library_name(key[0])
        if parsed is None:
            return ""
        start, number, shape = parsed
        identity = next((one for one in self.modules if one.startswith(start)), "")
        return f"{identity} {number} {' '.join(map(str, shape))} {form.word}" if identity else ""

    def _library(self, key: KernelKey, form: CodeForm) -> Path:
        name = key[0] if form == PREFERRED else f"{key[0]}.{form.word}"
        return self.libraries / f"{name}.so"

    def forget_libraries(self, used: Mapping[KernelKey, Choice]) -> None:
        """Removes the code that was tried and is of no more use."""
        keep = {self._library(key, choice.form).name for key, choice in used.items()}
        for file in self.libraries.glob("*.so"):
            tried = parse_library_name(file.name.removesuffix(".so")) is None
            if tried and file.name not in keep:
                file.unlink(missing_ok=True)
                file.with_suffix(".sha256").unlink(missing_ok=True)

    # ---- runs ---------------------------------------------------------------------------------

    def _run(self, choices: Choices) -> Results | None:
        report, tuned = self.folder / "stats.json", self.folder / "tuned"
        report.unlink(missing_ok=True)
        try:
            write_choices(tuned, choices, watch_results=True)
            with (
                open(self.folder / "output", "w+b") as output,
                open(self.folder / "errors", "w+b") as errors,
                config.scope(SAMPAN_STATS=report, SAMPAN_TUNED=tuned),
            ):
                code = self._start(output, errors)
                output.seek(0)
                said = output.read(MOST_OUTPUT)
                errors.seek(max(0, errors.seek(0, os.SEEK_END) - 4000))
                self.messages = errors.read().decode("utf-8", "replace")
        except OSError as error:
            raise MissingToolError(f"cannot run the program: {error.strerror}") from None
        found = _read(report)
        self.rows = _rows(found)
        return None if code is None else Results(code, said, int(found.get("results", 0)))

    def _start(self, output: Any, errors: Any) -> int | None:
        """The exit code; None where it took longer than it may."""
        child = subprocess.Popen(
            self.words,
            executable=self.program,
            stdin=_input(),
            stdout=output,
            stderr=errors,
            pass_fds=(self.connection,),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        )
        try:
            return child.wait(self.limit or None)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                child.wait()


def _input() -> int:
    """The caller's standard input, from its beginning, where that is a file."""
    try:
        if stat.S_ISREG(os.fstat(0).st_mode):
            os.lseek(0, 0, os.SEEK_SET)
            return 0
    except OSError:
        pass
    return subprocess.DEVNULL


def _read(report: Path) -> dict[str, Any]:
    try:
        found = json.loads(report.read_text())
    except (OSError, ValueError):  # it launched nothing, or was killed
        return {}
    return found if isinstance(found, dict) else {}


def _rows(report: Mapping[str, Any]) -> dict[KernelKey, KernelRow]:
    """The kernels that ran; a kernel that ran in two forms has one row."""
    rows: dict[KernelKey, KernelRow] = {}
    for one in _merged(report.get("kernels", [])):
        key = (one["module"], one["name"])
        vector = one["kind"] == "vector" and one["width"] > 1
        counts = one.get("counts")
        rows[key] = KernelRow(
            key,
            one["display_name"],
            one["launches"],
            (one["elapsed"] or one["nanoseconds"]) / 1e9,
            "vector" if vector else "fibre",
            one["width"],
            (counts[0], counts[1]) if counts else None,
        )
    return rows


def _merged(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    found: dict[KernelKey, dict[str, Any]] = {}
    for row in rows:
        key = (row["module"], row["name"])
        if key in found:
            for name in ("launches", "elapsed", "nanoseconds"):
                found[key][name] += row[name]
        else:
            found[key] = dict(row)
    return found.values()
