"""What all tests share: the command `sampan` as a fixture, and a compile cache of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"

# Tests must not depend on what the user has set, nor fill the user's cache. The cache of the tests
# is kept from run to run: what has not changed need not be compiled again.
for name in [name for name in os.environ if name.startswith("SAMPAN_")]:
    kept = ("SAMPAN_CLANG", "SAMPAN_CPU", "SAMPAN_THREADS")
    if name not in kept and not name.startswith("SAMPAN_TEST_"):
        del os.environ[name]
os.environ["SAMPAN_CACHE_DIR"] = str(ROOT / "build" / "test-cache")
os.environ["SAMPAN_VERIFY"] = "1"

SampanRun = Callable[..., subprocess.CompletedProcess[str]]


def run_sampan(
    *words: str | Path,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    stdin: str = "",
    timeout: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end; `env` is added to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "sampan", *map(str, words)],
        cwd=cwd or ROOT,
        env={**os.environ, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
    )


@pytest.fixture
def sampan() -> SampanRun:
    return run_sampan


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compile cache for one test without any program; precompiled headers it has in common with
    the other tests."""
    directory = tmp_path / "cache"
    headers = ROOT / "build" / "test-cache" / "headers"
    headers.mkdir(parents=True, exist_ok=True)
    directory.mkdir()
    (directory / "headers").symlink_to(headers)
    monkeypatch.setenv("SAMPAN_CACHE_DIR", str(directory))
    return directory
