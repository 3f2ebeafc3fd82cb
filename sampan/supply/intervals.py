"""Numbers that are known only to lie between two bounds, and truth that may be unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A number of at least `low` and at most `high`; `high` may be infinite, which means that
    no upper bound is known. Quantities of chips are not negative."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high or math.isinf(self.low):
            raise ValueError(f"no interval of numbers from 0: [{self.low}, {self.high}]")

    @property
    def known(self) -> bool:
        """Whether anything is known of it at all: some bound but that it is not negative."""
        return self.low > 0 or not math.isinf(self.high)

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def scaled(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor)

    def plus(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def over(self, divisor: Interval) -> Interval:
        """All quotients; a divisor that may be 0 leaves no upper bound."""
        low = 0.0 if math.isinf(divisor.high) else self.low / divisor.high
        high = math.inf if divisor.low == 0 else self.high / divisor.low
        return Interval(low, high)

    def within(self, other: Interval) -> bool:
        return other.low <= self.low and self.high <= other.high

    def cells(self, cuts: Iterable[float]) -> Iterator[Interval]:
        """Parts of the interval, which together are all of it, in none of which a comparison with
        a cut has two outcomes: the cuts themselves, and what lies between two of them."""
        inside = sorted({cut for cut in cuts if self.low <= cut <= self.high})
        before = self.low
        for cut in inside:
            if cut > before:
                yield Interval(before, math.nextafter(cut, 0))
            yield Interval(cut, cut)
            before = math.nextafter(cut, math.inf)
        if before <= self.high:
            yield Interval(before, self.high)

    def __str__(self) -> str:
        if not self.known:
            return "unknown"
        if self.exact:
            return number(self.low)
        if math.isinf(self.high):
            return f"at least {number(self.low)}"
        return f"{number(self.low)} to {number(self.high)}"

    def as_json(self) -> float | dict[str, float | None] | None:
        """A number, an object of two bounds (`high` null where none is known), or null."""
        if not self.known:
            return None
        if self.exact:
            return _plain(self.low)
        return {
            "low": _plain(self.low),
            "high": None if math.isinf(self.high) else _plain(self.high),
        }


UNKNOWN = Interval(0, math.inf)


def number(value: float) -> str:
    """A number for people: two decimals at most below a thousand, none above."""
    text = f"{value:.0f}" if value >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")
    return text


def _plain(value: float) -> float:
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


# Kleene's three values: True, False, and None for "cannot tell".
Truth = bool | None


def all_of(values: Iterable[Truth]) -> Truth:
    """False if any is, else None if any is, else True."""
    found = list(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[Truth]) -> Truth:
    """True if any is, else None if any is, else False."""
    found = list(values)
    return True if True in found else None if None in found else False


def negated(value: Truth) -> Truth:
    return None if value is None else not value
