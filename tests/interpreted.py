"""Whole programs in the interpreter, several at a time.

Clang's work on the headers costs more than interpreting a small program, so programs become one:
each in a namespace of its own, run one after the other by one main. Comment lines of a program:

    // not-interpreted: WHY       too much for an interpreter, or nothing for it
    // interpreted-alone: WHY     compiled and run by itself

Programs that expect more than PASS, or have flags, are run alone in any case: by kernel_cases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import run_sampan

SEED = "20261125"  # of the order in which threads run
_OWN_WAY = re.compile(
    r"^// (?:sampan-flags|expect-(?:output|error|exit)|interpreted-alone): |\bsame_bits\(",
    re.MULTILINE,
)
_INCLUDE = re.compile(r"^#include <[^>]+>$", re.MULTILINE)
_MACRO = re.compile(r"^#define (\w+)", re.MULTILINE)


def is_interpreted(source: Path) -> bool:
    return not re.search(r"^// not-interpreted: \S", source.read_text(), re.MULTILINE)


def runs_alone(source: Path) -> bool:
    return bool(_OWN_WAY.search(source.read_text()))


def bundles(sources: Sequence[Path], size: int) -> list[list[Path]]:
    """The programs that can share a process, in groups of about `size`."""
    shared = [s for s in sources if is_interpreted(s) and not runs_alone(s)]
    count = -(-len(shared) // size)
    return [shared[index::count] for index in range(count)]


def bundle_text(sources: Sequence[Path]) -> str:
    """One program that runs all of them, each between two lines of output that name it."""
    texts = {source: source.read_text() for source in sources}
    headers = sorted({line for text in texts.values() for line in _INCLUDE.findall(text)})
    lines = [*headers, f'#include "{sources[0].parent.parent / "kernels" / "check.h"}"']
    calls = []
    for number, (source, text) in enumerate(texts.items()):
        lines += [f"namespace program{number} {{", f'#include "{source}"', "}"]
        lines += [f"#undef {name}" for name in _MACRO.findall(text)]
        calls += [
            "  failures = 0, (void)cudaGetLastError();",  # a program may end with one
            f'  printf("begin {_name(source)}\\n");',
            f"  code = program{number}::main();",
            f'  printf("end {_name(source)} %d\\n", code);',
            "  fflush(stdout);",
        ]
    return "\n".join([*lines, "int main() {", "  int code;", *calls, "}", ""])


def interpret_bundle(sources: Sequence[Path], folder: Path, limit: float) -> list[str]:
    """Runs the programs; returns what was not as it should be."""
    bundle = folder / "bundle.cu"
    bundle.write_text(bundle_text(sources))
    done = run_sampan(
        "run",
        "--path",
        "interp",
        "-O0",
        "-Wno-everything",
        "-Werror=return-type",  # only the global main returns 0 by itself
        bundle,
        timeout=limit,
        env={"SAMPAN_SEED": SEED},
    )
    wrong = []
    for source in sources:
        name = re.escape(_name(source))
        found = re.search(rf"^begin {name}\n(.*?)^end {name} 0$", done.stdout, re.M | re.S)
        if not found or found[1] != "PASS\n":
            wrong.append(f"{_name(source)}: {found[1] if found else 'did not come to its end'}")
    if done.returncode or wrong:
        wrong.append(f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return wrong


def _name(source: Path) -> str:
    return f"{source.parent.name}/{source.stem}"
