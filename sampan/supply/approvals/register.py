"""A register: the log, what it adds up to, and the operations on it.

Each operation reads the log, checks that its entry may follow, and appends it, while nobody else
can write. Times are UTC; `now` can be given for tests and for those who embed the register.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.diagnostics import UsageError
from sampan.supply.approvals.log import Entry, Log, chain_faults
from sampan.supply.approvals.state import NotAllowed, State, Subject
from sampan.supply.errors import DataError

TEXT_LIMIT = 10_000  # characters of one field


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def plain(text: str, what: str) -> str:
    """A field as it is kept: no control characters or marks nobody sees, which could make a record
    look like another.

    Raises:
        UsageError: it has some, is empty, or is too long.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        raise UsageError(f"{what} is empty")
    if len(text) > TEXT_LIMIT:
        raise UsageError(f"{what} is longer than {TEXT_LIMIT} characters")
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") and char != "\n":
            raise UsageError(f"{what} has a character that nobody sees: U+{ord(char):04X}")
    return text


@dataclass(frozen=True)
class Report:
    """What `verify` found: faults, and of what."""

    entries: int
    head: str
    faults: tuple[str, ...]


class Register:
    """The register in a file."""

    def __init__(self, path: Path) -> None:
        self.log = Log(path)

    def state(self) -> State:
        """What all entries add up to.

        Raises:
            DataError: an entry may not stand where it stands: the register was tampered with.
        """
        made = State()
        for entry in self.log.entries():
            try:
                made.apply(entry)
            except ValueError as error:
                raise DataError(
                    f"{self.log.path}: entry {entry.seq} makes no sense: {error}",
                    hint="`sampan approvals verify` lists all faults",
                ) from None
        return made

    def add(
        self,
        actor: str,
        kind: str,
        subject: str,
        body: dict[str, Any],
        now: datetime.datetime | None = None,
    ) -> Entry:
        """Appends an entry. `subject` may be `C` or `O`, for a new application or order.

        Raises:
            UsageError: it is not allowed where things stand.
        """
        at = (now or utc_now()).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        actor = plain(actor, "the name of who does this")
        with self.log.writing():
            state = self.state()
            if subject in ("C", "O"):
                subject = state.next_identity(subject)
            if kind in ("decide", "decide-appeal"):
                used = state.in_force(datetime.date.fromisoformat(at[:10]))
                body = {**body, "criteria_version": used.version if used else ""}
            entry = self.log.append(at, actor, kind, subject, body)
            try:
                state.apply(entry)
            except NotAllowed as error:
                raise UsageError(str(error)) from None
        return entry

    # ---- checking -----------------------------------------------------------------------------

    def verify(self, published: str = "") -> Report:
        """Checks the file, the chain, that each entry may stand where it stands, and the heads that
        were kept or published."""
        faults = self.log.structural_faults()
        entries: list[Entry] = []
        try:
            entries = list(self.log.entries())
        except DataError as error:
            return Report(0, "", (*faults, error.message))
        faults += entry_faults(entries)
        digests = {entry.seq: entry.digest for entry in entries}
        try:
            heads = self.log.heads()
        except DataError as error:
            faults.append(error.message)
            heads = []
        if entries and not heads:
            faults.append(f"{self.log.head_file} is missing: whether the end was cut off is open")
        for seq, digest in heads:
            if digests.get(seq) != digest:
                how = "is gone" if seq not in digests else "is not the one that was written"
                faults.append(f"entry {seq} {how}, says {self.log.head_file.name}")
        if entries and heads and heads[-1][0] < entries[-1].seq:
            faults.append(f"entry {entries[-1].seq} is not in {self.log.head_file.name}")
        if published and published not in digests.values():
            faults.append(f"no entry has the published digest {published}")
        head = entries[-1].digest if entries else ""
        return Report(len(entries), head, tuple(dict.fromkeys(faults)))


def entry_faults(entries: list[Entry]) -> list[str]:
    """Breaks of the chain, and entries that may not stand where they stand."""
    faults, _ = chain_faults(iter(entries))
    state = State()
    for entry in entries:
        try:
            state.apply(entry)
        except ValueError as error:
            brief = str(error).split("\n")[0]
            faults.append(f"entry {entry.seq} ({entry.kind}) may not stand there: {brief}")
    return faults


def read_export(path: Path) -> Iterator[Entry]:
    """The entries of an export.

    Raises:
        DataError: it cannot be read or a line is no entry.
    """
    names = ("seq", "at", "actor", "kind", "subject", "body", "previous", "digest")
    types = (int, str, str, str, str, dict, str, str)
    try:
        with open(path, encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    data = json.loads(line)
                    values = [data[name] for name in names]
                except (ValueError, KeyError, TypeError, RecursionError):
                    raise DataError(f"{path}:{number}: this line is no entry") from None
                if [type(value) for value in values] != list(types) or len(data) != len(names):
                    raise DataError(f"{path}:{number}: this line is no entry")
                yield Entry(*values)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from None


def read_screening(path: Path) -> dict[str, Any]:
    """What a decision keeps of the record of `sampan screen --record`.

    Raises:
        DataError: it is no such record, or was changed.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        stated = record.pop("record_sha256")
        text = json.dumps(record, sort_keys=True, ensure_ascii=False)
        facts = {name: record[name] for name in ("order", "outcome", "screened_at")}
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DataError(f"{path} is no record of `sampan screen --record`") from None
    if hashlib.sha256(text.encode()).hexdigest() != stated:
        raise DataError(f"{path} was changed after the screening: its digest does not fit")
    return {**facts, "record_sha256": stated}


# ---- what people are shown ---------------------------------------------------------------------


def status(subject: Subject, state: State, today: datetime.date) -> dict[str, Any]:
    """What an applicant may see of its own application or order: where it stands and why, by which
    criteria, and what it can do until when."""
    made: dict[str, Any] = {
        "id": subject.identity,
        "step": subject.step,
        "company": subject.company or None,
        "facts": subject.facts,
        "state": subject.state,
        "since": subject.since,
        "decision": None,
        "appeal": None,
    }
    decision = subject.decision
    if decision is not None:
        used = state.criteria[decision.body["criteria_version"]]
        cited = [used.criterion(name) for name in decision.body["criteria"]]
        made["decision"] = {
            "outcome": decision.body["outcome"],
            "at": decision.at,
            "by": decision.body.get("authority") or decision.actor,
            "reference": decision.body.get("reference"),
            "criteria_version": used.version,
            "published_at": used.published_at,
            "criteria": [{"id": one.id, "text": one.text} for one in cited if one is not None],
            "reason": decision.body["reason"],
        }
    if subject.appeal is not None:
        decided = [one for one in subject.history if one.kind == "decide-appeal"]
        due = subject.appeal_due
        made["appeal"] = {
            "received": subject.appeal.body["received"],
            "grounds": subject.appeal.body["grounds"],
            "due": due.isoformat() if due else None,
            "overdue": due is not None and today > due,
            "outcome": decided[-1].body["outcome"] if decided else None,
            "reason": decided[-1].body["reason"] if decided else None,
        }
    can_appeal = (
        subject.state in ("refused", "revoked")
        and not subject.appealed
        and subject.appeal_by is not None
        and today <= subject.appeal_by
    )
    made["appeal_until"] = (
        subject.appeal_by.isoformat() if can_appeal and subject.appeal_by else None
    )
    if can_appeal and decision is not None:
        used = state.criteria[decision.body["criteria_version"]]
        made["how_to_appeal"] = used.appeals.how
    return made
