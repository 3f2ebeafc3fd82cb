"""The catalogue of chips: one YAML file a vendor in `data/chips`, checked against these models.

Every figure names its source; a source has a title, where it is, how far it is trusted, and a date.
Where sources disagree, the others' values stand beside the figure as rivals, and the figure is the
interval over all of them. What no source says is `unknown`, which is a value too.
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from sampan.diagnostics import UsageError
from sampan.supply.documents import Document, Strict, read_document
from sampan.supply.errors import DataError
from sampan.supply.intervals import Interval
from sampan.supply.quantities import PRECISIONS, QUANTITIES

DIRECTORY = Path(__file__).parent / "data" / "chips"
Trust = Literal["official", "secondary", "doubtful"]


def _date(text: str) -> str:
    """A date of a source: a day, a month or a year."""
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        raise ValueError("must be a date such as 2025-07-14, 2025-07 or 2025")
    parts = [int(part) for part in text.split("-")]
    datetime.date(*[*parts, 1, 1][:3])
    return text


# A year alone is a number in YAML.
Date = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    AfterValidator(_date),
]


class Source(Strict):
    """Where a figure is from."""

    title: str
    where: str
    trust: Trust
    date: Date


def _value(value: float | str | list[float]) -> float | str | list[float]:
    if isinstance(value, str):
        if value != "unknown":
            raise ValueError("must be a number, two bounds, or the word unknown")
        return value
    bounds = value if isinstance(value, list) else [value, value]
    if len(bounds) != 2 or not 0 <= bounds[0] <= bounds[1] or math.isinf(bounds[1]):
        raise ValueError("must be a number from 0, or two of them in order")
    return value


Value = Annotated[float | str | list[float], AfterValidator(_value)]


def _interval(value: float | str | list[float], factor: float) -> Interval:
    if isinstance(value, str):
        return Interval(0, math.inf)
    bounds = value if isinstance(value, list) else [value, value]
    return Interval(bounds[0] * factor, bounds[1] * factor)


class Rival(Strict):
    """What another source says of the same figure, in the same unit."""

    value: Value
    source: str
    trust: Trust | None = None
    date: Date | None = None


class Figure(Strict):
    """One figure of a chip. `trust` and `date` are the source's unless they are given."""

    quantity: str
    value: Value
    unit: str
    source: str
    precision: str | None = None
    density: Literal["dense", "sparse"] | None = None
    trust: Trust | None = None
    date: Date | None = None
    rivals: list[Rival] = Field(default_factory=list)
    note: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Figure:
        quantity = QUANTITIES.get(self.quantity)
        if quantity is None:
            raise ValueError(f"quantity '{self.quantity}' is none of: {', '.join(QUANTITIES)}")
        if self.unit not in quantity.units:
            allowed = ", ".join(quantity.units)
            raise ValueError(
                f"{self.quantity} in '{self.unit}': the unit must be one of: {allowed}"
            )
        if self.quantity != "interconnect_bandwidth" and self.interval.high == 0:
            raise ValueError(f"{self.quantity} of 0: what is not known is `unknown`")
        compute = self.quantity == "compute"
        if compute and (self.precision not in PRECISIONS or self.density is None):
            raise ValueError(
                "a compute figure needs a density (dense or sparse) and a precision, one of: "
                + ", ".join(PRECISIONS)
            )
        if not compute and (self.precision or self.density):
            raise ValueError(f"{self.quantity} has neither precision nor density")
        return self

    @property
    def interval(self) -> Interval:
        """Over the value and all rivals, in the quantity's own unit. A source that knows nothing
        does not widen what others state; a figure that nobody states is unbounded."""
        factor = QUANTITIES[self.quantity].units[self.unit]
        stated = [_interval(one, factor) for one in (self.value, *(r.value for r in self.rivals))]
        known = [one for one in stated if one.known] or stated
        return Interval(min(one.low for one in known), max(one.high for one in known))

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        return self.quantity, self.precision, self.density


