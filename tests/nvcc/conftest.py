"""`sampan cc` in this process, as a fixture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sampan.cli import main

NvccRun = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """How the command ended, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def nvcc(capfd: pytest.CaptureFixture[str]) -> NvccRun:
    def run(*words: str | Path, code: int = 0) -> Done:
        capfd.readouterr()
        ended = main(["cc", *map(str, words)])
        written = capfd.readouterr()
        assert ended == code, written.out + written.err
        return Done(ended, written.out, written.err)

    return run
