"""Whether runs of a program had the same results: its exit code, its output, what it copied back.

Much of a program's output may differ from run to run, as times do. What differs between runs with
the usual choices says nothing; the rest must be the same with every choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NUMBER = re.compile(rb"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")


@dataclass(frozen=True)
class Results:
    """Of one run. `digest` is of what the device gave back (runtime/tuned.h)."""

    exit_code: int  # -N where signal N ended it
    output: bytes
    digest: int = 0

    @property
    def pieces(self) -> list[bytes]:
        """The output, text and numbers in turn."""
        return _NUMBER.split(self.output)


@dataclass
class Reference:
    """What the program does with the usual choices. `tolerance`: how much numbers in the output may
    differ, relatively, where kernels have fast math."""

    tolerance: float = 0.0
    runs: int = 0
    first: Results | None = None
    _pieces: list[bytes] = field(default_factory=list)
    unsteady: set[int] = field(default_factory=set)  # numbers that differ, by their place in it
    output_compares: bool = True
    digest_compares: bool = True

    def learn(self, results: Results) -> None:
        """Takes in a run with the usual choices."""
        self.runs += 1
        if self.first is None:
            self.first, self._pieces = results, results.pieces
            return
        self.digest_compares &= results.digest == self.first.digest
        pieces = results.pieces
        if len(pieces) != len(self._pieces) or pieces[::2] != self._pieces[::2]:
            self.output_compares = False
            return
        places = range(1, len(pieces), 2)
        self.unsteady |= {place for place in places if pieces[place] != self._pieces[place]}

    def difference(self, results: Results, fast_math: bool = False) -> str:
        """Why these results are others, in words; empty where they are the same."""
        assert self.first is not None
        if results.exit_code != self.first.exit_code:
            return f"the program ends with {results.exit_code}, not {self.first.exit_code}"
        if self.digest_compares and not fast_math and results.digest != self.first.digest:
            return "the program gets other data from the device"
        if not self.output_compares:
            return ""
        pieces = results.pieces
        if len(pieces) != len(self._pieces) or pieces[::2] != self._pieces[::2]:
            return "the program writes other text"
        for place in range(1, len(pieces), 2):
            mine, theirs = self._pieces[place], pieces[place]
            if mine == theirs or place in self.unsteady:
                continue
            if not (fast_math and _close(mine, theirs, self.tolerance)):
                shown = theirs.decode(), mine.decode()
                return f"the program writes {shown[0][:40]}, not {shown[1][:40]}"
        return ""

    @property
    def compares(self) -> str:
        """What is compared, in words."""
        parts = ["its exit code"]
        if self.output_compares:
            steady = len(self.unsteady)
            parts.append(f"its output (but {steady} numbers)" if steady else "its output")
        if self.digest_compares:
            parts.append("the data that it gets from the device")
        return ", ".join(parts)


def _close(a: bytes, b: bytes, tolerance: float) -> bool:
    left, right = float(a), float(b)
    return abs(left - right) <= tolerance * max(abs(left), abs(right))
