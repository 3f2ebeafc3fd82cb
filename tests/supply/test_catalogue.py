"""The catalogue: what is in it, and what is refused of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.diagnostics import UsageError
from sampan.supply.catalogue import catalogue, find_chip, read_vendor
from sampan.supply.errors import DataError

GOOD = """\
vendor: Acme
country: US
sources:
  sheet: {title: a sheet, where: acme.example, trust: official, date: 2025-01}
chips:
  - name: X1
    kind: gpu
    data_centre: true
    stack: none
    language: C
    figures:
      - {quantity: compute, precision: fp16, density: dense, value: 9, unit: TFLOPS, source: sheet}
      - {quantity: dram_bandwidth, value: 2, unit: TB/s, source: sheet}
"""
FIGURE = "- {quantity: dram_bandwidth, value: 2, unit: TB/s, source: sheet}"


def read(tmp_path: Path, text: str) -> str:
    """The error that a file causes, as `LINE: message`."""
    path = tmp_path / "acme.yaml"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read_vendor(path)
    assert caught.value.span is not None and caught.value.span.file == str(path)
    return f"{caught.value.span.line}: {caught.value.message}"


def test_a_file_without_faults(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(GOOD)
    (entry,) = read_vendor(path)
    figure = entry.chip.figure("dram_bandwidth")
    assert figure is not None and figure.interval.low == 2000  # GB/s


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("unit: TB/s", "unit: TFLOPS", "13: chips.0.figures.1: dram_bandwidth in 'TFLOPS'"),
        ("value: 2,", "value: -2,", "13: chips.0.figures.1.value"),
        ("value: 2,", "value: .nan,", "13: chips.0.figures.1.value"),
        ("value: 2,", "value: many,", "13: chips.0.figures.1.value"),
        ("value: 2,", "value: [3, 2],", "13: chips.0.figures.1.value"),
        ("value: 2,", "value: 0,", "13: chips.0.figures.1: dram_bandwidth of 0"),
        ("precision: fp16, ", "", "12: chips.0.figures.0: a compute figure needs a density"),
        ("density: dense, ", "", "12: chips.0.figures.0: a compute figure needs a density"),
        ("precision: fp16", "precision: fp17", "12: chips.0.figures.0: a compute figure"),
        ("trust: official", "trust: high", "4: sources.sheet.trust"),
        ("date: 2025-01", "date: 2025-13", "4: sources.sheet.date"),
        ("date: 2025-01", "date: yesterday", "4: sources.sheet.date"),
        ("country: US", "country: America", "2: country: must be a country code"),
        ("data_centre: true", "data_centre: yes", "8: chips.0.data_centre"),
        ("kind: gpu", "sort: gpu", "7: chips.0.sort: there is no such key"),
        ("s, source: sheet}\n", "s, source: book}\n", "there is no source 'book'"),
        (FIGURE, FIGURE + "\n      " + FIGURE, "6: chips.0: X1 has dram_bandwidth twice"),
        ("    stack: none", "    stack: none\n    stack: some", "10: 'stack' stands here twice"),
        ("chips:", "chips: [", "not YAML"),
    ],
)
def test_what_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in read(tmp_path, GOOD.replace(old, new))


def test_sparse_figures_that_were_exchanged(tmp_path: Path) -> None:
    sparse = "- {quantity: compute, precision: fp16, density: sparse, value: 5, unit: TFLOPS, "
    text = GOOD.replace(FIGURE, sparse + "source: sheet}")
    assert "faster dense than sparse" in read(tmp_path, text)


def test_hostile_files(tmp_path: Path) -> None:
    assert "aliases" in read(tmp_path, "a: &a [x, x]\nb: [*a, *a]\n")
    assert "levels deep" in read(tmp_path, "[" * 4000)
    path = tmp_path / "big.yaml"
    path.write_text("#" * (5 << 20))
    with pytest.raises(DataError, match="larger than"):
        read_vendor(path)
    path.write_bytes(b"vendor: \xff\xfe")
    with pytest.raises(DataError, match="not UTF-8"):
        read_vendor(path)
    with pytest.raises(DataError, match="No such file"):
        read_vendor(tmp_path / "none.yaml")


def test_the_catalogue_itself() -> None:
    chips = {entry.chip.name: entry for entry in catalogue().values()}
    assert len(chips) > 35
    assert {"H20", "Ascend 910C", "MLU370-X8", "MI308X", "Gaudi 3", "SG2042"} <= set(chips)
    for entry in chips.values():
        for figure in entry.chip.figures:
            source = entry.source(figure)
            assert source.title and source.where and source.date
    # Figures that some collections list as the peak are sparse, and kept apart.
    sparse = chips["L40S"].chip.figure("compute", "fp8", "sparse")
    assert sparse is not None and sparse.interval.low == 1466
    # Where sources disagree, the figure is all of them.
    biren = chips["BR100"].chip.figure("compute", "bf16", "dense")
    assert biren is not None and (biren.interval.low, biren.interval.high) == (256, 1024)


def test_names_however_they_are_written() -> None:
    for name in ("rtx4090", "RTX-4090", "GeForce RTX 4090", "NVIDIA RTX 4090"):
        assert find_chip(name).chip.name == "RTX 4090"
    for name in ("Gaudi2", "RTX 4090D", "Hygon K100_AI", "Moore Threads S4000", "300I Duo"):
        assert find_chip(name)
    with pytest.raises(UsageError) as caught:
        find_chip("H2O")
    assert "H20" in caught.value.hint
