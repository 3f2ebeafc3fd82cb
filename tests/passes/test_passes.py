"""Every pass does what its cases say, and keeps what the functions compute."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.opt.cases import apply, apply_refused, check, read_case
from tests.passes.execute import Program, interpret

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*/*.ll"))


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_case(path: Path) -> None:
    case = read_case(path)
    if case.refused:
        assert case.refused in apply_refused(case)
        return
    output = apply(case)
    check(case, output)
    if not case.calls:
        return
    before, after = Program(case.text), Program(output)
    for expression in case.calls:
        expected = before.call(expression)
        for lane in range(max(1, case.width)):
            found = after.call(expression, lane)
            assert found == expected, f"{expression}, lane {lane}\n{output}"
        if not case.width:
            assert interpret(output, expression) == expected, f"{expression}\n{output}"
