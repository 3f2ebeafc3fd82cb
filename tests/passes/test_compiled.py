"""Canonicalisation and private layout of what clang makes of C++, at several levels.

Compiled for this machine, not for a GPU: so the code runs before and after, and clang's
vectorisers, which device code is spared, provide vector code to take apart.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sampan.canonicalize import sequence
from sampan.frontend.clang import find_clang
from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from sampan.ir.writer import write_module
from sampan.vectorize import privates
from tests.passes.execute import Program

SOURCE = Path(__file__).parent / "compiled" / "vectors.cpp"
WIDTH = 8
LEVELS = {
    "O0": ["-O0", "-Xclang", "-disable-O0-optnone"],
    "O1": ["-O1"],
    "O2-scalar": ["-O2", "-fno-vectorize", "-fno-slp-vectorize"],
    "O3": ["-O3"],
}


@pytest.fixture(params=LEVELS)
def text(request: pytest.FixtureRequest) -> str:
    command = [str(find_clang()), "-x", "c++", "-S", "-emit-llvm", "-ffp-contract=off", "-w"]
    command += ["-fno-math-errno", *LEVELS[request.param], "-o", "-", str(SOURCE)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r'"(target-cpu|target-features|tune-cpu)"="[^"]*" ?', "", made)


def test_results_are_kept(text: str) -> None:
    module = read_module(text)
    defined = [f for f in module.functions.values() if not f.is_declaration]
    for function in defined:
        sequence.run(function)
        verify(function, "CANONICAL")
        for inst in function.instructions():
            assert not inst.type.is_vector, f"@{function.name}: {inst.op} %{inst.name}"
    before, canonical = Program(text), Program(write_module(module))
    for function in defined:
        privates.run(function, WIDTH)
        verify(function, "CANONICAL")
    gang = Program(write_module(module))
    for name in (f.name for f in defined if f.name[:2] in ("f_", "i_")):
        buffer = "floats(256)" if name.startswith("f_") else "buffer(1024)"
        for number in (0, 1, 2, 5, 13, 24):
            expression = f"{name}({buffer}, {number})"
            expected = before.call(expression)
            assert canonical.call(expression) == expected, expression
            assert gang.call(expression, number % WIDTH) == expected, expression
