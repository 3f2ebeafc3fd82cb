"""`sampan run`: compiles, or finds in the cache, and runs a CUDA program."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sampan import cache as program_cache
from sampan import config
from sampan.at_launch import service
from sampan.at_launch.choices import write_choices
from sampan.cli import launch, options, stats
from sampan.cli.cpu import cpu_identity
from sampan.diagnostics import CompileError, ExitCode, MissingToolError
from sampan.tune.store import Store, choices_for

if TYPE_CHECKING:  # slow to load, and not needed where the cache has the program
    from sampan.at_launch.kernels import WaitingModule
    from sampan.targets.base import Machine

HELP = """\
usage: sampan run [FLAGS] FILE.cu... [-- ARGUMENTS]

Compiles the files (CUDA, C++, C; objects are linked) and runs the program with its arguments.
A program that was compiled before, from the same files with the same flags, starts at once.

nvcc's flags, in any of nvcc's spellings (-std=c++17, -std c++17, --std=c++17):
  -arch=sm_80 -std=c++17 -O3 -g -G -D -U -I -isystem -include -L -l -Xcompiler -Xlinker -x cu
  -use_fast_math -ftz= -fmad= -prec-div= -prec-sqrt= -rdc=
Flags that only tune NVIDIA's tools (-lineinfo, -Xptxas, -maxrregcount, ...) are accepted.

Sampan's own:
  --target NAME        run for another instruction set, in an emulator where that is needed
  -mcpu=LEVEL          its vector instructions (`sampan targets` lists targets and levels)
  --path vector|fibre  how kernels run: as vector code where possible (default), or as fibres
  --path interp        every thread interpreted, in random order, each memory access checked: slow
  --path opencl        on an OpenCL device, which SAMPAN_DEVICE=opencl:N names (default opencl:0)
  --ahead              compile all kernels before the program starts, for blocks of any shape
  --threads N          worker threads, instead of one per CPU
  --no-tuned           without what `sampan tune` has found out
  --stats              afterwards a table of the kernels: launches, path taken and why, time
  --json[=FILE]        the same as one JSON object, on standard error or in FILE
  --remarks[=json]     what became of each kernel, by source line
  --no-cache           compile anew, keep nothing
  --keep[=DIR]         leave the program in DIR (sampan-keep), the stages of its compilation below
  --verbose            say what is done, and how long it takes

