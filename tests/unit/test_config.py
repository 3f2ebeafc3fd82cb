"""Knobs: their values, their errors, their documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sampan import config
from sampan.diagnostics import UsageError
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("2K", 2048), ("1.5m", 3 << 19), ("2GiB", 2 << 30), ("3 tb", 3 << 40)],
)
def test_sizes(text: str, size: int) -> None:
    with config.scope(SAMPAN_CACHE_LIMIT=text):
        assert config.CACHE_LIMIT.get() == size


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SAMPAN_CACHE_LIMIT", "much"),
        ("SAMPAN_THREADS", "0"),
        ("SAMPAN_THREADS", "-1"),
        ("SAMPAN_PATH", "fast"),
        ("SAMPAN_VERIFY", "maybe"),
    ],
)
def test_value_that_makes_no_sense_names_the_knob(name: str, text: str) -> None:
    with config.scope(**{name: text}), pytest.raises(UsageError, match=name):
        config.KNOBS[name].get()


def test_scope_restores_also_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPAN_PATH", "fibre")
    with pytest.raises(RuntimeError), config.scope(SAMPAN_PATH="vector", SAMPAN_VERIFY=None):
        assert config.PATH.get() == "vector"
        assert config.VERIFY.get() is False
        raise RuntimeError
    assert config.PATH.get() == "fibre"
    with pytest.raises(UsageError), config.scope(SAMPAN_NONE=1):
        pass


def test_empty_value_is_the_default() -> None:
    with config.scope(SAMPAN_CACHE_LIMIT=""):
        assert config.CACHE_LIMIT.get() == 2 << 30


def test_documentation_is_up_to_date() -> None:
    written = (ROOT / "docs" / "knobs.md").read_text()
    assert written == config.markdown(), "run `make docs`"


def test_every_variable_that_sources_mention_is_a_knob() -> None:
    sources = [*Path(ROOT, "sampan").rglob("*.py"), *Path(ROOT, "sampan").rglob("*.cpp")]
    read = re.compile(r"""(?:environ(?:\.get\(|\[)|getenv\(|environment\()\s*"(SAMPAN_\w+)\"""")
    mentioned = {name for path in sources for name in read.findall(path.read_text())}
    assert mentioned <= set(config.KNOBS)


def test_the_runtime_reads_the_knobs_that_the_table_says() -> None:
    """Its names of variables stand in literals of their own, wherever it reads them."""
    runtime = Path(ROOT, "sampan", "runtime")
    texts = [path.read_text() for path in (*runtime.glob("*.cpp"), *runtime.glob("*.h"))]
    name = re.compile(r'"((?:SAMPAN|CUDA)_[A-Z_]+)"')
    read = {found for text in texts for found in name.findall(text)}
    table = {knob.name for knob in config.KNOBS.values() if "runtime" in knob.readers}
    assert read == table
    # Nowhere else in it is the environment looked at.
    calls = [text.count("getenv(") for text in texts]
    assert sum(calls) == 1
