"""Builds libsampan.so, and libsampan.o to link statically, from the C++ sources beside it."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sampan.diagnostics import MissingToolError

SOURCES = Path(__file__).resolve().parent
INCLUDES = [f"-I{SOURCES}", f"-I{SOURCES / 'include'}"]
FLAGS = ["-std=c++17", "-O2", "-fPIC", "-pthread", "-fvisibility=hidden", "-Wall", "-Wextra"]
_PARTS = 4


def sources() -> list[Path]:
    """All files that the runtime is made of, headers among them."""
    return sorted([*SOURCES.rglob("*.h"), *SOURCES.glob("*.cpp")])


def write_parts(folder: Path) -> list[Path]:
    """Writes the runtime into the folder as a few sources of about the same size, which include its
    files in their order.

    Headers of the C++ library cost more than most of the files: so they are read a few times only.
    What is local to a file must have a name of its own.
    """
    files = sorted(SOURCES.glob("*.cpp"))
    ends = list(itertools.accumulate(file.stat().st_size for file in files))
    texts = [""] * _PARTS
    for file, end in zip(files, ends, strict=True):
        texts[(end - 1) * _PARTS // ends[-1]] += f'#include "{file.name}"\n'
    parts = [folder / f"part{number}.cpp" for number in range(_PARTS)]
    for part, text in zip(parts, texts, strict=True):
        part.write_text(text)
    return parts


def build_runtime(out_dir: Path, compiler: str | Sequence[str] = "g++") -> Path:
    """The library, compiled unless one of the same sources, flags and compiler is there already.
    `libsampan.o` beside it is the same as one object.

    Safe when several processes build at once: the result is renamed into place. Raises
    MissingToolError with the compiler's words if it fails.
    """
    command = [compiler] if isinstance(compiler, str) else list(compiler)
    digest = hashlib.sha256(" ".join([*command, *FLAGS]).encode())
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    folder = out_dir / f"runtime-{digest.hexdigest()[:24]}"
    library = folder / "libsampan.so"
    if library.exists():
        return library
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:

        def compile_one(source: Path) -> Path:
            result = Path(scratch) / f"{source.stem}.o"
            _run([*command, *FLAGS, *INCLUDES, "-c", str(source), "-o", str(result)])
            return result

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(pool.map(compile_one, write_parts(Path(scratch))))
        # One object and not an archive of many: a program must have all of the runtime or nothing.
        # A part would share the work with that of a library which the program loads.
        whole = Path(scratch) / "libsampan.o"
        _run([*command, "-r", "-nostdlib", *map(str, objects), "-o", str(whole)])
        os.replace(whole, folder / "libsampan.o")
        built = Path(scratch) / "libsampan.so"
        # Workers run in it to the end of the process, so it must not be unloaded.
        link = ["-shared", "-pthread", "-Wl,-z,nodelete", "-Wl,-soname,libsampan.so"]
        _run([*command, *link, *map(str, objects), "-o", str(built)])
        os.replace(built, library)
    return library


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise MissingToolError(f"cannot start the C++ compiler {command[0]}: {error}") from None
    if done.returncode != 0:
        raise MissingToolError(f"cannot build the runtime:\n{done.stderr.strip()}")
