"""An append-only log in SQLite whose entries are chained by digests.

The digest of an entry covers all of it and the digest before it, so that an entry that was changed,
left out, added or moved breaks the chain. What a chain cannot show by itself is that its end was
cut off, or that all of it was written anew: for that the newest digest, the head, is also kept in a
file beside the register, and should be published; `verify` compares.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan.diagnostics import MissingToolError, UsageError
from sampan.supply.errors import DataError

APPLICATION = 0x53414D50  # "SAMP": marks the file as a register
GENESIS = "0" * 64
_SCHEMA = """
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE
);
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""
_TRIGGERS = {"entries_stay", "entries_remain"}


@dataclass(frozen=True)
class Entry:
    """One entry. `at` is UTC, to the second; `subject` is the application, order or version that it
    is about; `body` is what its kind says of it."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    body: dict[str, Any]
    previous: str
    digest: str

    def as_json(self) -> dict[str, Any]:
        return vars(self).copy()


def digest_of(
    seq: int, at: str, actor: str, kind: str, subject: str, body: dict[str, Any], previous: str
) -> str:
    """SHA-256 of the entry as JSON with sorted keys and no spaces, in UTF-8."""
    text = json.dumps(
        [seq, at, actor, kind, subject, body, previous],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


class Log:
    """The log of a register file."""

    def __init__(self, path: Path) -> None:
        """Opens an existing register.

        Raises:
            UsageError: there is none.
            DataError: the file is no register.
        """
        self.path = path
        if not path.exists():
            raise UsageError(
                f"there is no register {path}", hint="`sampan approvals init` makes one"
            )
        try:
            self._connection = _connect(path)
            (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        except sqlite3.DatabaseError as error:
            raise DataError(f"{path} is no register: {error}") from None
        if application != APPLICATION:
            raise DataError(f"{path} is an SQLite file, but no register of Sampan")

    @classmethod
    def create(cls, path: Path) -> Log:
        """Makes a register that does not exist yet.

        Raises:
            UsageError: something is there already.
            MissingToolError: it cannot be written.
        """
        if os.path.lexists(path):
            raise UsageError(f"{path} exists already")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            raise MissingToolError(f"cannot make {path}: {error.strerror or error}") from None
        connection = _connect(path)
        with contextlib.closing(connection):
            connection.executescript(f"PRAGMA application_id = {APPLICATION};{_SCHEMA}")
        return cls(path)

    @property
    def head_file(self) -> Path:
        return self.path.with_name(self.path.name + ".head")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile; what was appended stays only if the body ends well.

        Raises:
            MissingToolError: the file cannot be written.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise MissingToolError(f"cannot write {self.path}: {error}") from None
        self._keep_head()

    def append(self, at: str, actor: str, kind: str, subject: str, body: dict[str, Any]) -> Entry:
        """Appends an entry; within `writing`."""
        last = self.last()
        seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
        at = max(at, last.at) if last else at  # a clock that was set back does not turn time
        digest = digest_of(seq, at, actor, kind, subject, body, previous)
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, at, actor, kind, subject, text, previous, digest),
        )
        return Entry(seq, at, actor, kind, subject, body, previous, digest)

    def last(self) -> Entry | None:
        found = list(self._read("ORDER BY seq DESC LIMIT 1"))
        return found[0] if found else None

    def entries(self) -> Iterator[Entry]:
        """All entries, oldest first.

        Raises:
            DataError: the file is damaged.
        """
        return self._read("ORDER BY seq")

    def _read(self, order: str) -> Iterator[Entry]:
        columns = "seq, at, actor, kind, subject, body, previous, digest"
        try:
            for row in self._connection.execute(f"SELECT {columns} FROM entries {order}"):
                body = json.loads(row[5])
                if not isinstance(body, dict):
                    raise ValueError("not an object")
                seq, at, actor, kind, subject, _, previous, digest = row
                yield Entry(seq, at, actor, kind, subject, body, previous, digest)
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise DataError(f"{self.path} is damaged: {error}") from None

    def _keep_head(self) -> None:
        """Adds the newest digest to the file beside the register."""
        last = self.last()
        if last is not None:
            try:
                with open(self.head_file, "a", encoding="ascii") as stream:
                    stream.write(f"{last.seq} {last.digest}\n")
            except OSError as error:
                reason = error.strerror or str(error)
                raise MissingToolError(f"cannot write {self.head_file}: {reason}") from None

    def heads(self) -> list[tuple[int, str]]:
        """The numbers and digests that were kept, oldest first.

        Raises:
            DataError: the file is malformed.
        """
        try:
            lines = self.head_file.read_text(encoding="ascii").splitlines()
            pairs = [line.split(" ") for line in lines]
            return [(int(seq), digest) for seq, digest in pairs]
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise DataError(f"{self.head_file}: {error}") from None

    def structural_faults(self) -> list[str]:
        """What is wrong with the file itself: damage, and changes to what keeps it append-only."""
        faults = []
        try:
            for (text,) in self._connection.execute("PRAGMA integrity_check(5)"):
                if text != "ok":
                    faults.append(f"SQLite: {text}")
            known = {
                name
                for (name,) in self._connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                )
            }
            if known != _TRIGGERS:
                faults.append("the triggers that keep the log append-only were changed")
        except sqlite3.DatabaseError as error:
            faults.append(f"SQLite: {error}")
        return faults


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are begun by hand. Another process may write for some seconds.
    return sqlite3.connect(path, timeout=10, isolation_level=None)


def chain_faults(entries: Iterator[Entry]) -> tuple[list[str], dict[int, str]]:
    """Breaks of the chain, and the digest of each entry as it is computed."""
    faults: list[str] = []
    digests: dict[int, str] = {}
    previous, expected, before = GENESIS, 1, ""
    for entry in entries:
        if entry.seq != expected:
            faults.append(f"entry {expected} is missing before entry {entry.seq}")
        if entry.previous != previous:
            faults.append(f"entry {entry.seq} does not follow the entry before it")
        computed = digest_of(
            entry.seq,
            entry.at,
            entry.actor,
            entry.kind,
            entry.subject,
            entry.body,
            entry.previous,
        )
        if computed != entry.digest:
            faults.append(f"entry {entry.seq} was changed: its digest does not fit it")
        if entry.at < before:
            faults.append(f"entry {entry.seq} is dated before the entry before it")
        digests[entry.seq] = computed
        previous, expected, before = entry.digest, entry.seq + 1, entry.at
    return faults, digests
