"""Looks for a planted bug: how many random kernels does the fuzzer need until one differs?

The kernels come in batches, each compiled at another gang width and from IR that clang optimised to
another level. The reference is the plain C++ form on the host. What does not depend on the plant
(clang's IR, the reference, the sound compiler's results) is made once for all plants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzz import direct
from tests.fuzz.compare import difference, run_path
from tests.fuzz.kernel import generate
from tests.fuzz.paths import Outcome, PathFailure
from tests.fuzz.planting import Plant, planted
from tests.fuzz.source import Kernel

# Small at first, for most bugs show soon; larger ones cost less a kernel.
SIZES = (4, 6, 10)
LATER_SIZE = 20
# Gang width, clang's level before the passes and LLVM's behind them, of each batch in turn.
SETTINGS = ((8, 2, 0), (16, 2, 2), (8, 0, 0), (32, 1, 0))
RUN_SECONDS = 10  # a kernel that a plant made endless


@dataclass(frozen=True)
class Find:
    """`kernels` is how many were tried, the one that differed included; 0: no kernel differed."""

    plant: Plant
    kernels: int
    setting: str = ""
    problem: str = ""


@dataclass
class Batch:
    kernels: list[Kernel]
    width: int
    level: int
    llvm_level: int
    device_ll: str
    expected: list[Outcome]
    # Differences that the compiler shows without any plant, by path.
    sound: dict[str, list[str]] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        return f"width {self.width}, clang -O{self.level}, LLVM -O{self.llvm_level}"


@dataclass
class Hunt:
    """The kernels `first`, `first` + 1, … of stream `seed`, up to `limit` of them; with `warps`
    such that have warp-wide operations and a small block, with `rows` such that have code which is
    simpler in most gangs."""

    folder: Path
    seed: int = 1
    first: int = 0
    limit: int = 500
    warps: bool = False
    rows: bool = False
    batches: list[Batch] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)  # kernels wrong without a plant

    def find(self, plant: Plant) -> Find:
        tried = number = 0
        while tried < self.limit:
            batch = self._batch(number)
            with planted(plant):
                differences = self._run(batch, plant)
            for kernel, problem in zip(batch.kernels, differences, strict=True):
                tried += 1
                if problem and self._sound(batch, kernel, plant.path):
                    setting = f"{kernel.label}, {batch.setting}"
                    return Find(plant, tried, setting, problem.strip().splitlines()[-1])
            number += 1
        return Find(plant, 0)

    def _batch(self, number: int) -> Batch:
        while len(self.batches) <= number:
            self.batches.append(self._make_batch(len(self.batches)))
        return self.batches[number]

    def _make_batch(self, number: int) -> Batch:
        done = sum(len(batch.kernels) for batch in self.batches)
        size = SIZES[number] if number < len(SIZES) else LATER_SIZE
        size = min(size, self.limit - done)
        width, level, llvm_level = SETTINGS[number % len(SETTINGS)]
        at = self.first + done
        share: dict[str, Any] = {"small": True, "warp_share": 1.0} if self.warps else {}
        if self.rows:
            share = {"warp_share": 0.0, "row_share": 1.0}
        kernels = [generate(self.seed, n, **share) for n in range(at, at + size)]
        expected = run_path("host", kernels, self.folder)
        device_ll = direct.device_ir(kernels, self.folder, optimize=level)
        return Batch(kernels, width, level, llvm_level, device_ll, expected)

    def _run(self, batch: Batch, plant: Plant | None, path: str = "vector") -> list[str]:
        """What differs, kernel by kernel. A crash counts against the kernel that caused it."""
        outcomes = self._outcomes(batch, plant, plant.path if plant else path)
        return [
            difference(want, got, kernel)
            for kernel, want, got in zip(batch.kernels, batch.expected, outcomes, strict=True)
        ]

    def _outcomes(self, batch: Batch, plant: Plant | None, path: str) -> list[Outcome]:
        binary = self.folder / "hunted"
        try:
            device_ll = batch.device_ll
            if plant is not None and plant.in_headers:
                device_ll = direct.device_ir(batch.kernels, self.folder, optimize=batch.level)
            data = direct.compile_batch(
                batch.kernels, device_ll, path, batch.width, batch.llvm_level
            )
            direct.link(data, binary)
        except PathFailure as failure:
            # Which kernel it is does not matter much: the first is told.
            return [Outcome(b"", str(failure)) for _ in batch.kernels]
        return direct.execute(binary, batch.kernels, self.folder, RUN_SECONDS)

    def _sound(self, batch: Batch, kernel: Kernel, path: str) -> bool:
        """Whether the compiler without the plant gets this kernel right."""
        if path not in batch.sound:
            batch.sound[path] = self._run(batch, None, path)
            for each, problem in zip(batch.kernels, batch.sound[path], strict=True):
                if problem:
                    self.unsound.append(f"{each.label} on {path}: {problem}")
        return not batch.sound[path][batch.kernels.index(kernel)]
