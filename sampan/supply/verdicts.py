"""What the rules in force on a day say of an item on a route: a verdict with its reasons.

Every paragraph is tested by itself and all that describe the item are reported. The verdict is
about the item: `controlled` if it is certain that at least one paragraph in force describes it,
`not_controlled` if it is certain that none does, else `cannot_tell`. Whether the route then needs a
licence, which exceptions are there, and how an application is reviewed, are answers of their own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from sampan.supply import NOT_LEGAL_ADVICE
from sampan.supply.conditions import Comparison, Fact, certainty, distance, leaves, relevant
from sampan.supply.intervals import UNKNOWN, Truth, all_of, any_of
from sampan.supply.items import Candidate
from sampan.supply.quantities import RULE_UNITS
from sampan.supply.rules import Review, Route, Rule, RuleSet, rule_set

WORDS: dict[Truth, str] = {True: "yes", False: "no", None: "cannot_tell"}


@dataclass
class Test:
    """One paragraph tested: whether it describes the item, and each of its comparisons."""

    rule: Rule
    paragraph: str
    text: str
    holds: Truth
    released: Truth
    comparisons: list[dict[str, Any]]
    undecided: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "paragraph": self.paragraph,
            "rule": self.rule.id,
            "holds": WORDS[self.holds],
            "text": self.text,
            "citation": self.rule.citation,
            "trust": self.rule.trust,
            "lines": self.comparisons,
        }


@dataclass
class Verdict:
    """The answer, ready to be shown. `day` is the date that the rules are asked of."""

    candidate: Candidate
    route: Route
    day: datetime.date
    rules: RuleSet
    verdict: str = "cannot_tell"
    tests: list[Test] = field(default_factory=list)
    licence: str = "not_required"
    exceptions: list[str] = field(default_factory=list)
    review: str | None = None
    conditions: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[str]:
        return [test.paragraph for test in self.tests if test.holds]

    def as_json(self) -> dict[str, Any]:
        def shown(name: str) -> Any:
            return self.candidate.quantities.get(name, UNKNOWN).as_json()

        parent = self.route.headquarters
        return {
            "chip": self.candidate.chip or None,
            "vendor": self.candidate.vendor or None,
            "on": self.day.isoformat(),
            "from": self.route.origin.code,
            "to": self.route.destination.code,
            "headquarters": parent.code if parent else None,
            **{name: shown(name) for name in RULE_UNITS},
            "data_centre": self.candidate.data_centre,
            "verdict": self.verdict,
            "paragraphs": self.paragraphs,
            "undecided": [test.paragraph for test in self.tests if test.holds is None],
            "licence": self.licence,
            "exceptions": self.exceptions,
            "review": self.review,
            "conditions": self.conditions,
            "reasons": self.reasons,
            "missing": self.missing,
            "assumptions": self.assumptions,
            "tests": [test.as_json() for test in self.tests],
            "notes": self.notes,
            "rules": self.rules.title,
            "rule_version": self.rules.version.isoformat(),
            "notice": NOT_LEGAL_ADVICE,
        }


def judge(
    candidate: Candidate, route: Route, day: datetime.date, rules: RuleSet | None = None
) -> Verdict:
    """Evaluates all rules that are in force on `day`."""
    rules = rules or rule_set()
    made = Verdict(candidate, route, day, rules)
    made.assumptions += candidate.assumptions
    made.reasons += candidate.steps
    if day > rules.version:
        made.assumptions.append(f"the rules are still as they were known on {rules.version}")
    if day < rules.begins:
        made.reasons.append(f"the rule set begins on {rules.begins}; what held before is not in it")
        made.missing.append(f"rules before {rules.begins}")
        made.licence = "cannot_tell"
        return made
    in_force = [one for one in rules.rules if one.in_force(day) and one.kind == candidate.kind]
    outcomes = [_test_rule(made, rule) for rule in in_force]
    outcome = any_of(outcomes)
    made.verdict = {True: "controlled", False: "not_controlled", None: "cannot_tell"}[outcome]
    _explain_union(made, in_force, outcomes)
    if outcome is None:
        made.missing = _missing(made)
    if outcome is not False:
        _licence_and_review(made, in_force, outcomes)
    for note in rules.notes:
        if note.in_force(day) and (not note.when_controlled or outcome):
            made.notes.append(f"{note.text} ({note.citation})")
    made.reasons = list(dict.fromkeys(made.reasons))
    made.notes.append(
        "Only the paragraphs named here were tested; others (other ECCNs, end users, end uses) may "
        "apply, and whether an item is subject to these rules at all is not judged."
    )
    return made


def _test_rule(made: Verdict, rule: Rule) -> Truth:
    candidate = made.candidate
    condition = rule.any_paragraph()
    facts = [leaf.name for leaf in leaves(condition) if isinstance(leaf, Fact)]
    item = candidate.item(rule.addressees, facts)
    reach = True if rule.classifies else rule.reaches(made.route, made.day)
    released: Truth = False
    if rule.unless is not None:
        released = certainty(rule.condition(rule.unless.when), item)
    for paragraph in rule.paragraphs:
        own = rule.condition(paragraph.when)
        lines, undecided = [], []
        for leaf in dict.fromkeys(relevant(own, item)):
            if isinstance(leaf, Comparison):
                lines.append(_line(leaf, item))
            if leaf.holds(item) is None:
                undecided.append(leaf.quantity if isinstance(leaf, Comparison) else leaf.name)
        holds = all_of([certainty(rule.test(paragraph.id), item), reach])
        if holds is None and released is None:
            undecided.append("data_centre")
        made.tests.append(
            Test(rule, paragraph.id, paragraph.text, holds, released, lines, undecided)
        )
        met = certainty(own, item)
        said = {True: "met", False: "not met", None: "cannot be told"}[met]
        made.reasons.append(f"{paragraph.id}: {said} ({paragraph.text}) [{rule.citation}]")
        if met is not False and rule.unless is not None and released is not False:
            how = "takes it out" if released else "may take it out"
            made.reasons.append(f"{paragraph.id}: {rule.unless.id} {how} ({rule.unless.text})")
    if rule.addressees is not None and not candidate.vendor:
        made.assumptions.append("the vendor is one of those that got a letter")
    if reach is not True:
        how = "does not speak" if reach is False else "may not speak"
        made.reasons.append(f"{rule.id}: it {how} of this route")
    return all_of([certainty(condition, item), reach])


def _line(leaf: Comparison, item: Any) -> dict[str, Any]:
    return {
        "quantity": leaf.quantity,
        "test": "below" if leaf.below else "at least",
        "line": leaf.line.as_json(),
        "value": item.quantity(leaf.quantity).as_json(),
        "unit": RULE_UNITS[leaf.quantity],
        "holds": WORDS[leaf.holds(item)],
        "distance": distance(leaf, item),
    }


def _explain_union(made: Verdict, in_force: list[Rule], outcomes: list[Truth]) -> None:
    if not in_force:
        made.reasons.append("no rule of this set was in force for such an item on that day")
    for rule, outcome in zip(in_force, outcomes, strict=True):
        own = [test for test in made.tests if test.rule is rule]
        if outcome and not any(test.holds for test in own):
            either = " or ".join(test.paragraph for test in own if test.holds is None)
            made.reasons.append(f"which of them cannot be told, but one does: {either}")


def _missing(made: Verdict) -> list[str]:
    """What would have to be known better, in the order of the tests."""
    found: list[str] = []
    for test in made.tests:
        if test.holds is not None:
            continue
        for name in test.undecided:
            if name == "performance_density" and "die_area" in made.candidate.unknown:
                found.append("die_area")
            elif name == "addressee":
                found.append("whether the vendor got such a letter")
            elif name.startswith("vendor "):
                found.append("vendor")
            elif name == "tpp":
                found += [one for one in made.candidate.unknown if one.startswith("compute")]
                found.append("tpp")
            else:
                found.append(name)
        if any(isinstance(line["line"], dict) for line in test.comparisons):
            found.append(f"the exact lines of {test.paragraph}")
    return list(dict.fromkeys(found))


def _licence_and_review(made: Verdict, in_force: list[Rule], outcomes: list[Truth]) -> None:
    needs: list[Truth] = []
    for rule, outcome in zip(in_force, outcomes, strict=True):
        if outcome is False:
            continue
        wanted: Truth = False
        for licence in rule.licence:
            if licence.in_force(made.day):
                meets = licence.meets(made.route)
                wanted = any_of([wanted, meets])
                if meets:
                    made.reasons.append(f"{rule.id}: licence for this route [{licence.citation}]")
        needs.append(all_of([outcome, wanted]))
        if wanted is not False:
            _exceptions(made, rule)
            if outcome:
                _review(made, rule)
    letters = [
        rule.id
        for rule, outcome in zip(in_force, outcomes, strict=True)
        if not rule.classifies and outcome is not False
    ]
    if made.exceptions and letters:
        made.reasons.append(f"a licence exception may not lift what {letters[0]} asks for")
    need = any_of(needs)
    made.licence = {True: "required", False: "not_required", None: "cannot_tell"}[need]
    if need is False:
        made.reasons.append("none of these rules asks for a licence on this route")
        made.review, made.exceptions, made.conditions = None, [], []
    elif made.review is None and need:
        made.reasons.append("how an application for this route is reviewed is not in the rule data")


def _exceptions(made: Verdict, rule: Rule) -> None:
    for exception in rule.exceptions:
        if not exception.in_force(made.day) or exception.to is None:
            continue
        # An exception is also bound to where the receiving party has its headquarters.
        reach = any_of([exception.to.has(made.route.destination)])
        if made.route.headquarters is not None and exception.id == "NAC":
            reach = any_of([reach, exception.to.has(made.route.parent)])
        condition = rule.condition(exception.when)
        facts = [leaf.name for leaf in leaves(condition) if isinstance(leaf, Fact)]
        open_to = all_of([reach, certainty(condition, made.candidate.item(rule.addressees, facts))])
        if open_to:
            made.exceptions.append(exception.id)
        if open_to is not False:
            how = "is open to it" if open_to else "may be open to it"
            made.reasons.append(f"{exception.id} {how}: {exception.text} [{exception.citation}]")


def _review(made: Verdict, rule: Rule) -> None:
    """The first policy that applies. Of several rules the strictest answer stands."""
    answer, conditions = _first_review(made, rule)
    if answer is None:
        return
    rank = ["case-by-case", "cannot_tell", "presumption-of-denial"]
    if made.review is None or rank.index(answer) > rank.index(made.review):
        made.review, made.conditions = answer, conditions


def _first_review(made: Verdict, rule: Rule) -> tuple[str | None, list[str]]:
    for review in rule.review:
        if not review.in_force(made.day):
            continue
        applies = _applies(made, rule, review)
        if applies is None:
            made.reasons.append(
                f"review: whether it is {review.policy} [{review.citation}] cannot be told"
            )
            made.missing += [f"what decides the review: {review.policy}"]
            return "cannot_tell", []
        if applies:
            made.reasons.append(f"{rule.id}: review is {review.policy} [{review.citation}]")
            return review.policy, review.conditions
    return None, []


def _applies(made: Verdict, rule: Rule, review: Review) -> Truth:
    parts: list[Truth] = [review.meets(made.route)]
    if review.shipped_from is not None:
        parts.append(made.route.origin.treated_as in review.shipped_from)
    if review.when is not None:
        item = made.candidate.item(rule.addressees, [])
        parts.append(certainty(rule.condition(review.when), item))
    return all_of(parts)
