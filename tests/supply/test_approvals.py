"""The approval list: what may follow what, deadlines, and that tampering is found."""

from __future__ import annotations

import datetime
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sampan.diagnostics import MissingToolError, UsageError
from sampan.supply.approvals.criteria import EXAMPLE, read_criteria
from sampan.supply.approvals.log import Entry, Log, digest_of
from sampan.supply.approvals.register import Register, plain, read_export, status
from sampan.supply.errors import DataError

START = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
ORDER = {"company": "C-0001", "chip": "L20", "quantity": 8, "to": "SG"}


class Clock:
    """A register whose entries are made on days after START."""

    def __init__(self, path: Path) -> None:
        Log.create(path)
        self.register, self.path = Register(path), path

    def add(self, days: int, actor: str, kind: str, subject: str, **body: Any) -> Entry:
        now = START + datetime.timedelta(days)
        return self.register.add(actor, kind, subject, body, now)

    def publish(self, days: int, version: str = "1", effective: int | None = None) -> Entry:
        text = EXAMPLE.replace('"1"', f'"{version}"')
        day = (START + datetime.timedelta(days if effective is None else effective)).date()
        path = self.path.with_name("criteria.yaml")
        path.write_text(text.replace("DAY", day.isoformat()))
        made = read_criteria(path).model_dump(mode="json")
        return self.add(days, "Operator", "criteria", version, **made)

    def decide(self, days: int, subject: str, outcome: str, by: str = "Bob", **more: Any) -> Entry:
        step = "C1" if subject.startswith("C") else "O1"
        body = {"outcome": outcome, "criteria": [step], "reason": "because"} | more
        if step == "O1":
            body = {"authority": "BIS", "reference": "R1"} | body
        return self.add(days, by, "decide", subject, **body)

    def judge(self, days: int, subject: str, outcome: str, by: str = "Carol", **more: Any) -> Entry:
        body = {"outcome": outcome, "criteria": ["C1"], "reason": "because"} | more
        return self.add(days, by, "decide-appeal", subject, **body)

    def appeal(self, days: int, subject: str, received: int | None = None) -> Entry:
        day = (START + datetime.timedelta(days if received is None else received)).date()
        return self.add(
            days, "Alice", "appeal", subject, grounds="it fits", received=day.isoformat()
        )

    def state(self, subject: str) -> str:
        return self.register.state().subjects[subject].state


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    made = Clock(tmp_path / "register.db")
    made.publish(0)
    made.add(0, "Alice", "apply", "C", company="Plain Ltd.", country="SG", use="")
    return made


def shown(clock: Clock, subject: str, days: int) -> dict[str, Any]:
    state = clock.register.state()
    return status(state.subject(subject), state, (START + datetime.timedelta(days)).date())


def test_the_two_steps(clock: Clock) -> None:
    with pytest.raises(UsageError, match="C-0001 is applied: only an approved company can order"):
        clock.add(1, "Alice", "order", "O", **ORDER)
    clock.decide(1, "C-0001", "approved")
    assert clock.add(2, "Alice", "order", "O", **ORDER).subject == "O-0001"
    clock.decide(3, "O-0001", "approved")
    assert (clock.state("C-0001"), clock.state("O-0001")) == ("approved", "approved")
    seen = shown(clock, "O-0001", 3)["decision"]
    assert seen["by"] == "BIS" and seen["reference"] == "R1"
    assert seen["criteria"] == [
        {"id": "O1", "text": "The authority has approved this order, with a reference."}
    ]
    assert clock.register.verify().faults == ()


def test_more_information_and_withdrawing(clock: Clock) -> None:
    clock.decide(1, "C-0001", "more-information")
    clock.add(2, "Alice", "inform", "C-0001", text="more")
    assert clock.state("C-0001") == "applied"
    clock.add(3, "Alice", "withdraw", "C-0001")
    with pytest.raises(UsageError, match="is withdrawn"):
        clock.decide(4, "C-0001", "approved")


