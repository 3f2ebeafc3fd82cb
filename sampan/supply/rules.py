"""The export rules as data: by date, with conditions, licences, exceptions and reviews."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from sampan.supply.conditions import Combination, Comparison, Condition, Fact
from sampan.supply.countries import Country
from sampan.supply.documents import Strict, read_document
from sampan.supply.intervals import Interval, Truth, all_of, any_of, negated
from sampan.supply.quantities import RULE_UNITS

FILE = Path(__file__).parent / "data" / "rules" / "us-advanced-computing.yaml"


def _day(text: Any) -> Any:
    return datetime.date.fromisoformat(text) if isinstance(text, str) else text


Day = Annotated[datetime.date, BeforeValidator(_day)]


class Places(Strict):
    """A set of countries: those of `countries` and `groups`, without those of the `not_` ones."""

    countries: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)
    not_countries: list[str] = Field(default_factory=list)
    not_groups: list[str] = Field(default_factory=list)

    def has(self, country: Country) -> Truth:
        code = country.treated_as
        inside = any_of([code in self.countries, *(country.in_group(g) for g in self.groups)])
        outside = any_of(
            [code in self.not_countries, *(country.in_group(g) for g in self.not_groups)]
        )
        return all_of([inside, negated(outside)])


@dataclass(frozen=True)
class Route:
    """Where an item goes: from, to, and where the receiving party or its ultimate parent has its
    headquarters (None: in the country it goes to)."""

    origin: Country
    destination: Country
    headquarters: Country | None = None

    @property
    def parent(self) -> Country:
        return self.headquarters or self.destination


class Destinations(Places):
    """Places by destination or, with `headquarters`, by the party's headquarters instead."""

    headquarters: Places | None = None

    def meets(self, route: Route) -> Truth:
        if self.headquarters is not None:
            return self.headquarters.has(route.parent)
        return self.has(route.destination)


class Dated(Strict):
    """Something that holds from a day until the day before another."""

    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None

    def in_force(self, day: datetime.date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day < self.until
        )


class Licence(Dated, Destinations):
    """Where a licence is needed."""

    citation: str


class Exemption(Dated):
    """A licence exception, or with an empty `to` a note that takes items out of the rule."""

    id: str
    text: str
    citation: str = ""
    to: Places | None = None
    when: dict[str, Any]


class Review(Dated, Destinations):
    """How an application for a licence is reviewed; the first that applies counts."""

    policy: Literal["case-by-case", "presumption-of-denial", "presumption-of-approval"]
    citation: str
    shipped_from: list[str] | None = None
    when: dict[str, Any] | None = None
    conditions: list[str] = Field(default_factory=list)


class Paragraph(Strict):
    """A paragraph that describes items."""

    id: str
    text: str
    when: dict[str, Any]


class Rule(Dated):
    """Paragraphs that came into force together. `kind` is the kind of item they speak of. A rule
    that does not classify items, as a letter does not, speaks only of the routes of `licence`."""

    id: str
    title: str
    citation: str
    trust: Literal["official", "secondary"]
    kind: Literal["logic", "hbm"]
    classifies: bool = True
    unless: Exemption | None = None
    paragraphs: list[Paragraph]
    addressees: list[str] | None = None
    licence: list[Licence]
    exceptions: list[Exemption] = Field(default_factory=list)
    review: list[Review] = Field(default_factory=list)
    _conditions: dict[str, Condition] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _parse(self) -> Rule:
        for paragraph in self.paragraphs:
            self._conditions[paragraph.id] = self.condition(paragraph.when)
        for other in (self.unless, *self.exceptions, *self.review):
            if other is not None and other.when is not None:
                self.condition(other.when)
        return self

    def condition(self, data: dict[str, Any]) -> Condition:
        """Reads a condition; `paragraph` stands for the condition of that paragraph.

        Raises:
            ValueError: it is not a condition.
        """
        return _read_condition(data, self._conditions)

    def reaches(self, route: Route, day: datetime.date) -> Truth:
        """Whether a licence is asked for on the route."""
        return any_of(one.meets(route) for one in self.licence if one.in_force(day))

    def test(self, paragraph: str) -> Condition:
        """When the paragraph describes an item: its own condition, and no exemption."""
        own = self._conditions[paragraph]
        if self.unless is None:
            return own
        return Combination("all", (own, Combination("not", (self.condition(self.unless.when),))))

    def any_paragraph(self) -> Condition:
        return Combination("any", tuple(self.test(one.id) for one in self.paragraphs))


class Note(Dated):
    """Something to be said beside a verdict."""

    text: str
    citation: str
    when_controlled: bool = False


class RuleSet(Strict):
    """All rules of one authority. `version` is the day on which the data were last checked."""

    version: Day
    title: str
    begins: Day
    rules: list[Rule]
    notes: list[Note]


def _read_condition(data: Any, paragraphs: dict[str, Condition]) -> Condition:
    if not isinstance(data, dict) or not data:
        raise ValueError("a condition must have all, any, not, quantity, fact or paragraph")
    keys = set(data)
    if keys == {"all"} or keys == {"any"}:
        (how,) = keys
        parts = tuple(_read_condition(part, paragraphs) for part in data[how])
        if not parts:
            raise ValueError(f"'{how}' needs parts")
        return Combination(how, parts)
    if keys == {"not"}:
        return Combination("not", (_read_condition(data["not"], paragraphs),))
    if keys == {"fact"}:
        return Fact(str(data["fact"]))
    if keys == {"paragraph"}:
        if data["paragraph"] not in paragraphs:
            raise ValueError(f"there is no paragraph {data['paragraph']} before this")
        return paragraphs[data["paragraph"]]
    for how in ("at_least", "below", "above"):
        if keys == {"quantity", how}:
            if data["quantity"] not in RULE_UNITS:
                raise ValueError(f"no quantity '{data['quantity']}'")
            return Comparison(data["quantity"], _line(data[how], how), how == "below")
    raise ValueError(f"no condition: {', '.join(sorted(map(str, keys)))}")


def _line(given: Any, how: str) -> Interval:
    bounds = given if isinstance(given, list) else [given, given]
    if how == "above":
        bounds = [math.nextafter(bound, math.inf) for bound in bounds]
    return Interval(*bounds)


@cache
def rule_set(path: Path = FILE) -> RuleSet:
    """The rules of a file.

    Raises:
        DataError: the file does not fit the schema.
    """
    return read_document(path).checked(RuleSet)
