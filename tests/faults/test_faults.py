"""Every fault is a CUDA error that sticks, with a message that says where; the process lives.

The programs beside this file say what they expect in comments; fault.h describes them.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sampan.driver import CompileOptions, compile_program
from sampan.frontend.clang import DEFAULT_ARCH, ClangOptions

HERE = Path(__file__).resolve().parent
PROGRAMS = sorted(HERE.glob("*.cu"))


@dataclass
class Case:
    name: str
    knobs: dict[str, str]
    code: str = ""
    texts: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


def read_cases(source: Path) -> list[Case]:
    """The cases of a program. `{line:NAME}` is the line that ends in `// line: NAME`."""
    text = source.read_text()
    numbers = {
        match[1]: str(number)
        for number, line in enumerate(text.splitlines(), 1)
        if (match := re.search(r"// line: (\w+)$", line))
    }
    cases: list[Case] = []
    common: dict[str, str] = {}
    for key, value in re.findall(r"^// ([a-z-]+): (.*)$", text, re.MULTILINE):
        if key == "all-knobs":
            common = dict(word.split("=") for word in value.split())
        elif key == "case":
            cases.append(Case(value, dict(common)))
        elif key == "knobs":
            cases[-1].knobs |= dict(word.split("=") for word in value.split())
        elif key == "expect-code":
            cases[-1].code = value
        elif key == "expect-text":
            value = re.sub(r"\{line:(\w+)\}", lambda match: numbers[match[1]], value)
            cases[-1].texts.append(value.replace("{file}", f"tests/faults/{source.name}"))
        elif key == "expect-output":
            cases[-1].outputs.append(value)
    return cases


def options_of(source: Path, path: str) -> CompileOptions:
    """With the flags that the program asks for: -arch=… and -rdc=true."""
    found = re.search(r"^// all-flags: (.*)$", source.read_text(), re.MULTILINE)
    flags = dict(word.split("=") for word in found[1].split()) if found else {}
    clang = ClangOptions(arch=flags.get("-arch", DEFAULT_ARCH), rdc="-rdc" in flags)
    return CompileOptions(clang=clang, path=path)


@pytest.mark.parametrize("path", ["vector", "fibre"])
@pytest.mark.parametrize("source", PROGRAMS, ids=lambda source: source.stem)
def test_faults(source: Path, path: str, tmp_path: Path) -> None:
    cases = read_cases(source)
    assert cases and all(case.code for case in cases)
    program = tmp_path / source.stem
    compile_program([source], options_of(source, path), program)
    wrong = [problem for case in cases if (problem := _problem(case, program))]
    assert not wrong, "\n\n".join(wrong)


def test_the_thread_of_a_gather_is_known_or_the_gang_is(tmp_path: Path) -> None:
    """On CPUs with gather instructions one or two threads are named, else first and last."""
    source = HERE / "addresses.cu"
    program = tmp_path / source.stem
    compile_program([source], CompileOptions(), program)
    for case, guilty in (("wild_index", 37), ("wild_gather", 43)):
        said = subprocess.run([program, case], capture_output=True, text=True, timeout=60).stderr
        named = [int(x) for x in re.findall(r"\[(\d+),0,0\]", said.partition("thread")[2])]
        if "a thread of" in said:
            assert named[0] <= guilty <= named[1] < named[0] + 64, said
        else:
            assert guilty in named and len(named) <= 4, said


def test_there_are_enough() -> None:
    assert sum(len(read_cases(source)) for source in PROGRAMS) >= 30


def _problem(case: Case, program: Path) -> str:
    """What is not as expected, or nothing."""
    try:
        done = subprocess.run(
            [program, case.name],
            env={**os.environ, **case.knobs},
            cwd=HERE.parent.parent,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=90,
        )
    except subprocess.TimeoutExpired as error:
        return f"{case.name}: does not end\n{error.stdout!r}\n{error.stderr!r}"
    shown = f"{case.name}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    lines = done.stdout.splitlines()
    for line in (f"code {case.code}", *case.outputs, "ALIVE"):
        if line not in lines:
            return f"no line {line!r}\n{shown}"
    for text in case.texts:
        if text not in done.stderr:
            return f"no {text!r}\n{shown}"
    return shown if done.returncode else ""
