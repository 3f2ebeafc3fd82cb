"""Writes docs/supported.md: each name that the CUDA headers declare, and the tests that use it.

    python tools/supported.py > docs/supported.md

What the headers declare, clang tells (header_declarations.py). A test uses a name if it stands in
its code, or macros with ## make it there: comments, texts in quotation marks and docstrings do not
count. Tests that are CUDA in Python's strings count too. A function is refused if the runtime does
not define it, or defines it as nothing but cudaErrorNotSupported.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from sampan.cli.hints import MISSING  # noqa: E402
from sampan.frontend.clang import ClangOptions, device_command  # noqa: E402
from sampan.support import runtime_library  # noqa: E402
from tools.header_declarations import Declaration, declarations  # noqa: E402

# The page's sections, and the headers of each. A header that none names has a section of its own.
SECTIONS = {
    "Runtime API": ("cuda_runtime_api.h", "sampan/api_templates.h", "driver_functions.h"),
    "Types and values of the runtime API": (
        "sampan_cuda_types.h",
        "driver_types.h",
        "library_types.h",
        "channel_descriptor.h",
        "texture_types.h",
        "surface_types.h",
    ),
    "The language: qualifiers, built-in variables, vectors": (
        "host_defines.h",
        "sampan/device_language.h",
        "clang: __clang_cuda_builtin_vars.h",
        "vector_types.h",
        "vector_functions.h",
    ),
    "Math functions": (
        "clang: __clang_cuda_cmath.h",
        "clang: __clang_cuda_math.h",
        "clang: __clang_cuda_math_forward_declares.h",
        "sampan/math_overloads.h",
    ),
    "Intrinsics and other device functions": (
        "clang: __clang_cuda_device_functions.h",
        "clang: __clang_cuda_intrinsics.h",
        "sampan/integer_intrinsics.h",
        "sampan/simd_intrinsics.h",
        "sampan/dpx_intrinsics.h",
        "sampan/memory_intrinsics.h",
        "sampan/device_libc.h",
    ),
    "Half precision, bfloat16 and 8-bit floating point": (
        "cuda_fp16.h",
        "cuda_bf16.h",
        "cuda_fp8.h",
        *(
            f"sampan/narrow_{part}.h"
            for part in "type formats convert arithmetic compare math operators threads".split()
        ),
        "sampan/fp8_type.h",
    ),
    "Atomics": ("sampan/atomics.h",),
    "Warp functions": ("sampan/warp.h",),
    "Textures and surfaces": (
        "sampan/textures.h",
        "sampan/texels.h",
        "sampan/texture_sampling.h",
        "sampan/cubemaps.h",
        "sampan/mipmaps.h",
        "sampan/surfaces.h",
        "sampan/texture_references.h",
        "sampan_texture.h",
    ),
    "Matrix products (`nvcuda::wmma`)": (
        "mma.h",
        "sampan/matrix_fragments.h",
        "sampan/matrix_products.h",
    ),
    "Driver API (`cuda.h`)": ("cuda.h", "cudaProfiler.h"),
}
HEAD = """\
# What is supported

Written by `make docs` from the headers and the tests; changes by hand are lost.

**Tested**: a test that runs, or an example, uses the name. **Refused**: a program that uses it gets
the message given. **Not tested**: declared, so that programs compile; nothing is promised. CUDA
names that are not on this page are not declared: the compiler says so, with the line.
"""
MOST_TESTS = 3  # names of tests in one row

CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    r"|(?P<word>[A-Za-z_]\w*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Row:
    """What is known of one name."""

    declaration: Declaration
    tests: tuple[str, ...]
    refused: str  # the message, or nothing

    @property
    def status(self) -> str:
        return "refused" if self.refused else "tested" if self.tests else "not tested"


def words_of_code(text: str) -> set[str]:
    """The identifiers in C++ source, without those in comments and quotation marks."""
    return {found["word"] for found in CODE.finditer(text) if found["word"]}


def words_of_python(text: str) -> set[str]:
    """The identifiers in the strings of a Python test, docstrings left out."""
    tree = ast.parse(text)
    documentation = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                documentation.add(first.value)
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node not in documentation:
                words |= words_of_code(node.value)
    return words


def words_after_macros(source: Path) -> set[str]:
    """The identifiers in a CUDA source once macros have made the names."""
    command = [*device_command(source, ClangOptions(), None), "-E"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    words: set[str] = set()
    own = False
    for line in done.stdout.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            own = marker[1] == str(source)
        elif own:
            words |= words_of_code(line)
    return words


def uses() -> dict[str, list[str]]:
    """For each identifier in the tests the tests that hold it, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    sources = [ROOT / "examples", ROOT / "tests"]
    for path in sorted(path for folder in sources for path in folder.rglob("*")):
        if path.suffix in (".cu", ".cuh", ".cpp", ".c", ".h", ".inc"):
            text = path.read_text()
            words = words_of_code(text)
            if "##" in text and path.suffix == ".cu":
                words |= words_after_macros(path)
        elif path.suffix == ".py" and path.stem not in ("conftest", "test_supported"):
            words = words_of_python(path.read_text())
        else:
            continue
        for word in words:
            found[word].append(str(path.relative_to(ROOT)))
    return found


