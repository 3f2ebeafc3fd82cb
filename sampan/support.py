"""The built parts of Sampan that every program needs: the runtime and the device library.

They are compiled once for each state of their sources and kept beside the compile cache.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sampan.cache import default_directory
from sampan.frontend.clang import find_clang

PACKAGE = Path(__file__).resolve().parent


@contextmanager
def ready() -> Iterator[None]:
    """Builds both if need be, before threads ask for them."""
    runtime_library()
    device_library()
    yield


@cache
def runtime_library() -> Path:
    from sampan.runtime.build import build_runtime

    return _built("runtime", ("runtime",), lambda out: build_runtime(out, "g++"))


@cache
def device_library() -> Path:
    from sampan.devicelib.build import build_devicelib

    return _built("devicelib", ("devicelib",), lambda out: build_devicelib(out, [str(find_clang())]))


def _built(name: str, folders: tuple[str, ...], build: Callable[[Path], Path]) -> Path:
    """The file that `build` makes in the directory it is given; made once, by one process."""
    home = default_directory() / "support" / f"{name}-{_digest(folders)}"
    marker = home / "result"
    if not marker.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        with (home.parent / f"{home.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not marker.exists():
                shutil.rmtree(home, ignore_errors=True)
                made = Path(tempfile.mkdtemp(dir=home.parent, prefix="building-"))
                try:
                    result = build(made)
                    (made / "result").write_text(os.path.relpath(result, made))
                    made.rename(home)
                finally:
                    shutil.rmtree(made, ignore_errors=True)
    return home / marker.read_text()


def _digest(folders: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted((PACKAGE / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(PACKAGE)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
