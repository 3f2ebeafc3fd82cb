"""`sampan chips`: its output, and what it says to command lines that make no sense."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from sampan.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["chips", *words]) == 0
    return capsys.readouterr().out


def rule(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    return json.loads(run(capsys, "rule", *words, "--json"))


def fails(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    assert main(["chips", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("sampan: error: ")
    return captured.err


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Ascend 910B" in run(capsys, "list")
    names = [one["name"] for one in json.loads(run(capsys, "list", "--vendor", "amd", "--json"))]
    assert names[0] == "MI210" and "H20" not in names
    shown = run(capsys, "show", "h20")
    assert "llm-cal" in shown and "141" in shown and "12000" in shown
    figures = json.loads(run(capsys, "show", "H20", "--json"))["figures"]
    price = next(one for one in figures if one["quantity"] == "price")
    assert price["trust"] == "doubtful" and price["date"] == "2025-07" and price["unit"] == "USD"
    assert json.loads(run(capsys, "show", "Hygon 7000", "--json"))["sampan_target"] == "x86-64"


def test_compare_with_a_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "roof.svg"
    words = ["compare", "H20", "C500", "BR106M", "--picture", str(picture)]
    shown = run(capsys, *words)
    assert "128-280" in shown and "BR106M is not in the picture" in shown
    texts = [one.text for one in ElementTree.parse(picture).iter() if one.tag.endswith("text")]
    assert "H20" in texts and "C500" in texts and "BR106M" not in texts
    assert [path.name for path in tmp_path.iterdir()] == ["roof.svg"]


def test_a_verdict_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = rule(capsys, "H20", "--on", "2025-05-01")
    wanted = {
        "chip",
        "on",
        "tpp",
        "performance_density",
        "verdict",
        "paragraphs",
        "exceptions",
        "review",
        "reasons",
        "missing",
    }
    assert wanted <= set(found)
    assert found["tpp"] == 2368 and found["verdict"] == "controlled"
    assert found["paragraphs"] == ["is-informed-2025-04"]
    assert "shipped to China (--to)" in found["assumptions"]


def test_a_verdict_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "rule", "L20", "--on", "2025-03-01", "--to", "Macau")
    assert text.startswith("L20, on 2025-03-01, from United States (US) to Macao (MO): not con")
    assert "1912 is 488 (20.3%) below 2400" in text and "not legal advice" in text


def test_figures_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    h20 = ["--dense", "fp16=148", "--dense", "fp8=296", "--die-area", "8.14 cm2",
           "--dram-bandwidth", "4 TB/s", "--links", "900", "--data-centre", "yes"]  # fmt: skip
    found = rule(capsys, *h20, "--on", "2025-03-01")
    assert found["chip"] is None and found["tpp"] == 2368
    assert found["performance_density"] == pytest.approx(2.9091)
    assert found["verdict"] == "not_controlled"
    found = rule(capsys, *h20, "--on", "2025-05-01")
    assert found["verdict"] == "controlled"
    assert "the vendor is one of those that got a letter" in found["assumptions"]
    wide = rule(capsys, "--tpp", "2000-9000", "--on", "2025-03-01")
    assert wide["verdict"] == "cannot_tell" and wide["tpp"] == {"low": 2000, "high": 9000}
    assert "die_area" in wide["missing"]


def test_figures_by_hand_beside_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    found = rule(capsys, "MI300X", "--die-area", "2000", "--on", "2025-03-01")
    assert found["performance_density"] == pytest.approx(10.46, abs=0.01)
    assert "die_area as given by hand, not the catalogue's" in found["assumptions"]
    found = rule(capsys, "H20", "--tpp", "5000", "--on", "2025-03-01")
    assert found["performance_density"] == pytest.approx(5000 / 814, abs=0.001)
    assert found["paragraphs"] == ["3A090.a"]


@pytest.mark.parametrize(
    "figures, verdict, missing",
    [
        ("--tpp 2000 --die-area 400 --on 2025-03-01", "cannot_tell", ["data_centre"]),
        ("--tpp 2000 --die-area 400 --data-centre no --on 2025-03-01", "not_controlled", []),
        ("--tpp 2000 --die-area 400 --data-centre yes --on 2025-03-01", "controlled", []),
        ("--tpp 9 --dram-bandwidth 1500 --vendor intel --on 2025-05-01", "controlled", []),
        (
            "--tpp 9 --dram-bandwidth 4000 --vendor huawei --on 2025-05-01",
            "cannot_tell",
            ["whether the vendor got such a letter"],
        ),
    ],
)
def test_facts_by_hand(
    capsys: pytest.CaptureFixture[str], figures: str, verdict: str, missing: list[str]
) -> None:
    found = rule(capsys, *figures.split())
    assert found["verdict"] == verdict and found["missing"][: len(missing)] == missing


def test_memory_stacks(capsys: pytest.CaptureFixture[str]) -> None:
    stack = ["--hbm-bandwidth", "819", "--hbm-area", "110"]
    found = rule(capsys, *stack, "--on", "2025-03-01")
    assert found["paragraphs"] == ["3A090.c"] and found["exceptions"] == []
    assert rule(capsys, *stack, "--on", "2024-12-01")["verdict"] == "not_controlled"
    found = rule(capsys, "--hbm-bandwidth", "300", "--hbm-area", "110", "--on", "2025-03-01")
    assert found["exceptions"] == ["HBM"]
    exactly_two = ["--hbm-bandwidth", "220", "--hbm-area", "110", "--on", "2025-03-01"]
    assert rule(capsys, *exactly_two)["verdict"] == "not_controlled"


@pytest.mark.parametrize(
    "words, said",
    [
        (["rule"], "needs a chip or figures"),
        (["rule", "H21"], "no chip 'H21'"),
        (["rule", "H20", "--on", "2025-02-30"], "'2025-02-30' is no date"),
        (["rule", "H20", "--on", "01.05.2025"], "write year, month and day"),
        (["rule", "H20", "--to", "Atlantis"], "unknown country 'Atlantis'"),
        (["rule", "H20", "--to", "Chian"], "did you mean China"),
        (["rule", "H20", "--from", ""], "unknown country ''"),
        (["rule", "--tpp", "5000", "--dense", "fp16=100"], "a TPP of 5000 contradicts"),
        (["rule", "--tpp", "5000", "--die-area", "500", "--pd", "3"], "density of 3 contradicts"),
        (["rule", "--links", "400", "--io-bandwidth", "900"], "I/O bandwidth of 900 contradicts"),
        (["rule", "--die-area", "4 TB/s"], "the unit must be one of: mm2"),
        (["rule", "--dram-bandwidth", "40 mm2"], "the unit must be one of: GB/s"),
        (["rule", "--dram-bandwidth", "9-3"], "the lower bound is above"),
        (["rule", "--dram-bandwidth", "-5"], "no number or range"),
        (["rule", "--dram-bandwidth", "1e999"], "the unit must be one of"),
        (["rule", "--die-area", "0"], "--die-area of 0"),
        (["rule", "--dense", "fp16"], "not of the form PRECISION=RATE"),
        (["rule", "--dense", "fp99=3"], "not of the form PRECISION=RATE"),
        (["rule", "--dense", "fp16=3", "--dense", "fp16=4"], "gives fp16 twice"),
        (["rule", "--hbm-bandwidth", "800", "--tpp", "3"], "a memory stack by itself"),
        (["rule", "H20", "--hbm-area", "8"], "does not go with a chip's name"),
        (["rule", "--dram-bandwidth", ""], "no number or range"),
        (["rule", "H20", "--on", ""], "is no date"),
        (["rule", "H20", "--vendor", "AMD"], "the chip's vendor is known"),
        (["show", "nothing such"], "no chip 'nothing such'"),
        (["compare", "H20"], "two chips or more"),
        (["compare", "SG2042", "3C6000", "--picture", "x.svg"], "no picture"),
        (["compare", *["H20"] * 12, "--picture", "x.svg"], "has room for 11 chips"),
        (["list", "--vendor", "Nobody"], "no vendor 'Nobody'"),
        (["list", "--jso"], "unrecognized arguments"),
        (["rulez"], "unknown command 'chips rulez'"),
    ],
)
def test_command_lines_that_make_no_sense(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert said in fails(capsys, 2, *words)


def test_a_picture_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "H20", "H100", "--picture", "/nowhere/at/all.svg"]
    assert "cannot write" in fails(capsys, 4, *words)