def refusals(names: Iterable[str]) -> dict[str, str]:
    """What a program gets that uses these functions of the API, for those that are not there."""
    asked = list(names)
    probe = "import ctypes, sys; library = ctypes.CDLL(sys.argv[1]); "
    probe += "print(*(name for name in sys.argv[2:] if not hasattr(library, name)))"
    command = [sys.executable, "-c", probe, str(runtime_library()), *asked]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    refused = {name: f"the linker says `undefined symbol: {name}`" for name in done.stdout.split()}
    for source in sorted((ROOT / "sampan" / "runtime").glob("*.cpp")):
        for name in only_refusing(source.read_text()):
            refused[name] = "it returns `cudaErrorNotSupported`"
    return refused


def only_refusing(source: str) -> list[str]:
    """Functions of the API that the C++ text defines as nothing but cudaErrorNotSupported."""
    return re.findall(
        r"SAMPAN_API cudaError_t (\w+)\([^)]*\) \{\s*return record_error\(cudaErrorNotSupported\);",
        source,
    )


def rows() -> list[Row]:
    """Every declared name once, where it is declared first in the order of SECTIONS."""
    order = [header for headers in SECTIONS.values() for header in headers]
    rank = {header: at for at, header in enumerate(order)}
    first: dict[str, Declaration] = {}
    for one in sorted(declarations(), key=lambda d: (rank.get(d.header, len(rank)), d)):
        first.setdefault(one.name, one)
    tests = uses()
    api = [d.name for d in first.values() if d.kind == "function" and d.header in _C_HEADERS]
    refused = refusals(api)
    return [Row(d, tuple(tests.get(n, ())), refused.get(n, "")) for n, d in first.items()]


_C_HEADERS = ("cuda_runtime_api.h", "cuda.h", "cudaProfiler.h")


def page(all_rows: list[Row]) -> str:
    sections: dict[str, list[Row]] = {title: [] for title in SECTIONS}
    home = {header: title for title, headers in SECTIONS.items() for header in headers}
    for row in all_rows:
        header = row.declaration.header
        sections.setdefault(home.get(header, f"`{header}`"), []).append(row)
    sections = {title: some for title, some in sections.items() if some}
    parts = [HEAD, "| | declared | tested | refused | not tested |\n|---|---|---|---|---|"]
    for title, some in [*sections.items(), ("all", all_rows)]:
        counts = [sum(row.status == s for row in some) for s in ("tested", "refused", "not tested")]
        parts.append(f"| {title} | {len(some)} | " + " | ".join(map(str, counts)) + " |")
    parts.append("\n## Known not to be supported\n")
    parts.append("A program that uses one of these is refused, with this name in the message.\n")
    parts.append("\n".join(f"- {feature}" for feature in sorted({f for _, f in MISSING})))
    for title, some in sections.items():
        parts.append(f"\n## {title}")
        parts += _section(some)
    return "\n".join(parts) + "\n"


def _section(some: list[Row]) -> Iterator[str]:
    for kind, plural in KINDS.items():
        here = sorted((r for r in some if r.declaration.kind == kind), key=lambda r: _key(r))
        if not here:
            continue
        yield f"\n### {plural}\n"
        tested = [row for row in here if row.status == "tested"]
        if tested and kind == "function":
            yield "| function | tests |\n|---|---|"
            yield from (f"| `{row.declaration.name}` | {_tests(row)} |" for row in tested)
            yield ""
        elif tested:
            yield f"Tested: {_list(tested)}.\n"
        for row in here:
            if row.refused:
                yield f"- `{row.declaration.name}` is refused: {row.refused}"
        if any(row.refused for row in here):
            yield ""
        untested = [row for row in here if row.status == "not tested"]
        if untested and kind == "value":
            yield f"{len(untested)} other values are declared, and not tested."
        elif untested:
            yield f"Not tested: {_list(untested)}."


KINDS = {
    "function": "Functions",
    "type": "Types",
    "value": "Values and variables",
    "macro": "Macros",
}


def _key(row: Row) -> tuple[str, str]:
    return row.declaration.name.lstrip("_").lower(), row.declaration.name


def _list(some: list[Row]) -> str:
    return ", ".join(f"`{row.declaration.name}`" for row in some)


def _tests(row: Row) -> str:
    shown = ", ".join(test.removeprefix("tests/") for test in row.tests[:MOST_TESTS])
    more = len(row.tests) - MOST_TESTS
    return shown + (f" and {more} more" if more > 0 else "")


if __name__ == "__main__":
    sys.stdout.write(page(rows()))
