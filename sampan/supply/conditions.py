"""Conditions of rules: comparisons of quantities, facts, and their combinations, three-valued.

A condition is evaluated over intervals. Because the parts of a condition share quantities, Kleene's
logic alone can say "cannot tell" where the answer is certain: a density of 5.5 to 6.5 is above or
below 5.92, and either way some paragraph applies. `certainty` therefore cuts every interval at the
lines of the rule and evaluates each part: what holds in all parts is certain. Widening an interval
adds parts and takes none away, so it never turns "cannot tell" into a verdict.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sampan.supply.intervals import UNKNOWN, Interval, Truth, all_of, any_of, negated, number


@dataclass(frozen=True)
class Item:
    """What the rules look at: quantities by name (units in `quantities.py`) and yes-or-no facts."""

    quantities: Mapping[str, Interval]
    facts: Mapping[str, Truth]

    def quantity(self, name: str) -> Interval:
        return self.quantities.get(name, UNKNOWN)

    def fact(self, name: str) -> Truth:
        return self.facts.get(name)


@dataclass(frozen=True)
class Comparison:
    """`quantity` is at least `line`; with `below`, it is below it. The line itself may be known
    only to lie in an interval, as with rules that were not published."""

    quantity: str
    line: Interval
    below: bool = False

    def holds(self, item: Item) -> Truth:
        value = item.quantity(self.quantity)
        if value.low >= self.line.high:
            return not self.below
        if value.high < self.line.low:
            return self.below
        return None

    def __str__(self) -> str:
        return f"{self.quantity} {'below' if self.below else 'at least'} {self.line}"


@dataclass(frozen=True)
class Fact:
    """A yes-or-no property of the item."""

    name: str

    def holds(self, item: Item) -> Truth:
        return item.fact(self.name)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Combination:
    """`all` or `any` of the parts, or, of a single part, `not`."""

    how: str
    parts: tuple[Condition, ...]

    def holds(self, item: Item) -> Truth:
        if self.how == "not":
            return negated(self.parts[0].holds(item))
        values = [part.holds(item) for part in self.parts]
        return all_of(values) if self.how == "all" else any_of(values)

    def __str__(self) -> str:
        if self.how == "not":
            return f"not ({self.parts[0]})"
        joint = " and " if self.how == "all" else " or "
        return joint.join(
            f"({part})" if isinstance(part, Combination) else str(part) for part in self.parts
        )


Condition = Comparison | Fact | Combination


def leaves(condition: Condition) -> Iterator[Comparison | Fact]:
    """The comparisons and facts of a condition, in order."""
    if isinstance(condition, Combination):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def relevant(condition: Condition, item: Item) -> Iterator[Comparison | Fact]:
    """The leaves without those of a part that a known fact rules out, such as what a letter says of
    another vendor's chips."""
    if not isinstance(condition, Combination):
        yield condition
        return
    if condition.how == "all" and any(
        set(map(type, leaves(part))) == {Fact} and part.holds(item) is False
        for part in condition.parts
    ):
        return
    for part in condition.parts:
        yield from relevant(part, item)


def certainty(condition: Condition, item: Item) -> Truth:
    """Whether the condition holds whatever the true values within the intervals are: True, False,
    or None where it depends on them."""
    cuts: dict[str, set[float]] = {}
    facts: set[str] = set()
    for leaf in leaves(condition):
        if isinstance(leaf, Fact):
            facts.add(leaf.name)
        else:
            cuts.setdefault(leaf.quantity, set()).update((leaf.line.low, leaf.line.high))
    names = sorted(cuts)
    choices = [list(item.quantity(name).cells(cuts[name])) for name in names]
    fact_names = sorted(facts)
    fact_choices = [
        [item.fact(name)] if item.fact(name) is not None else [True, False] for name in fact_names
    ]
    outcome: Truth = None
    parts = itertools.product(itertools.product(*choices), itertools.product(*fact_choices))
    for index, (values, truths) in enumerate(parts):
        part = Item(
            dict(zip(names, values, strict=True)), dict(zip(fact_names, truths, strict=True))
        )
        value = condition.holds(part)
        if value is None or (index and value is not outcome):
            return None
        outcome = value
    return outcome


def distance(comparison: Comparison, item: Item) -> str:
    """How far the quantity is from the line, in words for people."""
    value, line = item.quantity(comparison.quantity), comparison.line
    if not value.known:
        return f"unknown against {line}"
    if not line.exact:
        return f"{value} against a line that is only known to lie at {line}"
    gap = Interval.__str__(value)
    if value.low >= line.low:
        away = value.low - line.low
        return f"{gap} is {number(away)} ({away / line.low:.1%}) above {line}"
    if value.high < line.low:
        away = line.low - value.high
        return f"{gap} is {number(away)} ({away / line.low:.1%}) below {line}"
    return f"{gap} lies on both sides of {line}"
