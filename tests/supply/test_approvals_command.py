"""`sampan approvals` from the first command to an appeal, and its errors."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from sampan.cli import main


class Approvals:
    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory, self.capsys = directory, capsys
        self.register = directory / "register.db"

    def run(self, line: str, code: int = 0) -> str:
        words = ["approvals", *shlex.split(line), "--register", str(self.register)]
        assert main(words) == code, self.capsys.readouterr()
        captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err
        return captured.out if code in (0, 1) else captured.err

    def json(self, line: str) -> Any:
        return json.loads(self.run(line + " --json"))


@pytest.fixture
def approvals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Approvals:
    monkeypatch.chdir(tmp_path)
    made = Approvals(tmp_path, capsys)
    made.run("init")
    (tmp_path / "criteria.yaml").write_text(made.run("criteria example"))
    made.run("criteria publish criteria.yaml --by Operator")
    made.run("apply --company 'Plain Ltd.' --country Singapore --by Alice")
    return made


def test_from_application_to_appeal(approvals: Approvals, tmp_path: Path) -> None:
    run = approvals.run
    assert "C1 (company)" in run("criteria show")
    assert run("decide C-0001 approved --criterion C1 --criterion C2 --reason fine --by Bob")
    run("order C-0001 --chip l20 --quantity 8 --to SG --by Alice")
    authority = "--authority BIS --reference X-1"
    shown = run(f"decide O-0001 refused --criterion O2 --reason many --by Bob {authority}")
    assert "O-0001: refused" in shown and "it can be appealed until" in shown
    seen = approvals.json("status O-0001")
    assert seen["facts"]["chip"] == "L20" and seen["decision"]["criteria"][0]["id"] == "O2"
    assert "to be decided by" in run("appeal O-0001 --grounds 'it fits' --by Alice")
    run(f"decide-appeal O-0001 overturned --criterion O2 --reason ok --by Carol {authority}")
    assert "the decision is overturned: ok" in run("status O-0001")
    assert [one["state"] for one in approvals.json("list")] == ["approved", "approved"]
    assert run("list --overdue") == "none\n"
    assert run("log").count("\n") == 7
    assert approvals.json("export all.jsonl")["entries"] == 7
    head = approvals.json("verify")["head"]
    assert run(f"verify --head {head}")
    assert "7 entries" in run(f"verify --export all.jsonl --head {head}")
    text = (tmp_path / "all.jsonl").read_text()
    (tmp_path / "all.jsonl").write_text(text.replace("many", "few", 1))
    assert "entry 5 was changed" in run("verify --export all.jsonl", 1)
    assert "no entry has the published digest" in run("verify --head 00", 1)


def test_a_screening_is_kept_with_the_decision(approvals: Approvals, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('[{"name": "Nobody Nemo", "source": "x"}]')
    assert main(["screen", "--example"]) == 0
    (tmp_path / "order.yaml").write_text(approvals.capsys.readouterr().out)
    main(["screen", "order.yaml", "--list", "list.json", "--record", "record.json"])
    approvals.capsys.readouterr()
    decide = "decide C-0001 approved --criterion C1 --reason fine --by Bob --screening record.json"
    words = [*shlex.split(decide), "--register", str(approvals.register), "--json"]
    assert main(["approvals", *words]) == 0
    captured = approvals.capsys.readouterr()
    assert "with this approval ended with hold" in captured.err
    entry = json.loads(captured.out)
    assert entry["body"]["screening"]["outcome"] == "hold"
    record = (tmp_path / "record.json").read_text()
    (tmp_path / "record.json").write_text(record.replace('"hold"', '"clear"', 1))
    assert "was changed after the screening" in approvals.run(decide, 3)
    (tmp_path / "record.json").write_text("{}")
    assert "is no record of" in approvals.run(decide, 3)


@pytest.mark.parametrize(
    "line, code, said",
    [
        ("decide C-0009 approved --criterion C1 --reason r --by B", 2, "no application or order"),
        ("decide C-0001 approved --criterion C9 --reason r --by B", 2, "no criterion C9"),
        ("decide C-0001 approved --criterion C1 --reason '' --by B", 2, "--reason is empty"),
        ("decide C-0001 approved --criterion C1 --reason r --by ' '", 2, "the name of who"),
        ("decide C-0001 approved --criterion C1 --reason r", 2, "--by"),
        ("decide C-0001 maybe --criterion C1 --reason r --by B", 2, "invalid choice"),
        ("apply --company X --country Atlantis --by A", 2, "unknown country 'Atlantis'"),
        ("apply --company '' --country SG --by A", 2, "--company is empty"),
        ("order C-0001 --chip L20 --quantity 1 --to SG --by A", 2, "only an approved company"),
        ("order C-0001 --chip L99 --quantity 1 --to SG --by A", 2, "no chip 'L99'"),
        ("order C-0001 --chip L20 --quantity 0 --to SG --by A", 2, "at least 1"),
        ("order C-0001 --chip L20 --quantity x --to SG --by A", 2, "invalid int value"),
        ("appeal C-0001 --grounds g --by A", 2, "there is nothing to appeal"),
        ("appeal C-0001 --grounds g --by A --received tomorrow", 2, "is no date"),
        ("criteria publish criteria.yaml --by Op", 2, "it cannot be changed"),
        ("criteria publish none.yaml --by Op", 3, "No such file"),
        ("criteria publish criteria.yaml", 2, "needs a file and --by"),
        ("criteria show 7", 2, "published versions: 1"),
        ("status C-0009", 2, "no application or order"),
        ("verify --export none.jsonl", 3, "No such file"),
        ("export /nowhere/x.jsonl", 4, "cannot write"),
        ("init", 2, "exists already"),
        ("nothing", 2, "invalid choice"),
    ],
)
def test_errors(approvals: Approvals, line: str, code: int, said: str) -> None:
    assert said in approvals.run(line, code)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("step: company", "step: firm", "criteria.0.step"),
        ("id: C2", "id: C1", "criterion C1 stands there twice"),
        ("file_within_days: 30", "file_within_days: 0", "appeals.file_within_days"),
        ("decide_within_days: 60", "decide_within_days: soon", "appeals.decide_within_days"),
        ("step: order", "step: company", "no criterion for the step 'order'"),
        ("effective: ", "effective: x", "effective"),
        ("id: C1", "id: C 1", "criteria.0.id"),
    ],
)
def test_criteria_that_make_no_sense(
    approvals: Approvals, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "criteria.yaml"
    path.write_text(path.read_text().replace(old, new).replace('"1"', '"2"'))
    assert said in approvals.run("criteria publish criteria.yaml --by Op", 3)


def test_the_register_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["approvals", "list"]) == 2
    assert "`sampan approvals init` makes one" in capsys.readouterr().err
    assert main(["approvals", "init"]) == 0
    assert (tmp_path / "sampan" / "approvals.db").stat().st_mode & 0o077 == 0
    assert main(["approvals"]) == 2
