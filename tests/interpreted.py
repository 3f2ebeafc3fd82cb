"""Whole programs in the interpreter, several at a time.

Clang's work on the headers costs more than interpreting a small program, so programs become one:
each in a namespace of its own, run one after the other by one main. (tests/targets does the same
with emulated machines.) Comment lines of a program:

    // not-interpreted: WHY       too much for an interpreter, or nothing for it
    // interpreted-alone: WHY     compiled and run by itself

Programs that expect more than PASS, or have flags, are run alone in any case: by kernel_cases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import run_sampan

# Of what a program says when it is compiled nobody is to see; only the global main returns 0 by
# itself.
BUNDLE_FLAGS = ("-Wno-everything", "-Werror=return-type")
SEED = "20261125"  # of the order in which threads run
# Of programs that no other can share a process with.
OWN_WAY = re.compile(
    r"^// (?:sampan-flags|expect-(?:output|error|exit)|interpreted-alone): ", re.MULTILINE
)
_INCLUDE = re.compile(r"^#include <[^>]+>$", re.MULTILINE)
_MACRO = re.compile(r"^#define (\w+)", re.MULTILINE)


def is_interpreted(source: Path) -> bool:
    return not re.search(r"^// not-interpreted: \S", source.read_text(), re.MULTILINE)


def runs_alone(source: Path) -> bool:
    text = source.read_text()
    return bool(OWN_WAY.search(text)) or "same_bits(" in text


def bundles(sources: Sequence[Path], size: int) -> list[list[Path]]:
    """The programs that can share a process, in groups of about `size`."""
    shared = [s for s in sources if is_interpreted(s) and not runs_alone(s)]
    return grouped(shared, size)


def grouped(sources: Sequence[Path], size: int) -> list[list[Path]]:
    """Groups of about `size`, all of about as many."""
    count = -(-len(sources) // size)
    return [list(sources[index::count]) for index in range(count)]


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
            # A program may end with an error.
            "  failures = 0, bits_digest = 0, (void)cudaGetLastError();",
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
        *BUNDLE_FLAGS,
        bundle,
        timeout=limit,
        env={"SAMPAN_SEED": SEED},
    )
    said = {source: part_of_bundle(done.stdout, source) for source in sources}
    wrong = [
        f"{_name(source)}: {text or 'did not come to its end'}"
        for source, text in said.items()
        if text != "PASS\n"
    ]
    if done.returncode or wrong:
        wrong.append(f"exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return wrong


def part_of_bundle(output: str, source: Path) -> str | None:
    """What that program printed; None where it did not end, or not with 0."""
    name = re.escape(_name(source))
    found = re.search(rf"^begin {name}\n(.*?)^end {name} 0$", output, re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def _name(source: Path) -> str:
    return f"{source.parent.name}/{source.stem}"
