"""Writes the stages of a compilation as numbered files, for SAMPAN_DUMP and `--keep`.

A stage whose text equals that of the stage before it is written as one line, "(unchanged)", so a
listing of sizes shows which passes did something.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sampan import config


class Dump:
    """The dump of one compilation unit. With no directory every method does nothing."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory
        self._count = 0
        self._last: dict[str, str] = {}
        self._times: list[tuple[str, float]] = []
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)

    @classmethod
    def from_knobs(cls, unit: str) -> Dump:
        """The dump that SAMPAN_DUMP asks for; `unit` names the source file within it."""
        directory = config.DUMP.get()
        return cls(Path(directory) / unit if directory else None)

    @property
    def enabled(self) -> bool:
        return self.directory is not None

    def stage(self, label: str, text: str | Callable[[], str], suffix: str = "ll") -> None:
        """Writes the next stage as NN-label.suffix. A callable is called only if dumping."""
        if self.directory is None:
            return
        shown = text if isinstance(text, str) else text()
        unchanged = self._last.get(suffix) == shown
        self._last[suffix] = shown
        path = self.directory / f"{self._count:02}-{label}.{suffix}"
        self._count += 1
        path.write_text("(unchanged)\n" if unchanged else shown, encoding="utf-8")

    def stage_bytes(self, label: str, data: bytes, suffix: str) -> None:
        """The same for what is no text: NN-label.suffix."""
        if self.directory is not None:
            (self.directory / f"{self._count:02}-{label}.{suffix}").write_bytes(data)
            self._count += 1

    @contextmanager
    def timed(self, label: str) -> Iterator[None]:
        """Counts the time of a stage; `finish` writes the list."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._times.append((label, time.perf_counter() - started))

    def finish(self) -> None:
        """Writes timings.txt, the stages in the order they ran."""
        if self.directory is None or not self._times:
            return
        lines = [f"{seconds * 1e3:10.2f} ms  {label}" for label, seconds in self._times]
        lines.append(f"{sum(seconds for _, seconds in self._times) * 1e3:10.2f} ms  total")
        (self.directory / "timings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
