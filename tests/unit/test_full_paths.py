"""Gangs that are not at an edge run code without masks."""

from __future__ import annotations

import re
from pathlib import Path

from sampan import config
from sampan.driver import CompileOptions, compile_program

SOURCE = """
__global__ void scale(float *p, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) p[i] *= 2;
}
__global__ void odd(float *p, const int *keep) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (keep[i]) p[i] *= 2;
}
int main() {}
"""


def test_stores_without_masks_inside_the_data(tmp_path: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text(SOURCE)
    with config.scope(SAMPAN_DUMP=tmp_path / "dump", SAMPAN_CPU="x86-64-v3"):
        compile_program([source], CompileOptions(), tmp_path / "program")
    (optimized,) = (tmp_path / "dump").rglob("*-optimized.ll")
    assert _whole_stores(optimized.read_text(), "scale")
    assert not _whole_stores(optimized.read_text(), "odd")


def _whole_stores(text: str, kernel: str) -> bool:
    """Whether the form for full gangs of 16 stores all lanes at once."""
    pattern = rf"^define [^\n]*{kernel}\w*\.block16x\(.*?^}}"
    form = re.search(pattern, text, re.DOTALL | re.MULTILINE)
    assert form is not None
    return "store <16 x float>" in form[0]