@pytest.mark.parametrize("outcome, after", [("upheld", "refused"), ("overturned", "approved")])
def test_an_appeal(clock: Clock, outcome: str, after: str) -> None:
    clock.decide(1, "C-0001", "refused")
    seen = shown(clock, "C-0001", 1)
    assert seen["appeal_until"] == "2026-04-01" and "In writing" in seen["how_to_appeal"]
    clock.appeal(20, "C-0001")
    seen = shown(clock, "C-0001", 30)["appeal"]
    assert seen["due"] == "2026-05-20" and not seen["overdue"] and seen["outcome"] is None
    assert shown(clock, "C-0001", 81)["appeal"]["overdue"]
    clock.judge(40, "C-0001", outcome)
    assert clock.state("C-0001") == after
    seen = shown(clock, "C-0001", 41)
    assert seen["appeal"]["outcome"] == outcome and seen["appeal_until"] is None
    if after == "refused":
        with pytest.raises(UsageError, match="that decision is final"):
            clock.appeal(42, "C-0001")


def test_a_revocation_can_be_appealed(clock: Clock) -> None:
    clock.decide(1, "C-0001", "approved")
    clock.add(1, "Alice", "order", "O", **ORDER)
    clock.decide(2, "C-0001", "revoked")
    with pytest.raises(UsageError, match="its company C-0001 is revoked"):
        clock.decide(3, "O-0001", "approved")
    clock.appeal(3, "C-0001")
    clock.judge(4, "C-0001", "upheld")
    assert clock.state("C-0001") == "revoked"


def test_the_deadline_of_an_appeal_is_when_it_was_received(clock: Clock) -> None:
    clock.decide(1, "C-0001", "refused")
    with pytest.raises(UsageError, match="the last day to appeal was 2026-04-01"):
        clock.appeal(32, "C-0001")
    with pytest.raises(UsageError, match="not between the decision and today"):
        clock.appeal(32, "C-0001", received=33)
    with pytest.raises(UsageError, match="not between the decision and today"):
        clock.appeal(32, "C-0001", received=0)
    clock.appeal(35, "C-0001", received=31)


def test_an_appeal_is_decided_by_somebody_else_and_of_an_order_by_an_authority(
    clock: Clock,
) -> None:
    clock.decide(1, "C-0001", "approved")
    clock.add(1, "Alice", "order", "O", **ORDER)
    clock.decide(1, "O-0001", "refused", by="Bob")
    clock.appeal(2, "O-0001")
    more = {"criteria": ["O1"], "authority": "BIS", "reference": "R2"}
    with pytest.raises(UsageError, match="decided by somebody else"):
        clock.judge(3, "O-0001", "overturned", by=" BOB ", **more)
    with pytest.raises(UsageError, match="decided by an authority"):
        clock.judge(3, "O-0001", "overturned", criteria=["O1"])
    clock.judge(3, "O-0001", "overturned", **more)


@pytest.mark.parametrize(
    "more, said",
    [
        ({"criteria": []}, "must cite a criterion"),
        ({"criteria": ["C9"]}, "version 1 has no criterion C9: it has C1, C2"),
        ({"criteria": ["O1"]}, "criterion O1 is for the step 'order'"),
        ({"reason": " "}, "must have a reason"),
        ({"outcome": "perhaps"}, "no outcome 'perhaps'"),
        ({"outcome": "revoked"}, "cannot become revoked"),
    ],
)
def test_decisions_that_are_not_allowed(clock: Clock, more: dict[str, Any], said: str) -> None:
    before = clock.register.log.last()
    with pytest.raises(UsageError, match=said):
        clock.decide(1, "C-0001", **({"outcome": "approved"} | more))
    assert clock.register.log.last() == before  # nothing was written


def test_an_order_needs_an_authority(clock: Clock) -> None:
    clock.decide(1, "C-0001", "approved")
    clock.add(1, "Alice", "order", "O", **ORDER)
    with pytest.raises(UsageError, match="decided by an authority"):
        clock.decide(2, "O-0001", "approved", reference="")
    with pytest.raises(UsageError, match="there is no application or order O-0002"):
        clock.decide(2, "O-0002", "approved")
    with pytest.raises(UsageError, match="is an order"):
        clock.add(2, "Alice", "order", "O", **(ORDER | {"company": "O-0001"}))


