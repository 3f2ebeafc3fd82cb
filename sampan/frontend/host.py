"""The host half: registers kernels before static initialisers run, and becomes an object file."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sampan.diagnostics import CompileError, MissingToolError
from sampan.frontend.clang import find_clang

# The module of the same translation unit registers itself at 101 (module_object).
REGISTRATION_PRIORITY = 102

_CONSTRUCTOR = re.compile(r"\{ i32 \d+, ptr @__cuda_module_ctor, ptr null \}")


def module_id(sources: Sequence[Path], index: int, options: object) -> str:
    """Identifies a device module, to its host half and to the runtime.

    Known before compiling: a digest of the sources it comes from, of the place of the first among
    the program's sources and of the options.
    """
    digest = hashlib.sha256()
    for source in sources:
        digest.update(str(source.resolve()).encode("utf-8", "surrogateescape") + b"\0")
        digest.update(source.read_bytes())
    digest.update(f"{index}\0{options!r}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def register_early(host_ir: str) -> str:
    """Lets clang's registration run before the program's static initialisers.

    Clang gives both the priority 65535 and lets registration come last, so a kernel launched by a
    static initialiser would be unknown.
    """
    return _CONSTRUCTOR.sub(
        f"{{ i32 {REGISTRATION_PRIORITY}, ptr @__cuda_module_ctor, ptr null }}", host_ir
    )


def compute_capability(arch: str) -> str:
    """IR that tells the runtime what the program was compiled for (runtime/knobs.cpp). Weak: each
    file says it, and of different ones the first counts."""
    number = int(re.sub(r"\D", "", arch))
    return f"\n@sampan_compute_capability = weak constant i32 {number}\n"


def start_object(host_ll: Path, out: Path, flags: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Starts clang on host IR that it has optimised already."""
    command = [
        str(find_clang()),
        "-c",
        "-x",
        "ir",
        "-O2",
        "-Xclang",
        "-disable-llvm-passes",
        "-Wno-override-module",
        *flags,
        "-o",
        str(out),
        str(host_ll),
    ]
    return start(command)


def start(command: Sequence[str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise MissingToolError(f"cannot run {command[0]}: {error.strerror}") from None


def output(command: Sequence[str], doing: str) -> str:
    """What a tool writes to its standard output. Raises CompileError if it failed."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
        )
    except OSError as error:
        raise MissingToolError(f"cannot run {command[0]}: {error.strerror}") from None
    if done.returncode:
        raise CompileError(f"{doing} failed", output=done.stderr)
    return done.stdout


def finish(process: subprocess.Popen[str], doing: str) -> str:
    """Waits for a tool; returns what it said. Raises CompileError with it if it failed."""
    said = process.communicate()[1]
    if process.returncode:
        raise CompileError(f"{doing} failed", output=said)
    return said
