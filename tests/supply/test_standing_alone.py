"""The supply package and the compiler do not know each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "sampan"
SUPPLY = PACKAGE / "supply"
ALLOWED = {"sampan.diagnostics"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_supply_imports_nothing_of_the_compiler() -> None:
    files = sorted(SUPPLY.rglob("*.py"))
    assert len(files) > 10
    for path in files:
        for name in imports(path):
            if name == "sampan" or name.startswith("sampan."):
                module = name.rpartition(".")[0]
                fine = name.startswith("sampan.supply") or {name, module} & ALLOWED
                assert fine, f"{path} imports {name}"


def test_nothing_of_the_compiler_imports_supply() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if SUPPLY not in path.parents]
    assert len(others) > 50
    for path in others:
        assert not any(name.startswith("sampan.supply") for name in imports(path)), path


def test_running_a_program_loads_nothing_of_it() -> None:
    code = (
        "import sys, sampan.cli, sampan.cli.run, sampan.driver\n"
        "heavy = ('sampan.supply', 'pydantic', 'yaml', 'pypinyin', 'rapidfuzz', 'opencc')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