def test_criteria_have_versions(clock: Clock) -> None:
    with pytest.raises(UsageError, match="version 1 is published: it cannot be changed"):
        clock.publish(1)
    with pytest.raises(UsageError, match="before it was published"):
        clock.publish(5, "2", effective=4)
    clock.publish(5, "2", effective=10)
    with pytest.raises(UsageError, match="this must be later"):
        clock.publish(6, "3", effective=10)
    assert clock.decide(9, "C-0001", "more-information").body["criteria_version"] == "1"
    clock.add(9, "Alice", "inform", "C-0001", text="more")
    assert clock.decide(10, "C-0001", "refused").body["criteria_version"] == "2"


def test_without_criteria_nobody_can_apply(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "register.db")
    clock.publish(0, effective=3)
    with pytest.raises(UsageError, match="no criteria are in effect"):
        clock.add(2, "Alice", "apply", "C", company="X", country="SG", use="")
    clock.add(3, "Alice", "apply", "C", company="X", country="SG", use="")


def test_a_clock_that_is_set_back_does_not_turn_time(clock: Clock) -> None:
    clock.decide(5, "C-0001", "approved")
    entry = clock.add(1, "Alice", "order", "O", **ORDER)
    assert entry.at == "2026-03-06T12:00:00Z"
    assert clock.register.verify().faults == ()


# ---- tampering ----------------------------------------------------------------------------------


@pytest.fixture
def busy(clock: Clock) -> Clock:
    clock.decide(1, "C-0001", "approved")
    clock.add(2, "Alice", "order", "O", **ORDER)
    clock.decide(3, "O-0001", "refused")
    clock.appeal(4, "O-0001")
    return clock


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for name in ("entries_stay", "entries_remain"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    # A careful attacker puts the triggers back.
    connection.executescript(
        "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
        "CREATE TRIGGER entries_remain BEFORE DELETE ON entries "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    )
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "statements, fault",
    [
        (["UPDATE entries SET body = replace(body, 'L', 'H') WHERE seq = 4"], "4 was changed"),
        (["UPDATE entries SET at = '2026-03-03T13:00:00Z' WHERE seq = 4"], "entry 4 was changed"),
        (["UPDATE entries SET actor = 'Eve' WHERE seq = 3"], "entry 3 was changed"),
        (["UPDATE entries SET kind = 'withdraw' WHERE seq = 5"], "entry 5 was changed"),
        (["DELETE FROM entries WHERE seq = 4"], "entry 4 is missing"),
        (["DELETE FROM entries WHERE seq = 1"], "entry 1 is missing"),
        (["DELETE FROM entries WHERE seq = 6"], "entry 6 is gone"),
        (["DELETE FROM entries"], "entry 6 is gone"),
        (["UPDATE entries SET body = 'not json' WHERE seq = 2"], "is damaged"),
        (["UPDATE entries SET body = '[]' WHERE seq = 2"], "is damaged"),
        (
            ["UPDATE entries SET seq = 10 WHERE seq = 4",
             "UPDATE entries SET seq = 4 WHERE seq = 5",
             "UPDATE entries SET seq = 5 WHERE seq = 10"],
            "entry 4 does not follow",
        ),
    ],
)  # fmt: skip
def test_tampering_is_found(busy: Clock, statements: list[str], fault: str) -> None:
    assert busy.register.verify().faults == ()
    tamper(busy.path, *statements)
    faults = Register(busy.path).verify().faults
    assert any(fault in one for one in faults), faults


def test_an_entry_that_was_added_by_hand(busy: Clock) -> None:
    """With a digest that fits: it may not stand there, or the kept heads do not know it."""
    last = busy.register.log.last()
    assert last is not None
    body = '{"outcome": "approved"}'
    row = (7, last.at, "Eve", "decide", "O-0001", {"outcome": "approved"}, last.digest)
    connection = sqlite3.connect(busy.path)
    connection.execute(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*row[:5], body, row[6], digest_of(*row)),
    )
    connection.commit()
    connection.close()
    faults = busy.register.verify().faults
    assert any("entry 7 (decide) may not stand there" in one for one in faults)
    assert any("entry 7 is not in register.db.head" in one for one in faults)