Exit code: the program's own; 2 for a bad command line, 3 for a source that does not compile,
4 where the machine lacks something, 70 for a bug in Sampan.
"""


def main(words: list[str]) -> int:
    own = words[: words.index("--")] if "--" in words else words
    if not words or "--help" in own or "-h" in own:
        print(HELP, end="")
        return ExitCode.OK if words else ExitCode.USAGE
    chosen = options.parse(words)
    for remark in chosen.remarks:
        print(f"sampan: note: {remark}", file=sys.stderr)
    chosen.path = options.chosen_path(chosen)
    chosen.ahead = chosen.ahead or config.AHEAD.get()
    check_sources(chosen.sources)

    cached = program_cache.Cache.from_knobs()
    if not chosen.cache or chosen.keep or chosen.explain or config.DUMP.get():
        cached.root = None
    wanted = requests_of(chosen) if cached.root is not None else []
    if chosen.tuned and Store.from_knobs().allows_fast_math(wanted):
        chosen.fast_math_too = True
        wanted = requests_of(chosen)
    for request in wanted:
        program = cached.find(request)
        if program is not None:
            _say(chosen, f"found in the cache: {program}")
            return launch.end_like(_run(chosen, program, None, keep_running_beside=False))
    return launch.end_like(_compile_and_run(chosen, cached, wanted))


def requests_of(chosen: options.RunOptions) -> list[program_cache.Request]:
    """By which the cache knows the program: for its path, and, where all its kernels are compiled
    at launch, for either."""
    flags = [options.compile_flags(chosen)]
    if compiles_at_launch(chosen) and chosen.path in ("vector", "fibre"):
        flags.append(options.compile_flags(dataclasses.replace(chosen, path="")))
    identity = _cpu_identity(chosen)
    return [program_cache.request(chosen.sources, one, identity) for one in flags]


def _compile_and_run(
    chosen: options.RunOptions, cached: program_cache.Cache, wanted: list[program_cache.Request]
) -> int:
    workspace = make_workspace()
    try:
        program, waiting, whole, reads = compile_into(chosen, workspace)
        kernels = kernels_of(program)
        stored = None
        if wanted:
            request = wanted[-1 if whole else 0]
            stored = cached.store(request, program, reads, kernels, program_name(chosen))
        if stored is not None:
            shutil.rmtree(workspace, ignore_errors=True)
            return _run(chosen, stored, waiting, keep_running_beside=False)
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy2(program, chosen.keep / program_name(chosen))
            _say(chosen, f"kept in {chosen.keep}")
        return _run(chosen, program, waiting, keep_running_beside=True)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def check_sources(sources: list[Path]) -> None:
    for source in sources:
        if source.is_dir():
            raise CompileError(f"{source} is a directory, not a source file")
        if not source.exists():
            raise CompileError(f"{source}: no such file")
        if not os.access(source, os.R_OK):
            raise CompileError(f"{source}: permission denied")


def make_workspace() -> Path:
    import tempfile  # slow to load, and not needed where the cache has the program

    try:
        return Path(tempfile.mkdtemp(prefix="sampan-run-"))
    except OSError as error:
        raise MissingToolError(
            f"no place for temporary files: {error.strerror or error}",
            hint="TMPDIR names a directory with some space",
        ) from None


def compile_into(
    chosen: options.RunOptions, workspace: Path
) -> tuple[Path, Sequence[WaitingModule], bool, list[Path]]:
    """Builds the program in the workspace; returns it, the modules whose kernels are compiled at
    launch, which are then in a folder beside it, whether they are all modules with kernels, and
    the files that the compilation read."""
    # Not needed, and slow to load, where the cache has the program.
    from sampan import driver, support
    from sampan.at_launch.folder import write_modules
    from sampan.cli.explain import print_remarks
    from sampan.cli.failures import foreseen
    from sampan.demangle import demangle

    out = workspace / "program"
    stages = chosen.keep / "stages" if chosen.keep else None
    started = time.perf_counter()
    with foreseen(), config.scope(**({} if chosen.cache else {config.CACHE.name: False})):
        built = driver.compile_program(
            chosen.sources,
            dataclasses.replace(
                options.to_compile_options(chosen),
                at_launch=compiles_at_launch(chosen),
                fast_math_too=chosen.fast_math_too,
            ),
            out,
            dump_directory=stages,
        )
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    print_remarks(built.remarks, chosen.explain)
    _say(chosen, f"compiled in {time.perf_counter() - started:.2f} s")
    for kernel in built.kernels:
        if kernel.path:
            reason = f" ({kernel.reason})" if kernel.reason else ""
            _say(chosen, f"kernel {demangle(kernel.name)}: {kernel.path} path{reason}")
    if built.waiting:
        write_modules(out.with_name(program_cache.KERNELS), built.waiting)
    reads = [*built.reads, support.runtime_library(), *options.static_libraries(chosen)]
    return out, built.waiting, not any(kernel.path for kernel in built.kernels), reads


def compiles_at_launch(chosen: options.RunOptions) -> bool:
    """Not where somebody wants to see the whole, or keep it; nor for another machine."""
    whole = chosen.ahead or chosen.keep or chosen.explain or config.DUMP.get()
    return not whole and options.machine(chosen) is None


def kernels_of(program: Path) -> Path | None:
    """The folder for the kernels of a program that are compiled when they are launched."""
    folder = program.with_name(program_cache.KERNELS)
    return folder if folder.is_dir() else None


def _run(
    chosen: options.RunOptions,
    program: Path,
    waiting: Sequence[WaitingModule] | None,
    keep_running_beside: bool,
) -> int:
    """Runs the program, to its end or in place of this process. Returns its exit code, -N where
    signal N ended it. `waiting`: the modules of its folder, if they are in memory."""
    kernels = kernels_of(program)
    if kernels is None:
        return _start(chosen, program, (), keep_running_beside)
    path = str(chosen.path)
    with (
        service.beside(kernels, path, waiting, chosen.verbose) as descriptors,
        config.scope(**_tuned(chosen, kernels)),
    ):
        return _start(chosen, program, descriptors, keep_running_beside)


def _tuned(chosen: options.RunOptions, kernels: Path) -> dict[str, Path]:
    """The knob for what `sampan tune` has found out about the program's kernels, if it has."""
    choices = choices_for(kernels) if chosen.tuned and chosen.path == "vector" else {}
    if not choices:
        return {}
    file = kernels / "tuned"
    try:
        write_choices(file, choices)
    except OSError as error:
        _say(chosen, f"choices of `sampan tune` are not used: {error.strerror}")
        return {}
    if chosen.verbose:
        from sampan.at_launch.names import parse_library_name
        from sampan.demangle import demangle

        for (library, kernel), choice in choices.items():
            parsed = parse_library_name(library)
            shape = " x ".join(map(str, parsed[2])) if parsed else "any shape"
            _say(chosen, f"tuned: kernel {demangle(kernel)}, blocks of {shape}: {choice}")
    return {config.TUNED.name: file}


