"""Screens an order by four factors, item, end user, end use, destination, and by red flags.

The outcome is `hold` if something found needs a decision before anything is shipped, `review` if
something could not be told or a person should look, and `clear` only if nothing was found; nothing
of it decides for anybody. Every screening leaves a record that says what was compared with what.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sampan.supply import NOT_LEGAL_ADVICE
from sampan.supply.catalogue import find_chip
from sampan.supply.countries import Country
from sampan.supply.intervals import Truth, any_of
from sampan.supply.items import from_catalogue
from sampan.supply.names.index import NameIndex
from sampan.supply.names.readings import read
from sampan.supply.orders import RED_FLAGS, Order
from sampan.supply.party_lists import ListFile, Party, read_list
from sampan.supply.rules import Route
from sampan.supply.verdicts import judge

# Chosen on one made-up set of names and measured on another (docs/screening-measured.md).
THRESHOLD = 86.0
HITS = 20  # shown of one party
OUTCOMES = ("clear", "review", "hold")

# End uses for which the rules ask for a licence whatever the item is, or nearly so.
END_USES = {
    "supercomputer": ("hold", "15 CFR 744.23(a)(1): supercomputers"),
    "semiconductor manufacturing": (
        "hold",
        "15 CFR 744.23(a)(2): development or production of ICs",
    ),
    "military": ("hold", "15 CFR 744.21: military end uses and users"),
    "intelligence": ("hold", "15 CFR 744.22: military-intelligence end uses and users"),
    "weapons of mass destruction": ("hold", "15 CFR 744.2 to 744.4"),
    "unknown": ("review", "the end use is not known"),
    "other": ("review", "an end use that the rules here do not name: a person has to read it"),
}


@dataclass
class PartyLists:
    """The lists, indexed."""

    files: list[ListFile] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    index: NameIndex = field(default_factory=NameIndex)

    def search(self, name: str, threshold: float) -> tuple[list[dict[str, Any]], int]:
        """Who on the lists may be meant, best first, at most HITS; and how many there are, as far
        as the index counts (`index.CANDIDATES`)."""
        found = []
        hits = self.index.search(name, threshold)
        for hit in hits[:HITS]:
            party = self.parties[hit.party]
            found.append(
                {
                    "listed_name": hit.name,
                    "score": round(hit.score, 1),
                    "why": hit.why,
                    "listed_in": party.listed_in,
                    "identity": party.identity,
                    "names": list(party.names[:10]),
                    "countries": list(party.countries),
                    "place": party.place,
                }
            )
        return found, len(hits)


def load_lists(paths: Iterable[Path]) -> PartyLists:
    """Reads and indexes party lists.

    Raises:
        DataError: one of them makes no sense.
    """
    made = PartyLists()
    for path in paths:
        facts = ListFile(str(path))
        for party in read_list(path, facts):
            made.index.add(len(made.parties), party.names)
            made.parties.append(party)
        made.files.append(facts)
    made.index.freeze()
    return made


@dataclass
class Factor:
    """One of the factors: its outcome, what was found, and the details."""

    name: str
    outcome: str = "clear"
    findings: list[str] = field(default_factory=list)
    details: Any = None

    def found(self, outcome: str, text: str) -> None:
        self.outcome = max(self.outcome, outcome, key=OUTCOMES.index)
        self.findings.append(text)

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "findings": self.findings, "details": self.details}


def screen(
    order: Order, lists: PartyLists, day: datetime.date, threshold: float = THRESHOLD
) -> dict[str, Any]:
    """The record of a screening.

    Raises:
        UsageError: the order's chip is not in the catalogue.
    """
    factors = [
        _item(order, day),
        _parties(order, lists, threshold),
        _end_use(order),
        _destination(order),
        _red_flags(order),
    ]
    outcome = max((factor.outcome for factor in factors), key=OUTCOMES.index)
    return {
        "order": order.order,
        "on": day.isoformat(),
        "outcome": outcome,
        **{factor.name: factor.as_json() for factor in factors},
        "threshold": threshold,
        "lists": [vars(one) for one in lists.files],
        "notice": NOT_LEGAL_ADVICE,
    }


def _item(order: Order, day: datetime.date) -> Factor:
    factor = Factor("item")
    route = Route(Country(order.from_), Country(order.to), order.headquarters())
    verdict = judge(from_catalogue(find_chip(order.item.chip)), route, day)
    paragraphs = ", ".join(verdict.paragraphs)
    if verdict.verdict == "controlled" and verdict.licence != "not_required":
        text = f"{order.item.chip} is controlled ({paragraphs}); licence: {verdict.licence}"
        factor.found("hold", text.replace("_", " "))
    elif verdict.verdict == "cannot_tell" and verdict.licence != "not_required":
        factor.found("review", f"cannot tell, missing: {', '.join(verdict.missing)}")
    factor.details = verdict.as_json()
    return factor


def _parties(order: Order, lists: PartyLists, threshold: float) -> Factor:
    factor = Factor("end_user", details=[])
    for party in order.parties:
        hits: dict[tuple[str, str], dict[str, Any]] = {}
        remarks: list[str] = []
        for name in (party.name, *party.other_names):
            read_name = read(name)
            remarks += read_name.cleaned.remarks
            if read_name.empty:
                factor.found("review", f"{party.role}: {name!r} has no letter to compare")
            shown, count = lists.search(name, threshold)
            if count > len(shown):
                remarks.append(f"{count} or more hits, of which the best {len(shown)} are kept")
            for hit in shown:
                key = hit["place"], hit["identity"]
                if key not in hits or hit["score"] > hits[key]["score"]:
                    hits[key] = hit
        found = sorted(hits.values(), key=lambda hit: -hit["score"])
        for hit in found[:3]:
            factor.found(
                "hold",
                f"{party.role} {party.name}: like {hit['listed_name']} of {hit['listed_in']} "
                f"({hit['score']}: {hit['why']})",
            )
        for remark in dict.fromkeys(remarks):
            factor.found("review", f"{party.role} {party.name!a}: {remark}")
        factor.details.append(
            {"role": party.role, "name": party.name, "remarks": remarks, "hits": found}
        )
    return factor


def _end_use(order: Order) -> Factor:
    factor = Factor("end_use", details={"category": order.end_use.category})
    if order.end_use.category in END_USES:
        outcome, why = END_USES[order.end_use.category]
        factor.found(outcome, f"{order.end_use.category}: {why}")
    if not order.end_use.description.strip():
        factor.found("review", "the end use is not described")
    return factor


def _destination(order: Order) -> Factor:
    factor = Factor("destination", details=[])
    countries = {order.to: "destination"}
    for party in order.parties:
        for code in (party.country, party.headquarters):
            if code:
                countries.setdefault(code, party.role)
    for code, what in countries.items():
        country = Country(code)
        groups: dict[str, Truth] = {one: country.in_group(one) for one in ("D1", "D4", "D5")}
        names = [f"{one[0]}:{one[1]}" for one, inside in groups.items() if inside]
        if groups["D5"]:
            factor.found("hold", f"{what} {country}: country group D:5, under a US arms embargo")
        elif code == "MO":
            factor.found("hold", f"{what} {country}: treated like country group D:5 for chips")
        elif any_of(groups.values()) is None:
            factor.found("review", f"{what} {country}: its country groups are in doubt")
        elif names:
            factor.found("review", f"{what} {country}: country group {', '.join(names)}")
        factor.details.append({"country": code, "as": what, "groups": names})
    end_users = [party for party in order.parties if party.role == "end user"]
    for party in end_users:
        if party.country is None:
            factor.found("review", f"the country of the end user {party.name} is not given")
        elif party.country != order.to:
            factor.found(
                "review",
                f"it goes to {Country(order.to)}, the end user is in {Country(party.country)}",
            )
    return factor


def _red_flags(order: Order) -> Factor:
    factor = Factor("red_flags", details={})
    for name, text in RED_FLAGS.items():
        answer = order.red_flags.get(name, "unknown")
        factor.details[name] = answer
        if answer == "yes":
            factor.found("hold", f"{name}: {text}")
    open_ones = [name for name, answer in factor.details.items() if answer == "unknown"]
    if open_ones:
        factor.found("review", f"not answered: {', '.join(open_ones)}")
    return factor


def audited(record: dict[str, Any], order_bytes: bytes) -> dict[str, Any]:
    """The record with what is needed to prove later what was screened: the time, the version, and
    digests of the order and of the record itself."""
    from importlib import metadata

    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    full = {
        **record,
        "screened_at": now,
        "sampan": metadata.version("sampan"),
        "order_sha256": hashlib.sha256(order_bytes).hexdigest(),
    }
    text = json.dumps(full, sort_keys=True, ensure_ascii=False)
    return {**full, "record_sha256": hashlib.sha256(text.encode()).hexdigest()}