def test_a_chain_that_was_written_anew(busy: Clock, tmp_path: Path) -> None:
    """Only the heads, kept beside the register or published, show it."""
    published = busy.register.verify().head
    other = Clock(tmp_path / "other.db")
    other.publish(0)
    other.add(0, "Alice", "apply", "C", company="Other Ltd.", country="SG", use="")
    shutil.copy(other.path, busy.path)
    faults = Register(busy.path).verify().faults
    assert any("is not the one that was written" in one for one in faults)
    shutil.copy(other.register.log.head_file, busy.register.log.head_file)
    assert Register(busy.path).verify().faults == ()
    assert "no entry has the published digest" in Register(busy.path).verify(published).faults[0]


def test_heads_that_are_gone(busy: Clock) -> None:
    busy.register.log.head_file.unlink()
    assert "is missing" in busy.register.verify().faults[0]
    busy.register.log.head_file.write_text("rubbish\n")
    assert any("register.db.head" in one for one in busy.register.verify().faults)


def test_the_log_is_append_only(busy: Clock) -> None:
    connection = sqlite3.connect(busy.path)
    for statement in ("UPDATE entries SET actor = 'Eve'", "DELETE FROM entries"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.execute("DROP TRIGGER entries_stay")
    connection.commit()
    connection.close()
    assert any("triggers" in one for one in busy.register.verify().faults)


def test_no_command_works_on_a_log_that_makes_no_sense(busy: Clock) -> None:
    tamper(busy.path, "DELETE FROM entries WHERE seq = 3")
    with pytest.raises(DataError, match="entry 4 makes no sense"):
        Register(busy.path).state()


def test_files_that_are_no_register(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with pytest.raises(UsageError, match="there is no register"):
        Register(path)
    path.write_text("hello, this is no database at all, but long enough to be read as one" * 9)
    with pytest.raises(DataError, match="is no register"):
        Register(path)
    path.unlink()
    sqlite3.connect(path).execute("CREATE TABLE t (x)")
    with pytest.raises(DataError, match="no register of Sampan"):
        Register(path)
    with pytest.raises(UsageError, match="exists already"):
        Log.create(path)
    with pytest.raises(MissingToolError, match="cannot make"):
        Log.create(Path("/dev/null/x.db"))


def test_somebody_else_is_writing(busy: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    busy.register.log._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(busy.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(MissingToolError, match="locked"):
        busy.add(5, "Alice", "withdraw", "O-0001")
    other.execute("ROLLBACK")
    busy.add(5, "Alice", "withdraw", "O-0001")


def test_text_that_hides_something() -> None:
    assert plain("  Société Générale ", "x") == "Société Générale"
    for text in ("", "  ", "a\u202eb", "a\x1b[2J", "a\u200bb", "a" * 10_001):
        with pytest.raises(UsageError):
            plain(text, "the name")


def test_an_export_line_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    for line in ("x", "[]", "{}", '{"seq": 1}'):
        path.write_text(line + "\n")
        with pytest.raises(DataError, match=r"e\.jsonl:1: this line is no entry"):
            list(read_export(path))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(1, 6), st.sampled_from(["at", "actor", "kind", "subject", "body", "previous"]),
       st.text("abcXYZ019:-{}\" ", min_size=1, max_size=8))  # fmt: skip
def test_any_change_of_any_field_is_found(busy: Clock, seq: int, column: str, text: str) -> None:
    copy = busy.path.with_name("copy.db")
    shutil.copy(busy.path, copy)
    shutil.copy(busy.register.log.head_file, copy.with_name("copy.db.head"))
    before = (
        sqlite3.connect(copy)
        .execute(f"SELECT {column} FROM entries WHERE seq = {seq}")
        .fetchone()[0]
    )
    tamper(copy, f"UPDATE entries SET {column} = {column} || '{text}' WHERE seq = {seq}")
    after = (
        sqlite3.connect(copy)
        .execute(f"SELECT {column} FROM entries WHERE seq = {seq}")
        .fetchone()[0]
    )
    # Blanks after JSON change nothing that it says.
    changed = after.strip() != before if column == "body" else after != before
    assert bool(Register(copy).verify().faults) == changed
