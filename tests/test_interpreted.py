"""Programs of tests/kernels and tests/hazards in the interpreter; see interpreted.py.

Their results must be those that the other paths agree on: PASS, as test_kernels.py saw it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interpreted import bundles, interpret_bundle, is_interpreted, runs_alone
from tests.test_kernels import PROGRAMS

SIZE = 12
LIMIT = 300.0
BUNDLES = bundles(PROGRAMS, SIZE)


@pytest.mark.parametrize("number", range(len(BUNDLES)))
def test_bundle(number: int, tmp_path: Path) -> None:
    wrong = interpret_bundle(BUNDLES[number], tmp_path, LIMIT)
    assert not wrong, "\n".join(wrong)


def test_few_programs_are_left_out() -> None:
    left_out = [source.stem for source in PROGRAMS if not is_interpreted(source)]
    alone = [source.stem for source in PROGRAMS if runs_alone(source)]
    assert len(left_out) <= len(PROGRAMS) // 10, left_out
    assert len(alone) <= len(PROGRAMS) // 5, alone
    assert sum(map(len, BUNDLES)) > len(PROGRAMS) * 2 // 3
