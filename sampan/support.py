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
from sampan.link import HOST_LIBRARIES

PACKAGE = Path(__file__).resolve().parent
# The runtime is built by the clang that compiles the programs: no other compiler is needed.
CXX_FLAGS = (
    "--driver-mode=g++",
    *HOST_LIBRARIES,
    "-fuse-ld=lld",
    "-Wno-unused-command-line-argument",
)


def prepare() -> None:
    """Builds both if need be, before threads ask for them."""
    runtime_library()
    device_library()


@cache
def runtime_library() -> Path:
    from sampan.runtime.build import build_runtime

    command = [str(find_clang()), *CXX_FLAGS]
    return _built("runtime", command, lambda out: build_runtime(out, command))


def runtime_object() -> Path:
    """The whole runtime as one object, for programs that shall need nothing else."""
    return runtime_library().with_suffix(".o")


@cache
def device_library() -> Path:
    from sampan.devicelib.build import build_devicelib

    command = [str(find_clang())]
    return _built("devicelib", command, lambda out: build_devicelib(out, command))


def _built(name: str, command: list[str], build: Callable[[Path], Path]) -> Path:
    """The file that `build` makes of the folder `name`, with the compiler `command`, in the
    directory it is given; made once, by one process."""

    def fill(directory: Path) -> None:
        made = build(directory)
        (directory / "result").write_text(os.path.relpath(made, directory))

    home = prepared(name, _digest(name, command), fill)
    return home / (home / "result").read_text()


def _digest(folder: str, command: list[str]) -> str:
    digest = hashlib.sha256("\0".join(command).encode())
    for file in sorted((PACKAGE / folder).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(str(file.relative_to(PACKAGE)).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
