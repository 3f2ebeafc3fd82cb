"""The compiler says of every line what became of it: comments beside this file's programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sampan import codegen, support
from sampan.frontend import clang
from sampan.pipeline import FIBRE, VECTOR, compile_device
from sampan.remarks import KINDS, Remark
from tests.conftest import SampanRun

HERE = Path(__file__).resolve().parent
# For a CPU of its own, so that widths are the same everywhere.
TARGET = codegen.make_target("x86_64-unknown-linux-gnu", "x86-64-v3", "+avx2,+fma")


def remarks_of(source: Path, folder: Path, path: str = VECTOR) -> tuple[Remark, ...]:
    out = folder / "device.ll"
    options = clang.ClangOptions(devicelib=support.device_library())
    clang.compile_device(source, options, out)
    return compile_device(out.read_text(), "0", TARGET, path, with_remarks=True).remarks


@pytest.mark.parametrize("source", sorted(HERE.glob("*.cu")), ids=lambda path: path.stem)
def test_every_line_has_its_remarks(source: Path, tmp_path: Path) -> None:
    expected = [
        (number, kind, text)
        for number, line in enumerate(source.read_text().splitlines(), 1)
        for kind, text in re.findall(r"// remark: (\w+): (.*?)(?= *// remark:|$)", line)
    ]
    found = list(remarks_of(source, tmp_path))
    shown = "\n".join(remark.render() for remark in found)
    assert {remark.kind for remark in found} <= set(KINDS)
    for number, kind, text in expected:
        match = next(
            (
                remark
                for remark in found
                if remark.kind == kind and remark.span and remark.span.line == number
                if text in remark.message
            ),
            None,
        )
        assert match, f"no {kind} with {text!r} in line {number}:\n{shown}"
        assert match.span and Path(match.span.file).resolve() == source
        found.remove(match)
    assert not found, "not expected:\n" + "\n".join(remark.render() for remark in found)


def test_the_width_is_told(tmp_path: Path) -> None:
    found = remarks_of(HERE / "accesses.cu", tmp_path)
    texts = {remark.message for remark in found if remark.kind == "vectorized"}
    assert len(texts) == 1 and re.fullmatch(r"vector code: \d+ threads at a time", *texts)


def test_the_fibre_path_has_no_remarks(tmp_path: Path) -> None:
    assert remarks_of(HERE / "accesses.cu", tmp_path, FIBRE) == ()


PROGRAM = """\
__global__ void strided(float *out) { out[9 * threadIdx.x] = 1; }
int main() {}
"""


def test_the_command_line_shows_source_lines(sampan: SampanRun, tmp_path: Path) -> None:
    source = tmp_path / "strided.cu"
    source.write_text(PROGRAM)
    for _ in range(2):  # also of what the cache could have
        said = sampan("run", "--remarks", source).stderr
        assert f"{source}:1:60: remark: scattered: " in said, said
        assert "\n    1 | __global__ void strided(float *out) { out[9 * threadIdx.x]" in said, said
    lines = sampan("run", "--remarks=json", source).stderr.splitlines()
    kinds = {(one["kind"], one["kernel"], one["line"]) for one in map(json.loads, lines)}
    assert kinds == {
        ("vectorized", "strided(float*)", 1),
        ("scatter", "strided(float*)", 1),
    }
    done = sampan("run", "--remarks=xml", source)
    assert done.returncode == 2 and "--remarks is text or json" in done.stderr