def _start(
    chosen: options.RunOptions,
    program: Path,
    descriptors: tuple[int, ...],
    keep_running_beside: bool,
) -> int:
    if chosen.threads is not None:
        os.environ[config.THREADS.name] = str(chosen.threads)
    config.THREADS.get()  # a knob that makes no sense is better found before the run
    os.environ.setdefault(config.ARCH.name, chosen.arch)
    executable, name, arguments = program, program_name(chosen), chosen.arguments
    machine = options.machine(chosen)
    if chosen.path == "interp":
        executable, name, arguments = _interpreter(program, name, arguments)
    elif machine is not None and not machine.runs_here:
        executable, name, arguments = _emulator(machine, program, name, arguments)
    else:  # a path, by which a program that starts itself again finds itself
        executable = program_cache.named(program, name)
        name = str(executable)
    if not (chosen.stats or chosen.json or keep_running_beside):
        sys.stdout.flush()
        launch.replace(executable, name, arguments)
    if not (chosen.stats or chosen.json):
        return launch.supervise(executable, name, arguments, descriptors)
    import tempfile

    with tempfile.TemporaryDirectory(prefix="sampan-stats-") as directory:
        report = Path(directory) / "stats.json"
        with config.scope(SAMPAN_STATS=report):
            started = time.perf_counter()
            code = launch.supervise(executable, name, arguments, descriptors)
            seconds = time.perf_counter() - started
        result = stats.read(report, code, seconds)
    if chosen.stats:
        print(stats.table(result), file=sys.stderr)
    if chosen.json:
        stats.write_json(result, chosen.json)
    return code


def _cpu_identity(chosen: options.RunOptions) -> str:
    machine = options.machine(chosen)
    return cpu_identity() if machine is None else f"{machine}"


def _emulator(
    machine: Machine, program: Path, name: str, arguments: list[str]
) -> tuple[Path, str, list[str]]:
    """What to start, its argv[0] and the rest, for a program that another machine would run."""
    from sampan.targets.emulate import emulator, for_children, warn_of_faults

    executable, flags = emulator(machine)
    for_children(executable, flags)
    warn_of_faults(machine, executable)
    return executable, str(executable), [*flags, "-0", name, str(program), *arguments]


def _interpreter(program: Path, name: str, arguments: list[str]) -> tuple[Path, str, list[str]]:
    """What to start, its argv[0] and the rest, for a program that the interpreter runs."""
    from sampan import support

    config.SEED.get()
    words = ["-m", "sampan.interpret", str(support.runtime_library()), str(program), name]
    return Path(sys.executable), sys.executable, [*words, *arguments]


def program_name(chosen: options.RunOptions) -> str:
    return chosen.sources[0].stem


def _say(chosen: options.RunOptions, text: str) -> None:
    if chosen.verbose:
        print(f"sampan: {text}", file=sys.stderr)
