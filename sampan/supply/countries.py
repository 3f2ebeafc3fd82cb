"""Countries: reading their names and codes, and the groups that the rules speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sampan.supply.documents import Strict, read_document
from sampan.supply.intervals import Truth

_FILE = Path(__file__).parent / "data" / "countries.yaml"


class _Countries(Strict):
    groups: dict[str, list[str]]
    doubtful: dict[str, list[str]]
    treated_as: dict[str, str]
    names: dict[str, list[str]]


@cache
def _countries() -> _Countries:
    return read_document(_FILE).checked(_Countries)


@cache
def _codes() -> dict[str, str]:
    """Folded name -> code."""
    found = {}
    for code, names in _countries().names.items():
        for name in (code, *names):
            found[_folded(name)] = code
    return found


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


@dataclass(frozen=True)
class Country:
    """A country by its ISO 3166-1 code of two letters."""

    code: str

    @property
    def name(self) -> str:
        return _countries().names[self.code][0]

    @property
    def treated_as(self) -> str:
        """The code under which the US rules put it: Hong Kong is treated as China."""
        return _countries().treated_as.get(self.code, self.code)

    def in_group(self, group: str) -> Truth:
        """Whether it is in a country group such as `D5`; None where that is in doubt."""
        if group in _countries().doubtful.get(self.code, ()):
            return None
        return self.treated_as in _countries().groups[group]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def find_country(text: str) -> Country:
    """Reads a code or an English name.

    Raises:
        ValueError: there is no such country; the message has the nearest names.
    """
    code = _codes().get(_folded(text))
    if code is not None and text.strip():
        return Country(code)
    import difflib

    names = [names[0] for names in _countries().names.values()]
    near = difflib.get_close_matches(text, names, 3, 0.6)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise ValueError(f"unknown country '{text[:40]}'{hint or ': use a code such as CN'}")
