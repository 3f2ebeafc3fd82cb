"""Reads lists of restricted parties that the user has fetched; none comes with Sampan.

Formats, told apart by their content:

- The US Consolidated Screening List (trade.gov/consolidated-screening-list) as JSON or CSV.
- OpenSanctions (opensanctions.org/docs/bulk): `entities.ftm.json` and `targets.nested.json`, an
  entity a line, and `targets.simple.csv`.

Files are read piece by piece, so memory is bounded by the names that are kept; more than
`PARTY_LIMIT` parties are refused. A record that makes no sense ends the reading with its place: a
list of which a part was left out would clear who is in that part.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sampan.supply.errors import DataError

PARTY_LIMIT = 2_000_000
RECORD_LIMIT = 4 << 20  # characters of one record
PIECE = 1 << 16
CONTROL_SCHEMAS = {"Person", "Company", "Organization", "LegalEntity", "PublicBody", "Vessel"}
csv.field_size_limit(RECORD_LIMIT)


@dataclass(frozen=True, slots=True)
class Party:
    """A listed party. `names` has the name first, then its other names; `listed_in` is the list's
    code or name, such as `EL`; `file` and `line` say where its record is."""

    identity: str
    names: tuple[str, ...]
    listed_in: str
    kind: str
    countries: tuple[str, ...]
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class ListFile:
    """What was read, for the record."""

    path: str
    format: str = ""
    sha256: str = ""
    parties: int = 0
    skipped: int = 0  # records of a kind that is not a party, such as addresses and passports


@dataclass
class _Reader:
    """Reads text piece by piece while hashing the bytes."""

    stream: IO[bytes]
    path: str
    digest: Any = field(default_factory=hashlib.sha256)
    line: int = 0  # of what was read last

    def lines(self) -> Iterator[str]:
        """Lines, decoded; each at most RECORD_LIMIT."""
        first = True
        while True:
            raw = self.stream.readline(RECORD_LIMIT + 1)
            if not raw:
                return
            self.digest.update(raw)
            if len(raw) > RECORD_LIMIT:
                raise self.error(f"a line of more than {RECORD_LIMIT >> 20} MiB")
            try:
                text = raw.decode("utf-8-sig" if first else "utf-8")
            except UnicodeDecodeError:
                raise self.error("not UTF-8 text", self.line + 1) from None
            first = False
            self.line += 1
            yield text

    def pieces(self) -> Iterator[str]:
        """The text in pieces that end anywhere. Whoever uses them counts the lines."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        while raw := self.stream.read(PIECE):
            self.digest.update(raw)
            try:
                yield decoder.decode(raw)
            except UnicodeDecodeError:
                raise self.error("not UTF-8 text") from None

    def error(self, message: str, line: int = 0) -> DataError:
        """An error at a line. It shows no excerpt: for that the whole file would be read again."""
        return DataError(f"{self.path}:{line or max(1, self.line)}: {message}")


def read_list(path: Path, facts: ListFile, limit: int = PARTY_LIMIT) -> Iterator[Party]:
    """The parties of a file, one by one; `facts` is filled in by the time the last has come.

    Raises:
        DataError: the file cannot be read, is of no known format, has a record that makes no sense
            or too many of them, or no party at all.
    """
    facts.path = str(path)
    try:
        with open(path, "rb") as stream:
            reader = _Reader(stream, str(path))
            start = stream.read(PIECE)
            stream.seek(0)
            for party in _parties(reader, start, facts):
                facts.parties += 1
                if facts.parties > limit:
                    raise reader.error(f"more than {limit} parties: is this a party list?")
                yield party
            facts.sha256 = reader.digest.hexdigest()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    if not facts.parties:
        raise DataError(f"{path}: no party in it: an empty list would clear everybody")


def _parties(reader: _Reader, start: bytes, facts: ListFile) -> Iterator[Party]:
    text = start.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    first_line = text.split("\n", 1)[0]
    if text[:1] in "[{" and text:
        if '"schema"' in first_line and '"results"' not in first_line.split('"schema"')[0]:
            facts.format = "OpenSanctions JSON"
            return _open_sanctions_json(reader, facts)
        facts.format = "Consolidated Screening List JSON"
        return _screening_list_json(reader, facts)
    columns = {column.strip().strip('"').lower() for column in first_line.split(",")}
    if {"id", "schema", "name", "aliases"} <= columns:
        facts.format = "OpenSanctions CSV"
        return _open_sanctions_csv(reader)
    if "name" in columns and columns & {"source", "source_list", "sourcelist", "alt_names"}:
        facts.format = "Consolidated Screening List CSV"
        return _screening_list_csv(reader)
    raise DataError(
        f"{reader.path}: neither a Consolidated Screening List (JSON or CSV) nor a list of "
        "OpenSanctions",
        hint="docs/screening.md says which files are read and where they are from",
    )


# ---- OpenSanctions -----------------------------------------------------------------------------


