"""A folder laid out like a CUDA toolkit, for build systems that look for one.

    bin/nvcc            Sampan's compiler driver
    bin/host-linker     the C++ compiler that links objects with the runtime's libraries
    include/            the CUDA headers
    lib64/              libcudart_static.a, libcudart.so, libcudadevrt.a, libcuda.so
    nvvm/libdevice/     empty: CMake looks for it
    version.json, version.txt

All of it is small or points into the package; it is made once and kept like the runtime.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sys
from functools import cache
from pathlib import Path

from sampan import support
from sampan.cache import prepared
from sampan.frontend.clang import HEADERS, RUNTIME_INCLUDE
from sampan.link import export_flags, linker

CUDA_VERSION = (12, 8, 93)  # __CUDACC_VER_MAJOR__ and so on in the headers
# What of CUDA's own libraries is in the runtime.
SHARED_NAMES = ("libsampan.so", "libcudart.so", "libcudart.so.12", "libcuda.so", "libcuda.so.1")


def version_text() -> str:
    return ".".join(map(str, CUDA_VERSION))


@cache
def toolkit() -> Path:
    """The folder. Raises MissingToolError where the runtime cannot be built."""
    python = [sys.executable, "-P", "-m", "sampan", "cc"]
    runtime, whole = support.runtime_library(), support.runtime_object()
    parts = [*python, *linker(), *export_flags(), str(runtime), str(HEADERS), str(RUNTIME_INCLUDE)]
    names = sorted(one.name for one in (*HEADERS.iterdir(), *RUNTIME_INCLUDE.iterdir()))
    source = Path(__file__).read_bytes()
    digest = hashlib.sha256("\0".join([*parts, *names]).encode() + source).hexdigest()[:16]

    def fill(root: Path) -> None:
        for part in ("bin", "include", "lib64/stubs", "nvvm/libdevice"):
            (root / part).mkdir(parents=True)
        (root / "lib").symlink_to("lib64")
        _script(root / "bin" / "nvcc", f'exec {shlex.join(python)} "$@"')
        _script(root / "bin" / "host-linker", _host_linker())
        for folder in (HEADERS, RUNTIME_INCLUDE):
            for header in folder.iterdir():
                if header.name not in ("fallback", "__pycache__"):
                    (root / "include" / header.name).symlink_to(header)
        for name in SHARED_NAMES:
            (root / "lib64" / name).symlink_to(runtime)
        (root / "lib64" / "stubs" / "libcuda.so").symlink_to(runtime)
        # A script for the linker: the runtime is one object, which is linked as a whole.
        (root / "lib64" / "libcudart_static.a").write_text(f'INPUT("{whole}")\n')
        (root / "lib64" / "libcudadevrt.a").write_text("!<arch>\n")
        version = {"cuda": {"name": "CUDA by Sampan", "version": version_text()}}
        (root / "version.json").write_text(json.dumps(version, indent=2) + "\n")
        (root / "version.txt").write_text(f"CUDA Version {version_text()}\n")

    return prepared("toolkit", digest, fill)


def _host_linker() -> str:
    """A shell script that links. Workers of the runtime run to the end of the process, so a library
    that has it inside must not be unloaded; a program that has it outside must find it."""
    shared = r"(^|[[:space:]])\"?-lcudart\"?([[:space:]]|\$)"
    return f"""\
lib64=$(cd "$(dirname "$0")/../lib64" && pwd)
for word; do
  case "$word" in
  -shared) set -- "$@" -Wl,-z,nodelete ;;
  -lcudart) set -- "$@" "-Wl,-rpath,$lib64" ;;
  @*) ! grep -qE -e "{shared}" "${{word#@}}" || set -- "$@" "-Wl,-rpath,$lib64" ;;
  esac
done
exec {shlex.join([*linker(), *export_flags()])} "$@\""""


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    os.chmod(path, 0o755)
