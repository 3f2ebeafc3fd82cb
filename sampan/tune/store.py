"""What `sampan tune` found out, kept from run to run.

    tuned/ab/KEY.json       the choices for the kernels of a module
    tuned/fast/REQUEST      the program of this request may have kernels with fast math

A module's key digests its device code (so the source with all headers and flags), the CPU and how
many of its processors may be used, and Sampan with LLVM. A kernel's choice is for blocks of one
shape. Files appear whole and the oldest go, so that there are never many; what cannot be read is as
good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan import cache, config
from sampan.at_launch.choices import USUAL, Choice, CodeForm, KernelKey
from sampan.at_launch.folder import has_fast_math, module_contents
from sampan.at_launch.names import library_name
from sampan.cli.cpu import cpu_identity

FORMAT = 1
MOST_FILES = 1000
MOST_KERNELS = 500  # of one module, shapes counted apart
_FOLDER = "tuned"


@dataclass(frozen=True)
class TunedKernel:
    """A kernel's choice. `shape` is its blocks', `number` its place in the module; `usual` and
    `best` are nanoseconds a launch, without the choice and with it."""

    kernel: str
    number: int
    shape: tuple[int, int, int]
    choice: Choice
    usual: float
    best: float


class Store:
    """The choices kept in `root`; with None, none."""

    def __init__(self, root: Path | None) -> None:
        self.root = root

    @classmethod
    def from_knobs(cls) -> Store:
        return cls(cache.default_directory() / _FOLDER if config.CACHE.get() else None)

    def find(self, content: str) -> list[TunedKernel]:
        """What is known of a module's kernels. `content`: folder.content_digest of it."""
        if self.root is None or not self.root.is_dir():
            return []
        try:
            rows = json.loads(self._file(content).read_text())["kernels"]
            return [_from_json(row) for row in rows[:MOST_KERNELS]]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def keep(self, content: str, kernels: Iterable[TunedKernel]) -> None:
        """Adds to what is known, in place of what was known of the same kernels and shapes. Raises
        OSError."""
        assert self.root is not None
        known = {(one.kernel, one.shape): one for one in (*self.find(content), *kernels)}
        rows = [_to_json(one) for one in list(known.values())[-MOST_KERNELS:]]
        self._write(self._file(content), json.dumps({"kernels": rows}, indent=1) + "\n")

    def allow_fast_math(self, requests: Iterable[cache.Request]) -> None:
        """Notes that the program of these requests may have kernels with fast math. Raises
        OSError."""
        assert self.root is not None
        for request in requests:
            self._write(self.root / "fast" / request.digest, f"{request.label}\n")

    def allows_fast_math(self, requests: Iterable[cache.Request]) -> bool:
        if self.root is None:
            return False
        return any((self.root / "fast" / one.digest).is_file() for one in requests)

    def count(self) -> int:
        """How many modules there are choices for."""
        return sum(1 for _ in self._files("??/*.json"))

    def clear(self) -> int:
        count = self.count()
        if self.root is not None:
            shutil.rmtree(self.root, ignore_errors=True)
        return count

    # ---- files --------------------------------------------------------------------------------

    def _file(self, content: str) -> Path:
        assert self.root is not None
        key = hashlib.sha256("\0".join([content, *machine_and_tools()]).encode()).hexdigest()
        return self.root / key[:2] / f"{key}.json"

    def _files(self, pattern: str) -> Iterator[Path]:
        if self.root is not None:
            yield from self.root.glob(pattern)

    def _write(self, file: Path, text: str) -> None:
        import tempfile  # slow to load, and not needed where a program only runs

        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(text)
            os.replace(name, file)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        ages = []
        for file in (*self._files("??/*.json"), *self._files("fast/*"), *self._files("*/.new-*")):
            with contextlib.suppress(OSError):
                ages.append((file.stat().st_mtime, file))
        for _, file in sorted(ages)[: max(0, len(ages) - MOST_FILES)]:
            with contextlib.suppress(OSError):
                file.unlink()


def choices_for(folder: Path) -> dict[KernelKey, Choice]:
    """The choices for a program's kernels, of which `folder` has the modules. Empty where there are
    none, or something cannot be read."""
    store = Store.from_knobs()
    if store.root is None or not store.root.is_dir():
        return {}
    found: dict[KernelKey, Choice] = {}
    with contextlib.suppress(OSError, ValueError):
        for number, (identity, content) in enumerate(module_contents(folder).items()):
            for one in store.find(content):
                if one.choice.form.fast_math and not has_fast_math(folder, number):
                    continue
                if one.choice == USUAL:
                    continue
                name = library_name(identity, one.number, one.shape)
                found[(name, one.kernel)] = one.choice
    return found


def machine_and_tools() -> list[str]:
    """What choices depend on besides the program."""
    from importlib import metadata  # slow to load, and of no use where nothing was tuned

    return [
        f"format {FORMAT}",
        cpu_identity(),
        f"{len(os.sched_getaffinity(0))} processors",
        cache.package_digest(),
        metadata.version("llvmlite"),
    ]


def _to_json(one: TunedKernel) -> dict[str, Any]:
    return {
        "kernel": one.kernel,
        "number": one.number,
        "shape": list(one.shape),
        "form": one.choice.form.word,
        "claim": one.choice.claim,
        "workers": one.choice.workers,
        "usual": one.usual,
        "best": one.best,
    }


def _from_json(row: dict[str, Any]) -> TunedKernel:
    x, y, z = (int(n) for n in row["shape"])
    claim, workers = int(row["claim"]), int(row["workers"])
    if min(x, y, z, int(row["number"]), claim, workers) < 0:
        raise ValueError("a number below 0")
    choice = Choice(CodeForm.parse(str(row["form"])), claim, workers)
    times = float(row["usual"]), float(row["best"])
    return TunedKernel(str(row["kernel"]), int(row["number"]), (x, y, z), choice, *times)