class Chip(Strict):
    """A chip, as sold. `data_centre`: whether it is designed or marketed for data centres.
    `sampan_target` is the Sampan target whose code runs on it, if there is one."""

    name: str
    aliases: list[str] = Field(default_factory=list)
    kind: Literal["gpu", "accelerator", "cpu"]
    data_centre: bool | Literal["unknown"]
    stack: str
    language: str
    sampan_target: str | None = None
    note: str = ""
    figures: list[Figure]

    @model_validator(mode="after")
    def _no_contradictions(self) -> Chip:
        seen = set()
        for figure in self.figures:
            if figure.key in seen:
                what = " ".join(part for part in figure.key if part)
                raise ValueError(
                    f"{self.name} has {what} twice: what sources disagree on belongs in rivals"
                )
            seen.add(figure.key)
        for figure in self.figures:
            other = self.figure(figure.quantity, figure.precision, "sparse")
            if figure.density == "dense" and other is not None:
                if other.interval.high < figure.interval.low:
                    raise ValueError(
                        f"{self.name}: {figure.precision} is faster dense than sparse: "
                        "are the two figures exchanged?"
                    )
        return self

    def figure(
        self, quantity: str, precision: str | None = None, density: str | None = None
    ) -> Figure | None:
        for one in self.figures:
            if one.key == (quantity, precision, density):
                return one
        return None


class Vendor(Strict):
    """A file of the catalogue."""

    vendor: str
    country: str
    sources: dict[str, Source]
    chips: list[Chip]

    @field_validator("country")
    @classmethod
    def _country(cls, code: str) -> str:
        if not re.fullmatch("[A-Z]{2}", code):
            raise ValueError("must be a country code of two capital letters")
        return code


@dataclass(frozen=True)
class Entry:
    """A chip with its vendor, and its figures' sources resolved."""

    chip: Chip
    vendor: Vendor

    def source(self, figure: Figure | Rival) -> Source:
        """The figure's source, with the trust and the date that hold for the figure."""
        found = self.vendor.sources[figure.source]
        changes = {"trust": figure.trust, "date": figure.date}
        return found.model_copy(update={k: v for k, v in changes.items() if v is not None})


def read_vendor(path: Path) -> list[Entry]:
    """The chips of one file.

    Raises:
        DataError: the file does not fit the schema, or a figure names a source that is not there.
    """
    document = read_document(path)
    vendor = document.checked(Vendor)
    for index, chip in enumerate(vendor.chips):
        _check_sources(document, vendor, index, chip)
    return [Entry(chip, vendor) for chip in vendor.chips]


def _check_sources(document: Document, vendor: Vendor, index: int, chip: Chip) -> None:
    for number, figure in enumerate(chip.figures):
        for source in (figure.source, *(rival.source for rival in figure.rivals)):
            if source not in vendor.sources:
                where = ("chips", index, "figures", number, "source")
                raise document.error(where, f"there is no source '{source}' in this file")


def folded(name: str) -> str:
    """How names of chips are compared: letters and digits only, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@cache
def catalogue(directory: Path = DIRECTORY) -> dict[str, Entry]:
    """All chips, by folded name and alias, in the order of the files.

    Raises:
        DataError: a file does not fit, or two chips have the same name.
    """
    found: dict[str, Entry] = {}
    for path in sorted(directory.glob("*.yaml")):
        for entry in read_vendor(path):
            for name in (entry.chip.name, *entry.chip.aliases):
                if folded(name) in found:
                    raise DataError(f"{path}: '{name}' is the name of two chips")
                found[folded(name)] = entry
    return found


def vendor_name(text: str) -> str:
    """A vendor's name as the catalogue writes it; as it is if the catalogue does not have it."""
    names = {folded(one.vendor.vendor): one.vendor.vendor for one in catalogue().values()}
    return names.get(folded(text), text)


def find_chip(name: str) -> Entry:
    """The chip of that name, however it is spelled: `RTX 4090`, `rtx-4090`, `NVIDIA RTX4090`.

    Raises:
        UsageError: there is none; the hint has the nearest names.
    """
    chips = catalogue()
    key = folded(name)
    if key in chips:
        return chips[key]
    for entry in chips.values():
        vendor = folded(entry.vendor.vendor)
        if key.startswith(vendor) and key[len(vendor) :] in chips:
            return chips[key[len(vendor) :]]
    import difflib

    near = difflib.get_close_matches(key, chips, 3, 0.5)
    names = list(dict.fromkeys(chips[one].chip.name for one in near))
    hint = f"did you mean {', '.join(names)}?" if names else "`sampan chips list` has them all"
    raise UsageError(f"no chip '{name[:60]}' in the catalogue", hint=hint)
