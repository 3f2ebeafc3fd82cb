"""The files of SAMPAN_DUMP."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.dump import Dump


def test_stages_are_numbered_and_repeats_are_one_line(tmp_path: Path) -> None:
    dump = Dump(tmp_path / "unit")
    dump.stage("read", "a")
    dump.stage("loops", lambda: "a")
    dump.stage("assembly", "mov", "s")
    dump.stage("masks", "b")
    with dump.timed("everything"):
        pass
    dump.finish()
    texts = {path.name: path.read_text() for path in (tmp_path / "unit").iterdir()}
    assert texts.pop("timings.txt").endswith("total\n")
    assert texts == {
        "00-read.ll": "a",
        "01-loops.ll": "(unchanged)\n",
        "02-assembly.s": "mov",
        "03-masks.ll": "b",
    }


def test_without_a_directory_nothing_is_computed() -> None:
    dump = Dump(None)
    dump.stage("read", lambda: pytest.fail("computed for nobody"))
    dump.finish()