def _open_sanctions_json(reader: _Reader, facts: ListFile) -> Iterator[Party]:
    for line in reader.lines():
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise reader.error("this line is no JSON object") from None
        if not isinstance(record, dict) or not isinstance(record.get("schema"), str):
            raise reader.error("this line is no entity: it has no schema")
        properties = record.get("properties", {})
        if not isinstance(properties, dict):
            raise reader.error("'properties' is no object")
        if record["schema"] not in CONTROL_SCHEMAS:
            facts.skipped += 1
            continue
        names = [_text(record.get("caption"), reader, "caption")] if "caption" in record else []
        for key in ("name", "alias", "weakAlias", "previousName"):
            names += _texts(properties.get(key), reader, key)
        yield _party(
            reader,
            record.get("id"),
            names,
            ", ".join(_texts(record.get("datasets"), reader, "datasets")) or "OpenSanctions",
            record["schema"],
            _texts(properties.get("country"), reader, "country"),
        )


def _open_sanctions_csv(reader: _Reader) -> Iterator[Party]:
    for row in _rows(reader):
        names = [row["name"], *row["aliases"].split(";")]
        listed = row.get("dataset") or row.get("sanctions") or "OpenSanctions"
        countries = row.get("countries", "").split(";")
        yield _party(reader, row["id"], names, listed, row["schema"], countries)


# ---- the Consolidated Screening List -----------------------------------------------------------


def _screening_list_json(reader: _Reader, facts: ListFile) -> Iterator[Party]:
    for record in _json_objects(reader):
        yield _screening_party(reader, record)


def _screening_list_csv(reader: _Reader) -> Iterator[Party]:
    for row in _rows(reader):
        record: dict[str, Any] = {_key(name): value for name, value in row.items()}
        record["altnames"] = record.get("altnames", "").split(";")
        yield _screening_party(reader, record)


def _screening_party(reader: _Reader, given: dict[str, Any]) -> Party:
    record = {_key(name): value for name, value in given.items()}
    names = [_text(record.get("name"), reader, "name")]
    names += _texts(record.get("altnames"), reader, "alt_names")
    countries = []
    addresses = record.get("addresses")
    if isinstance(addresses, list):
        for address in addresses:
            if isinstance(address, dict) and isinstance(address.get("country"), str):
                countries.append(address["country"])
    elif isinstance(record.get("country"), str):
        countries.append(record["country"])
    listed = record.get("sourcelist") or record.get("source") or "Consolidated Screening List"
    identity = record.get("entitynumber") or record.get("id") or record.get("_id")
    kind = record.get("type") or ""
    return _party(reader, identity, names, str(listed), str(kind), countries)


def _key(name: str) -> str:
    """`alt_names`, `altNames` and `ALT NAMES` are one."""
    return name.strip().replace(" ", "").replace("_", "").lower() or name


def _json_objects(reader: _Reader) -> Iterator[dict[str, Any]]:
    """The objects of an array, which is all of the file or the value of `results`."""
    decoder = json.JSONDecoder()
    reader.line = 1
    buffer, at = "", 0
    pieces = reader.pieces()
    inside = False
    while True:
        if not inside:
            start = buffer.find("[")
            key = buffer.find('"results"')
            if buffer.lstrip().startswith("["):
                at, inside = start + 1, True
            elif key >= 0 and buffer.find("[", key) >= 0:
                at, inside = buffer.find("[", key) + 1, True
            reader.line += buffer.count("\n", 0, at)
        if inside:
            while True:
                while at < len(buffer) and buffer[at] in ", \t\r\n":
                    reader.line += buffer[at] == "\n"
                    at += 1
                if at < len(buffer) and buffer[at] == "]":
                    for _ in pieces:
                        pass  # for the digest
                    return
                try:
                    record, end = decoder.raw_decode(buffer, at)
                except RecursionError:
                    raise reader.error("nested too deeply") from None
                except ValueError:
                    break  # perhaps not whole yet
                if not isinstance(record, dict):
                    raise reader.error("an element of the list is no object")
                if end == len(buffer):
                    break  # a number, for one, may go on
                yield record
                reader.line += buffer.count("\n", at, end)
                at = end
            buffer, at = buffer[at:], 0
        if len(buffer) > RECORD_LIMIT:
            what = "a record that is no JSON" if inside else "no array, and none of 'results'"
            raise reader.error(what)
        more = next(pieces, None)
        if more is None:
            what = "a record that is no JSON" if inside else "no array of records"
            raise reader.error(f"the file ends within {what}")
        buffer += more


# ---- common ------------------------------------------------------------------------------------


def _rows(reader: _Reader) -> Iterator[dict[str, str]]:
    rows = csv.reader(reader.lines(), strict=True)
    try:
        header = [name.strip() for name in next(rows)]
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                raise reader.error(f"{len(row)} fields where the header has {len(header)}")
            yield dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise reader.error(f"not CSV: {error}") from None


def _party(
    reader: _Reader,
    identity: Any,
    names: list[str],
    listed_in: str,
    kind: str,
    countries: list[str],
) -> Party:
    kept = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not kept:
        raise reader.error("a record without a name")
    return Party(
        "" if identity is None else str(identity)[:200],
        kept,
        listed_in[:200],
        kind[:60],
        tuple(dict.fromkeys(one.strip().upper() for one in countries if one.strip()))[:20],
        reader.path,
        max(1, reader.line),
    )


def _text(value: Any, reader: _Reader, key: str) -> str:
    if not isinstance(value, str):
        raise reader.error(f"'{key}' is no text", reader.line)
    return value


def _texts(value: Any, reader: _Reader, key: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        value = value.split(";")
    if not isinstance(value, list):
        raise reader.error(f"'{key}' is no list of texts", reader.line)
    return [_text(one, reader, key) for one in value]
