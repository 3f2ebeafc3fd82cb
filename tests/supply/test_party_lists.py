"""Party lists in the formats that users fetch. All parties here are made up."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from sampan.supply.errors import DataError
from sampan.supply.party_lists import ListFile, Party, read_list
from tests.supply.parties import RECORDS

FTM = [
    {"id": "x-1", "schema": "Person", "caption": "Nobody Nemo", "datasets": ["made_up"],
     "properties": {"name": ["Nobody Nemo"], "alias": ["Nemo the Elder"], "country": ["zz"]}},
    {"id": "x-2", "schema": "Passport", "properties": {"number": ["1"]}},
    {"id": "x-3", "schema": "Company", "caption": "Erehwon Trading LLC", "properties": {}},
]  # fmt: skip
SIMPLE = (
    "id,schema,name,aliases,birth_date,countries,addresses,dataset\n"
    'x-1,Person,Nobody Nemo,"Nemo the Elder;N. Nemo",,zz,,Made up\n'
    'x-3,Company,"Erehwon\nTrading LLC",,,,,Made up\n'
)


def read(path: Path, text: str | bytes, **limits: int) -> tuple[list[Party], ListFile]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    facts = ListFile(str(path))
    return list(read_list(path, facts, **limits)), facts


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("wrapped", [True, False])
def test_screening_list_json(tmp_path: Path, indent: int | None, wrapped: bool) -> None:
    data = {"total": 2, "sources_used": [], "results": RECORDS} if wrapped else RECORDS
    if wrapped and indent is None:
        del data["sources_used"]  # type: ignore[arg-type]
    parties, facts = read(tmp_path / "l", json.dumps(data, indent=indent, ensure_ascii=False))
    assert [party.names for party in parties] == [
        ("Xingyao Suanli Keji Co., Ltd.", "星曜算力科技有限公司"),
        ("NEMO, Nobody",),
    ]
    assert parties[0].identity == "77" and parties[0].countries == ("CN",)
    assert facts.format == "Consolidated Screening List JSON" and facts.parties == 2
    assert len(facts.sha256) == 64


def test_screening_list_csv(tmp_path: Path) -> None:
    text = (
        "\ufeff_id,source,entity_number,type,name,alt_names,addresses\n"
        'a1,Entity List,77,Entity,"Xingyao, Ltd.","星曜; Star Shine",CN\n'
    )
    (party,), facts = read(tmp_path / "l", text)
    assert party.names == ("Xingyao, Ltd.", "星曜", "Star Shine")
    assert party.listed_in == "Entity List" and facts.format.endswith("CSV")


def test_open_sanctions(tmp_path: Path) -> None:
    lines = "".join(json.dumps(one) + "\n" for one in FTM)
    parties, facts = read(tmp_path / "l", lines)
    assert [party.names[0] for party in parties] == ["Nobody Nemo", "Erehwon Trading LLC"]
    assert parties[0].names == ("Nobody Nemo", "Nemo the Elder")
    assert parties[0].listed_in == "made_up" and parties[1].line == 3 and facts.skipped == 1
    parties, _ = read(tmp_path / "l", SIMPLE)
    assert parties[0].names == ("Nobody Nemo", "Nemo the Elder", "N. Nemo")
    assert parties[1].names == ("Erehwon\nTrading LLC",)


GOOD_LINE = json.dumps(FTM[0]) + "\n"


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "neither a Consolidated Screening List"),
        ("hello\n", "neither a Consolidated Screening List"),
        ("name,country\nx,CN\n", "neither a Consolidated Screening List"),
        (GOOD_LINE + "{broken\n", "l:2: this line is no JSON object"),
        (GOOD_LINE + "[1]\n", "l:2: this line is no entity"),
        (GOOD_LINE + '{"schema": "Person"}\n', "l:2: a record without a name"),
        (GOOD_LINE + '{"schema": "Person", "caption": 3}\n', "l:2: 'caption' is no text"),
        (GOOD_LINE + '{"schema": "Person", "properties": []}\n', "l:2: 'properties' is no object"),
        (GOOD_LINE.encode() + b"\xff\n", "l:2: not UTF-8 text"),
        (SIMPLE + "x-4,Person\n", "2 fields where the header has 8"),
        (SIMPLE + 'x-4,Person,"open', "not CSV"),
        (SIMPLE + "x-4,Person,,,,,,\n", "a record without a name"),
        (SIMPLE.split("\n")[0] + "\n", "no party in it"),
        ("[]", "no party in it"),
        ("[", "the file ends within a record"),
        ('{"total": 3}', "the file ends within no array"),
        ('[{"name": "A", "source": "x"}, 7, 8]', "an element of the list is no object"),
        ('[{"name": "A"},\n{"name": 7}]', "l:2: 'name' is no text"),
        ('[{"name": "A"},\n{"name": "B"', "the file ends within a record"),
        ('[{"name": "A"},\n{"name": "B" "C"}]', "l:2: the file ends within a record"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path / "l", text)
    assert said in str(caught.value), caught.value


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        list(read_list(tmp_path / "none", ListFile("")))


def test_too_many_parties(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more than 10 parties"):
        read(tmp_path / "l", GOOD_LINE * 11, limit=10)


def test_memory_is_bounded_while_a_large_list_is_read(tmp_path: Path) -> None:
    """A file of tens of megabytes passes through in pieces, as lines and as one JSON array."""
    array = "[" + ",".join(json.dumps(RECORDS[0] | {"pad": "x" * 400}) for _ in range(20_000)) + "]"
    lines = json.dumps(FTM[0] | {"pad": "x" * 400}) + "\n"
    for text in (array, lines * 20_000):
        path = tmp_path / "large"
        path.write_text(text)
        tracemalloc.start()
        try:
            facts = ListFile("")
            assert sum(1 for _ in read_list(path, facts)) == 20_000
            assert tracemalloc.get_traced_memory()[1] < 2 << 20
        finally:
            tracemalloc.stop()


def test_a_record_without_end(tmp_path: Path) -> None:
    path = tmp_path / "endless"
    path.write_text('[{"name": "' + "x" * (9 << 20))
    with pytest.raises(DataError, match="a record that is no JSON"):
        list(read_list(path, ListFile("")))
    path.write_text('{"schema": "' + "x" * (9 << 20))
    with pytest.raises(DataError, match="a line of more than 4 MiB"):
        list(read_list(path, ListFile("")))
