"""What the entries of a log add up to, and which entry may follow which.

A company applies and is decided on (the first step); an approved company orders, and the
authority's decision on each order is recorded (the second). Each decision cites criteria of the
version that holds on its day. A refusal or revocation can be appealed once, in time, and somebody
else decides.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from sampan.supply.approvals.criteria import Criteria
from sampan.supply.approvals.log import Entry

OUTCOMES = ("approved", "refused", "revoked", "more-information")
APPEAL_OUTCOMES = ("upheld", "overturned")  # of the decision that is appealed against


class NotAllowed(ValueError):
    """An entry that may not stand where it would."""


@dataclass
class Subject:
    """An application of a company, or an order. `step` says which."""

    identity: str
    step: str
    facts: dict[str, Any]
    state: str
    since: str
    company: str = ""  # of an order: the application it belongs to
    decision: Entry | None = None  # the newest
    appeal: Entry | None = None
    appeal_by: datetime.date | None = None  # the last day to appeal
    appeal_due: datetime.date | None = None  # the last day to decide it
    appealed: bool = False  # once only
    history: list[Entry] = field(default_factory=list)


def day_of(entry: Entry) -> datetime.date:
    return datetime.date.fromisoformat(entry.at[:10])


@dataclass
class State:
    """Everything, after the entries that were applied."""

    criteria: dict[str, Criteria] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)

    def in_force(self, day: datetime.date) -> Criteria | None:
        """The criteria that hold on a day: of those in effect, those that took effect last."""
        valid = [one for one in self.criteria.values() if one.effective <= day]
        return max(valid, key=lambda one: one.effective, default=None)

    def subject(self, identity: str) -> Subject:
        found = self.subjects.get(identity)
        if found is None:
            raise NotAllowed(f"there is no application or order {identity[:40]}")
        return found

    def next_identity(self, letter: str) -> str:
        count = sum(1 for name in self.subjects if name.startswith(letter))
        return f"{letter}-{count + 1:04}"

    def apply(self, entry: Entry) -> None:
        """Takes an entry in.

        Raises:
            NotAllowed: it may not stand here; the state is as it was.
        """
        kinds = {
            "criteria": self._publish,
            "apply": self._apply,
            "order": self._order,
            "decide": self._decide,
            "inform": self._inform,
            "withdraw": self._withdraw,
            "appeal": self._appeal,
            "decide-appeal": self._decide_appeal,
        }
        if entry.kind not in kinds:
            raise NotAllowed(f"no kind of entry: {entry.kind[:40]}")
        try:
            kinds[entry.kind](entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise NotAllowed(f"malformed: {error}") from None
        if entry.subject in self.subjects:
            self.subjects[entry.subject].history.append(entry)

    # ---- one kind of entry each ---------------------------------------------------------------

    def _publish(self, entry: Entry) -> None:
        made = Criteria.model_validate(entry.body)
        if made.version in self.criteria:
            raise NotAllowed(f"version {made.version} is published: it cannot be changed")
        if made.effective < day_of(entry):
            raise NotAllowed(
                f"version {made.version} would have been in effect since {made.effective}, before "
                "it was published"
            )
        latest = max((one.effective for one in self.criteria.values()), default=None)
        if latest is not None and made.effective <= latest:
            raise NotAllowed(f"another version takes effect on {latest}: this must be later")
        self.criteria[made.version] = made

    def _apply(self, entry: Entry) -> None:
        if self.in_force(day_of(entry)) is None:
            raise NotAllowed("no criteria are in effect: nobody could know what is asked of them")
        self._add(entry, "company", "")

    def _order(self, entry: Entry) -> None:
        company = self.subject(entry.body["company"])
        if company.step != "company":
            raise NotAllowed(f"{company.identity} is an order, not a company's application")
        if company.state != "approved":
            raise NotAllowed(
                f"{company.identity} is {company.state}: only an approved company can order"
            )
        self._add(entry, "order", company.identity)

    def _add(self, entry: Entry, step: str, company: str) -> None:
        if entry.subject in self.subjects:
            raise NotAllowed(f"{entry.subject} exists already")
        self.subjects[entry.subject] = Subject(
            entry.subject, step, entry.body, "applied", entry.at, company
        )

    def _decide(self, entry: Entry) -> None:
        subject, outcome = self.subject(entry.subject), entry.body["outcome"]
        if outcome not in OUTCOMES:
            raise NotAllowed(f"no outcome '{outcome}': it is one of {', '.join(OUTCOMES)}")
        if outcome == "revoked":
            allowed: tuple[str, ...] = ("approved",)
        elif outcome == "more-information":
            allowed = ("applied",)
        else:
            allowed = ("applied", "more-information")
        if subject.state not in allowed:
            raise NotAllowed(f"{subject.identity} is {subject.state}: it cannot become {outcome}")
        if subject.step == "order":
            company = self.subject(subject.company)
            if outcome == "approved" and company.state != "approved":
                raise NotAllowed(f"its company {company.identity} is {company.state}")
        used = self._cited(entry, subject.step)
        subject.state, subject.since, subject.decision = outcome, entry.at, entry
        subject.appeal_by = None
        if outcome in ("refused", "revoked") and not subject.appealed:
            days = datetime.timedelta(used.appeals.file_within_days)
            subject.appeal_by = day_of(entry) + days

    def _cited(self, entry: Entry, step: str) -> Criteria:
        if step == "order" and not (entry.body.get("authority") and entry.body.get("reference")):
            raise NotAllowed("an order is decided by an authority: name it and its reference")
        used = self.in_force(day_of(entry))
        if used is None:
            raise NotAllowed("no criteria are in effect")
        if entry.body["criteria_version"] != used.version:
            raise NotAllowed(f"the criteria in effect are version {used.version}")
        names = entry.body["criteria"]
        if not isinstance(names, list) or not names:
            raise NotAllowed("a decision must cite a criterion")
        for name in names:
            criterion = used.criterion(name)
            if criterion is None:
                known = ", ".join(one.id for one in used.criteria if one.step == step)
                raise NotAllowed(f"version {used.version} has no criterion {name}: it has {known}")
            if criterion.step != step:
                raise NotAllowed(f"criterion {name} is for the step '{criterion.step}'")
        if not str(entry.body["reason"]).strip():
            raise NotAllowed("a decision must have a reason")
        return used

    def _inform(self, entry: Entry) -> None:
        subject = self.subject(entry.subject)
        if subject.state != "more-information":
            raise NotAllowed(f"{subject.identity} is {subject.state}: nothing was asked of it")
        subject.state, subject.since = "applied", entry.at

    def _withdraw(self, entry: Entry) -> None:
        subject = self.subject(entry.subject)
        if subject.state not in ("applied", "more-information", "appealed"):
            raise NotAllowed(f"{subject.identity} is {subject.state}: it cannot be withdrawn")
        subject.state, subject.since, subject.appeal_due = "withdrawn", entry.at, None

    def _appeal(self, entry: Entry) -> None:
        subject = self.subject(entry.subject)
        received = datetime.date.fromisoformat(entry.body["received"])
        if subject.state not in ("refused", "revoked") or subject.decision is None:
            raise NotAllowed(f"{subject.identity} is {subject.state}: there is nothing to appeal")
        if subject.appealed or subject.appeal_by is None:
            raise NotAllowed(f"{subject.identity} was appealed already: that decision is final")
        if not day_of(subject.decision) <= received <= day_of(entry):
            raise NotAllowed(f"received on {received}: not between the decision and today")
        if received > subject.appeal_by:
            raise NotAllowed(f"the last day to appeal was {subject.appeal_by}")
        if not str(entry.body["grounds"]).strip():
            raise NotAllowed("an appeal must say why")
        used = self.criteria[subject.decision.body["criteria_version"]]
        subject.state, subject.since, subject.appeal = "appealed", entry.at, entry
        subject.appealed = True
        subject.appeal_due = received + datetime.timedelta(used.appeals.decide_within_days)

    def _decide_appeal(self, entry: Entry) -> None:
        subject, outcome = self.subject(entry.subject), entry.body["outcome"]
        if subject.state != "appealed" or subject.decision is None:
            raise NotAllowed(f"{subject.identity} is {subject.state}: there is no appeal to decide")
        if outcome not in APPEAL_OUTCOMES:
            raise NotAllowed(f"no outcome '{outcome}': upheld or overturned")
        if entry.actor.casefold().strip() == subject.decision.actor.casefold().strip():
            raise NotAllowed(
                f"{entry.actor} took the decision: an appeal is decided by somebody else"
            )
        self._cited(entry, subject.step)
        before = subject.decision.body["outcome"]
        # A revocation that falls leaves the approval standing, and so does a refusal that falls.
        subject.state = before if outcome == "upheld" else "approved"
        subject.since, subject.appeal_due = entry.at, None
