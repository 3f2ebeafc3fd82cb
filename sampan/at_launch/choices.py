"""What to do otherwise with single kernels: the form of their code, and how workers share them.

`sampan tune` tries choices and keeps the best (sampan/tune/store.py). The compiler at launch reads
the form, the runtime the rest: runtime/tuned.h describes the file that both go by.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to load, and not needed where a program only starts
    from sampan.targets.widths import GangPlan

_FORM = re.compile(r"(?:(\d{1,3})([xrpa]))?(?:(?:^|\+)(fast))?(?:(?:^|\+)(count))?")
_ROWS = {"x": "MULTIPLE", "r": "ONE", "p": "PATCH", "a": "ANY"}  # of targets.widths.Rows
_WORD_OF_ROWS = {name: word for word, name in _ROWS.items()}
_ROWS_FOR_PEOPLE = {"x": "", "r": " of one row", "p": " in patches", "a": " of any shape"}


@dataclass(frozen=True, order=True)
class CodeForm:
    """A form of a kernel's code. `width`: threads of a gang, 0 for the form that Sampan prefers;
    `rows`: what a gang has of the block, a letter that ends the names of forms (x: of one row, and
    rows are multiples of it; r: the block is one row; p: several whole rows; a: any threads)."""

    width: int = 0
    rows: str = ""
    fast_math: bool = False
    counting: bool = False  # it counts operations and bytes, for the roofline

    @property
    def word(self) -> str:
        """As it is written in files, requests and names of libraries; - for the preferred form."""
        parts = [f"{self.width}{self.rows}"] if self.width else []
        parts += ["fast"] if self.fast_math else []
        parts += ["count"] if self.counting else []
        return "+".join(parts) or "-"

    @classmethod
    def parse(cls, word: str) -> CodeForm:
        """The form of a word. Raises ValueError."""
        if word == "-":
            return PREFERRED
        found = _FORM.fullmatch(word)
        if not word or not found:
            raise ValueError(f"{word!r} is no form of a kernel")
        width, rows, fast, count = found.groups()
        return cls(int(width or 0), rows or "", bool(fast), bool(count))

    @classmethod
    def of(cls, plan: GangPlan, fast_math: bool = False) -> CodeForm:
        return cls(plan.width, _WORD_OF_ROWS[plan.rows.name], fast_math)

    @property
    def plan(self) -> GangPlan | None:
        """What the compiler is asked for; None where it shall choose."""
        from sampan.targets.widths import GangPlan, Rows

        return GangPlan(self.width, Rows[_ROWS[self.rows]]) if self.width else None

    def __str__(self) -> str:
        text = f"gangs of {self.width}{_ROWS_FOR_PEOPLE[self.rows]}" if self.width else "usual code"
        return f"{text}, fast math" if self.fast_math else text


PREFERRED = CodeForm()


@dataclass(frozen=True, order=True)
class Choice:
    """What is done with one kernel. The default is what happens without tuning."""

    form: CodeForm = PREFERRED
    claim: int = 0  # nanoseconds of work that a worker claims at a time; 0: the runtime's own
    workers: int = 0  # at most; 0: all

    def __str__(self) -> str:
        parts = [str(self.form)]
        if self.claim:
            parts.append(f"claims of {self.claim / 1000:g} us")
        if self.workers:
            parts.append(f"{self.workers} worker{'s' if self.workers > 1 else ''}")
        return ", ".join(parts)


USUAL = Choice()
# A kernel, as the runtime's report names it: the id of its module, or of the library it is in
# (kernels.library_name), and its mangled name.
KernelKey = tuple[str, str]


def write_choices(
    file: Path, choices: Mapping[KernelKey, Choice], watch_results: bool = False
) -> None:
    """Writes the file that SAMPAN_TUNED names; it appears whole. Raises OSError.

    `watch_results`: the runtime shall report a digest of what the program gets from the device.
    """
    lines = ["check"] if watch_results else []
    for (module, kernel), choice in sorted(choices.items()):
        words = [module, kernel, choice.form.word, str(choice.claim), str(choice.workers)]
        if not any(re.search(r"\s", word) for word in words):
            lines.append(" ".join(words))
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    temporary.write_text("".join(f"{line}\n" for line in lines), "utf-8", "surrogateescape")
    os.replace(temporary, file)
