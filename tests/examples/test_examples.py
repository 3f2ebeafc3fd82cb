"""Runs every program of examples/ at a small size. Each checks its own result."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from tests.conftest import ROOT, SampanRun
from tools import demo

EXAMPLES = ROOT / "examples"

# The program, its arguments, and a pattern that its output must hold.
RUNS = [
    ("vector_add.cu", ["1000"], r"added 1000 numbers, all right"),
    ("matmul.cu", ["100"], r"100x100: .* right$"),
    ("nbody.cu", ["300", "3"], r"momentum .*: right$"),
    ("reduction.cu", ["100003"], r"\A(\d .*right\n){6}\Z"),
]


@pytest.mark.parametrize("path", ["vector", "fibre"])
@pytest.mark.parametrize(("name", "arguments", "wanted"), RUNS, ids=[run[0] for run in RUNS])
def test_example(
    sampan: SampanRun, path: str, name: str, arguments: list[str], wanted: str
) -> None:
    done = sampan("run", "--path", path, EXAMPLES / name, "--", *arguments)
    assert done.returncode == 0, done.stderr
    assert re.search(wanted, done.stdout, re.MULTILINE), done.stdout


def test_mandelbrot_writes_a_png(sampan: SampanRun, tmp_path: Path) -> None:
    picture = tmp_path / "m.png"
    done = sampan("run", EXAMPLES / "mandelbrot.cu", "--", picture, "160", "64")
    assert done.returncode == 0, done.stderr
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, kinds = 8, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert zlib.crc32(data[at + 4 : at + 8 + length]) == checksum
        kinds.append(data[at + 4 : at + 8])
        at += length + 12
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]

    rows = demo.read_png(data)  # which checks the checksum of what is inside
    assert len(rows) == 160 and {len(row) for row in rows} == {160}
    assert rows[80][100] == (0, 0, 0)  # c = -0.44 belongs to the set
    assert rows[0][0] != (0, 0, 0)
    shown = demo.drawing(demo.shrink(rows, 40), depth=0).splitlines()
    assert len(shown) == 20
    assert "@@@@@@" in shown[10] and "@" not in shown[0]
    assert demo.drawing(demo.shrink(rows, 40), depth=24).count("\u2580") == 20 * 40


def test_gradients_of_the_transformer(sampan: SampanRun) -> None:
    done = sampan("run", "-DREAL=double", EXAMPLES / "transformer/transformer.cu", "--", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ gradients compared, 0 wrong$", done.stdout, re.MULTILINE)


def test_the_transformer_learns_and_writes(sampan: SampanRun) -> None:
    text = EXAMPLES / "transformer/river.txt"
    done = sampan("run", EXAMPLES / "transformer/transformer.cu", "--", text, "30", "40")
    assert done.returncode == 0, done.stdout + done.stderr
    losses = [float(loss) for loss in re.findall(r"loss (\d+\.\d+)", done.stdout)]
    assert losses[0] > 3.5 and losses[-1] < 2.7, done.stdout
    written = done.stdout.split("\n\n", 1)[1]
    assert written.startswith(text.read_text()[:16])
    assert len(written.rstrip("\n")) >= 50


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vector_add.cu", ["0"]),
        ("matmul.cu", ["many"]),
        ("mandelbrot.cu", ["m.png", "0"]),
        ("nbody.cu", ["1"]),
        ("reduction.cu", ["-5"]),
        ("transformer/transformer.cu", ["no-such-text"]),
    ],
)
def test_an_example_says_how_it_is_used(sampan: SampanRun, name: str, arguments: list[str]) -> None:
    done = sampan("run", EXAMPLES / name, "--", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
