"""The built parts of Sampan that every program needs: the runtime and the device library.

They are compiled once for each state of their sources; `cache.prepared` says where they are kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sampan.cache import prepared
from sampan.frontend.clang import find_clang

PACKAGE = Path(__file__).resolve().parent


def prepare() -> None:
    """Builds both if need be, before threads ask for them."""
    runtime_library()
    device_library()


@cache
def runtime_library() -> Path:
    from sampan.runtime.build import build_runtime

    return _built("runtime", ("runtime",), lambda out: build_runtime(out, "g++"))


@cache
def device_library() -> Path:
    from sampan.devicelib.build import build_devicelib

    return _built(
        "devicelib", ("devicelib",), lambda out: build_devicelib(out, [str(find_clang())])
    )


def _built(name: str, folders: tuple[str, ...], build: Callable[[Path], Path]) -> Path:
    """The file that `build` makes in the directory it is given; made once, by one process."""

    def fill(directory: Path) -> None:
        made = build(directory)
        (directory / "result").write_text(os.path.relpath(made, directory))

    home = prepared(name, _digest(folders), fill)
    return home / (home / "result").read_text()


def _digest(folders: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted((PACKAGE / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(PACKAGE)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
