"""docs/supported.md says what is true of the headers and the tests of today."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tools import supported

ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def test_the_page_is_up_to_date() -> None:
    now = supported.rows()
    page = (ROOT / "docs" / "supported.md").read_text()
    # Which of its tests a row names may lag behind; that there are some, and the rest, may not.
    without_tests = ROW.sub(r"\1", page)
    assert without_tests == ROW.sub(r"\1", supported.page(now)), "run `make docs`"

    uses = {row.declaration.name: set(row.tests) for row in now}
    for name, named in ROW.findall(page):
        for test in re.split(r", | and \d+ more", named):
            users = {used.removeprefix("tests/") for used in uses[name]}
            assert test in users | {""}, f"{test} does not use {name}: run `make docs`"


def test_a_name_in_a_comment_or_a_text_is_no_use() -> None:
    code = """
    // cudaFree  /* cudaMalloc
    printf("cudaMemcpy \\" sinf"); /* cosf
    tanf */ int x = 'a' + cudaHostAlloc(0, 0, 0); // expf"""
    assert supported.words_of_code(code) == {"printf", "int", "x", "cudaHostAlloc"}
    python = "def f():\n    'about sinf'\n    return ['cosf(x) // tanf', len('y0')]\n"
    assert supported.words_of_python(python) == {"cosf", "x", "y0"}


def test_what_the_runtime_lacks_is_refused() -> None:
    refused = supported.refusals(["cudaMalloc", "cudaNoSuchFunction"])
    assert "cudaMalloc" not in refused
    assert "undefined symbol: cudaNoSuchFunction" in refused["cudaNoSuchFunction"]
    text = """SAMPAN_API cudaError_t cudaOne(int *) {
  return record_error(cudaErrorNotSupported);
}
SAMPAN_API cudaError_t cudaTwo(int *value) {
  return record_error(value ? cudaSuccess : cudaErrorNotSupported);
}"""
    assert supported.only_refusing(text) == ["cudaOne"]
