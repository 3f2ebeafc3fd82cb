"""`sampan screen`: orders, names, and what it says to those that make no sense."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sampan.cli import main
from tests.conftest import run_sampan
from tests.supply.parties import RECORDS

ORDER = """\
order: PO-1
date: 2025-03-01
item: {chip: L2, quantity: 8}
from: US
to: SG
parties:
  - {role: end user, name: Plain Computing Pte. Ltd., country: SG, headquarters: SG}
end_use: {category: data centre, description: inference for a web shop}
red_flags:
"""
FLAGS = """\
  resembles-listed-party: no
  declines-end-use: no
  does-not-fit-business: no
  does-not-fit-country: no
  pays-cash: no
  little-background: no
  unfamiliar-with-item: no
  declines-service: no
  vague-delivery: no
  forwarder-as-destination: no
  abnormal-route: no
  packaging-does-not-fit: no
  evasive-on-place-of-use: no
  late-change: no
  cannot-run-it: no
"""


@pytest.fixture
def party_list(tmp_path: Path) -> str:
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"results": RECORDS}))
    return str(path)


class Screen:
    def __init__(self, path: Path, party_list: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.party_list, self.capsys = path, party_list, capsys

    def record(self, text: str, code: int) -> dict[str, Any]:
        self.path.write_text(text)
        assert main(["screen", str(self.path), "--list", self.party_list, "--json"]) == code
        return json.loads(self.capsys.readouterr().out)

    def error(self, text: str, code: int = 3) -> str:
        self.path.write_text(text)
        assert main(["screen", str(self.path), "--list", self.party_list]) == code
        captured = self.capsys.readouterr()
        assert captured.out == "" and "Traceback" not in captured.err
        return captured.err


@pytest.fixture
def screen(tmp_path: Path, party_list: str, capsys: pytest.CaptureFixture[str]) -> Screen:
    return Screen(tmp_path / "order.yaml", party_list, capsys)


def test_nothing_found(screen: Screen) -> None:
    record = screen.record(ORDER + FLAGS, 0)
    assert record["outcome"] == "clear"
    assert record["on"] == "2025-03-01" and "not legal advice" in record["notice"]
    assert record["item"]["details"]["rule_version"]
    assert record["lists"][0]["parties"] == 2 and len(record["lists"][0]["sha256"]) == 64
    assert record["order_sha256"] == hashlib.sha256((ORDER + FLAGS).encode()).hexdigest()


@pytest.mark.parametrize(
    "old, new, outcome, factor, finding",
    [
        ("chip: L2", "chip: H100", "clear", "item", ""),  # a licence is not needed for Singapore
        ("to: SG", "to: CN", "hold", "destination", "country group D:5"),
        ("to: SG", "to: MO", "hold", "destination", "treated like country group D:5"),
        ("to: SG", "to: ET", "review", "destination", "in doubt"),
        ("to: SG", "to: AE", "review", "destination", "country group D:4"),
        ("headquarters: SG", "headquarters: CN", "hold", "destination", "end user China"),
        ("country: SG", "country: MY", "review", "destination", "it goes to Singapore"),
        ("Plain Computing Pte. Ltd.", "星曜算力科技", "hold", "end_user", "Entity List"),
        ("Plain Computing Pte. Ltd.", "Nobody Nemo", "hold", "end_user", "NEMO, Nobody of SDN"),
        ("Plain Computing", "Plаin Computing", "review", "end_user", "mixes scripts"),
        ("Plain Computing Pte. Ltd.", '"\\u202e..."', "review", "end_user", "no letter to comp"),
        ("category: data centre", "category: military", "hold", "end_use", "744.21"),
        ("category: data centre", "category: supercomputer", "hold", "end_use", "744.23"),
        ("category: data centre", "category: unknown", "review", "end_use", "not known"),
        ("description: inference for a web shop", "description: ''", "review", "end_use", "des"),
        ("late-change: no", "late-change: yes", "hold", "red_flags", "late-change"),
        ("  late-change: no\n", "", "review", "red_flags", "not answered: late-change"),
    ],
)
def test_one_factor(
    screen: Screen, old: str, new: str, outcome: str, factor: str, finding: str
) -> None:
    text = ORDER + FLAGS
    assert old in text
    record = screen.record(text.replace(old, new), 0 if outcome == "clear" else 1)
    assert record["outcome"] == outcome and record[factor]["outcome"] == outcome
    assert any(finding in one for one in record[factor]["findings"]) or not finding


def test_a_controlled_item(screen: Screen) -> None:
    text = (ORDER + FLAGS).replace("chip: L2", "chip: A100").replace("SG", "CN")
    record = screen.record(text, 1)
    assert "A100 is controlled (3A090.a)" in record["item"]["findings"][0]
    text = (ORDER + FLAGS).replace("chip: L2", "chip: MLU590").replace("SG", "CN")
    assert "cannot tell" in screen.record(text, 1)["item"]["findings"][0]


def test_an_order_without_a_date_says_so(screen: Screen) -> None:
    record = screen.record((ORDER + FLAGS).replace("date: 2025-03-01\n", ""), 0)
    assert record["assumptions"] == ["the rules are asked of today: the order has no date"]


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("to: SG", "to: Atlantis", "order.yaml:5: error: to: unknown country 'Atlantis'"),
        ("to: SG", "to: NO WHERE", "order.yaml:5: error: to: unknown country 'NO WHERE'"),
        ("from: US\n", "", "order.yaml:1: error: from: is missing"),
        ("date: 2025-03-01", "date: 2025-02-30", "order.yaml:2: error: date"),
        ("date: 2025-03-01", "date: soon", "order.yaml:2: error: date"),
        ("chip: L2", "chip: L3", "order.yaml:3: error: no chip 'L3'"),
        ("quantity: 8", "quantity: -8", "order.yaml:3: error: item.quantity"),
        ("quantity: 8", "quantity: eight", "order.yaml:3: error: item.quantity"),
        ("quantity: 8", "quantity: 8, quantity: 9", "'quantity' stands here twice"),
        ("role: end user", "role: friend", "order.yaml:7: error: parties.0.role"),
        ("role: end user", "role: bank", "no party has the role 'end user'"),
        ("category: data centre", "category: fun", "order.yaml:8: error: end_use.category"),
        ("late-change: no", "late-change: maybe", "red_flags.late-change"),
        ("late-change: no", "lat-change: no", "no red flag 'lat-change'"),
        ("order: PO-1", "ordre: PO-1", "there is no such key"),
        ("order: PO-1", "order: &a PO-1\nx: *a", "aliases"),
        ("order: PO-1", "order: [", "not YAML"),
    ],
)
def test_orders_that_make_no_sense(screen: Screen, old: str, new: str, said: str) -> None:
    text = ORDER + FLAGS
    assert old in text
    assert said in screen.error(text.replace(old, new))


def test_other_files(screen: Screen, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "must be" in screen.error("") or "valid" in screen.error("")
    assert main(["screen", "/nowhere.yaml", "--list", screen.party_list]) == 3
    assert "No such file" in capsys.readouterr().err
    screen.path.write_text(ORDER + FLAGS)
    assert main(["screen", str(screen.path), "--list", "/nowhere.json"]) == 3
    assert "/nowhere.json: No such file" in capsys.readouterr().err


def test_names_cannot_write_to_the_terminal(screen: Screen) -> None:
    """Neither an order's nor a list's text moves the cursor or turns the direction."""
    path = Path(screen.party_list)
    path.write_text(json.dumps([{"name": "Nobody \x1b[2JNemo\u202e", "source": "x\x07"}]))
    text = (ORDER + FLAGS).replace("Plain Computing Pte. Ltd.", '"Nobody Nemo\\e[31m\\u202e"')
    screen.path.write_text(text)
    assert main(["screen", str(screen.path), "--list", screen.party_list]) == 1
    shown = screen.capsys.readouterr().out
    assert "Nemo" in shown and "\\u001b[2J" in shown
    assert not set("\x1b\x07\u202e") & set(shown)
    assert "\x1b" not in screen.error(text.replace("to: SG", 'to: "x\\e[31m"'))


def test_an_output_that_cannot_show_chinese(screen: Screen, tmp_path: Path) -> None:
    done = run_sampan(
        "screen", "--name", "星曜算力", "--list", screen.party_list,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 1 and "\\u661f" in done.stdout and done.stderr == ""


def test_a_package_that_is_not_installed(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "sampan.supply.screening":
            raise ModuleNotFoundError("No module named 'rapidfuzz'", name="rapidfuzz")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "the Python package rapidfuzz is not installed" in screen.error(ORDER + FLAGS, 4)


def test_more_hits_than_are_shown(
    tmp_path: Path, screen: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [{"name": "Nobody Nemo", "source": "x", "id": str(one)} for one in range(30)]
    Path(screen.party_list).write_text(json.dumps(records))
    assert main(["screen", "--name", "Nemo Nobody", "--list", screen.party_list]) == 1
    shown = capsys.readouterr().out
    assert "30 or more found, the best 20 shown" in shown and shown.count("Nobody Nemo") == 20
    record = screen.record((ORDER + FLAGS).replace("Plain Computing Pte. Ltd.", "Nobody Nemo"), 1)
    assert any("30 or more hits" in one for one in record["end_user"]["findings"])


def test_the_record_is_kept(screen: Screen, tmp_path: Path) -> None:
    screen.path.write_text(ORDER + FLAGS)
    kept = tmp_path / "record.json"
    words = ["screen", str(screen.path), "--list", screen.party_list, "--record", str(kept)]
    assert main(words) == 0
    record = json.loads(kept.read_text())
    digest = record.pop("record_sha256")
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert record["screened_at"] and record["sampan"]


def test_names_alone(party_list: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["screen", "--list", party_list, "--name"]
    assert main([*words, "Xingyao Suanli Keji"]) == 1
    shown = capsys.readouterr().out
    assert "Entity List" in shown and "list.json:1" in shown and "not legal advice" in shown
    assert main([*words, "Somebody Else", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["names"][0]["hits"] == []
    assert main([*words, "\u200b--"]) == 1  # nothing to compare is not clear
    assert "no letter to compare" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, said",
    [
        ([], "needs an order"),
        (["o.yaml"], "no party list given"),
        (["o.yaml", "--name", "X", "--list", "l"], "needs an order, or names"),
        (["o.yaml", "--list", "l", "--threshold", "5"], "from 60 to 100"),
        (["o.yaml", "--list", "l", "--threshold", "nan"], "from 60 to 100"),
        (["o.yaml", "--list", "l", "--on", "May"], "is no date"),
    ],
)
def test_command_lines_that_make_no_sense(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", *words]) == 2
    assert said in capsys.readouterr().err


def test_the_example_can_be_screened(
    tmp_path: Path, party_list: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screen", "--example"]) == 0
    path = tmp_path / "example.yaml"
    path.write_text(capsys.readouterr().out)
    assert main(["screen", str(path), "--list", party_list]) == 1
    assert "PO-2026-017: hold" in capsys.readouterr().out
