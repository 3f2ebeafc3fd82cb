"""`sampan cc`, which is also `sampan-nvcc`: compiles and links as nvcc does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.cli import cc_commands, cc_options, make_rules
from sampan.cli.cc_options import (
    ARCHIVE,
    COMPILE,
    DEPENDENCIES,
    DEVICE_LINK,
    EMIT,
    LINK,
    PREPROCESS,
    USER_DEPENDENCIES,
    CcOptions,
)
from sampan.cli.failures import foreseen
from sampan.cli.options import chosen_path
from sampan.diagnostics import CompileError, ExitCode, MissingToolError, UsageError
from sampan.suffixes import is_linked

if TYPE_CHECKING:
    from sampan.driver import CompiledProgram

HELP = """\
usage: sampan cc [OPTIONS] FILES        also as: sampan-nvcc [OPTIONS] FILES

Compiles CUDA, C++ and C sources and links them with objects and libraries, as nvcc does, into a
program that needs no GPU and no Python. The options are nvcc's:

  -o FILE -c -dc -dw -dlink -lib -shared -E -M -MM -MD -MMD -MF -MT -MP --run
  -O -g -G -std -arch -code -gencode -rdc -D -U -I -isystem -include -L -l -x
  -Xcompiler -Xlinker -ccbin -cudart static|shared|none -odir
  -use_fast_math -ftz -prec-div -prec-sqrt -fmad --extended-lambda --default-stream
  -v --dryrun --version --options-file FILE, @FILE, -forward-unknown-to-host-compiler

Sampan's own:
  --path vector|fibre|opencl   how kernels run
  --target NAME -mcpu=LEVEL    for another instruction set (`sampan targets` lists them); without,
                               on x86-64, for SSE4.2, AVX2 and AVX-512, chosen at the start
  --emit=llvm|asm|obj|spirv    the device code alone: LLVM IR, assembly, an object, SPIR-V

Options that tune NVIDIA's own tools are accepted and change nothing; unknown ones are reported.
docs/from-nvcc.md says what differs.

Exit code: 0; 2 for a bad command line, 3 for what does not compile or link, 4 where the machine
lacks something, 70 for a bug in Sampan.
"""


def nvcc() -> int:
    """The command `sampan-nvcc`."""
    from sampan.cli import main as command_line

    return command_line(["cc", *sys.argv[1:]])


def main(words: list[str]) -> int:
    options = cc_options.parse(words)
    if options.help or not words:
        print(HELP, end="")
        return ExitCode.OK if words else ExitCode.USAGE
    if options.version:
        print(cc_commands.version_text())
        return ExitCode.OK
    if options.listing:
        print("\n".join(f"{options.listing}_{number}" for number in cc_options.ARCHITECTURES))
        return ExitCode.OK
    if options.verbose or options.dryrun:
        cc_commands.show_environment()
    for remark in options.remarks:
        print(f"sampan-nvcc: warning: {remark}", file=sys.stderr)
    _check(options)
    if options.verbose or options.dryrun:
        with foreseen():
            cc_commands.show_commands(options)
    if options.dryrun:
        return ExitCode.OK
    with foreseen():
        work = {
            LINK: _link,
            COMPILE: _compile,
            EMIT: _emit,
            DEVICE_LINK: _link_device,
            ARCHIVE: _archive,
            PREPROCESS: _preprocess,
            DEPENDENCIES: _list_dependencies,
            USER_DEPENDENCIES: _list_dependencies,
        }[options.phase]
        work(options)
    if options.run:
        program = str(cc_commands.program(options).absolute())
        with foreseen():
            command = [*_emulator(options), program, *options.run_arguments]
        return subprocess.call(command)
    return ExitCode.OK


# ---- what makes no sense ------------------------------------------------------------------------


def _check(options: CcOptions) -> None:
    if options.compiler_bindir:
        _check_host_compiler(options.compiler_bindir)
    if not options.sources:
        raise UsageError("no input file", hint="usage: sampan cc [OPTIONS] FILES")
    for path in options.sources:
        if path.is_dir():
            raise CompileError(f"{path} is a directory, not a source file")
        if not path.exists():
            raise CompileError(f"{path}: no such file")
        if not (cc_options.is_source(options, path) or is_linked(path)):
            raise UsageError(
                f"{path}: it is not clear what this is",
                hint="CUDA sources end in .cu, or come after -x cu",
            )
    one_each = options.phase in (COMPILE, EMIT, PREPROCESS, DEPENDENCIES, USER_DEPENDENCIES)
    if options.phase in (COMPILE, EMIT) and options.output and len(_sources(options)) > 1:
        raise UsageError(
            f"-o names one file, but {options.phase_word} makes one of each of the "
            f"{len(_sources(options))} sources",
            hint="leave -o out, or name a directory with -odir",
        )
    if one_each and not _sources(options):
        raise UsageError(f"{options.phase_word} wants a source file, and there are only objects")
    if options.emit == "spirv" and options.target:
        raise UsageError(
            f"--emit=spirv is for OpenCL devices, --target {options.target} for CPUs",
            hint="leave one of them out",
        )
    if options.emit not in ("", "spirv") and chosen_path(options) == "opencl":
        raise UsageError(
            f"--emit={options.emit} is for CPUs, and the path is opencl", hint="use --emit=spirv"
        )
    if options.path == "interp":
        raise UsageError("--path interp is for `sampan run` alone: it does not make a program")
    if options.run and options.phase != LINK:
        raise UsageError(f"--run and {options.phase_word} contradict each other")
    for folder in (options.output and options.output.parent, options.output_directory):
        if folder and not folder.is_dir():
            raise UsageError(f"there is no directory {folder} to write to")


def _check_host_compiler(text: str) -> None:
    """Sampan's clang always compiles host code, but a name that means nothing is a mistake."""
    path = Path(text)
    inside = [path / name for name in ("g++", "gcc", "clang++", "c++")] if path.is_dir() else []
    if not shutil.which(text) and not any(os.access(one, os.X_OK) for one in inside):
        raise UsageError(
            f"-ccbin {text}: there is no such compiler",
            hint="leave -ccbin out: host code is compiled by the clang that comes with Sampan",
        )


def _sources(options: CcOptions) -> list[Path]:
    return [path for path in options.sources if cc_options.is_source(options, path)]


# ---- the phases ---------------------------------------------------------------------------------


def _compile(options: CcOptions) -> None:
    from sampan import driver

    for path in options.sources:
        if not cc_options.is_source(options, path):
            print(f"sampan-nvcc: warning: {path} is not linked: nothing is", file=sys.stderr)
    chosen = cc_commands.compile_options(options)
    for source in _sources(options):
        out = cc_commands.object_file(options, source)
        with _whole(out) as made:
            built = driver.compile_object(source, chosen, made)
        _report(options, built)
        _write_dependencies(options, source, out, built.reads)


def _emulator(options: CcOptions) -> list[str]:
    from sampan.cli.options import machine
    from sampan.targets.emulate import emulator, for_children

    chosen = machine(options)
    if chosen is None or chosen.runs_here:
        return []
    program, flags = emulator(chosen)
    for_children(program, flags)
    return [str(program), *flags]


def _emit(options: CcOptions) -> None:
    from sampan import driver

    chosen = cc_commands.compile_options(options)
    for source in _sources(options):
        if source not in options.cuda_sources:
            print(f"sampan-nvcc: warning: {source} has no device code", file=sys.stderr)
            continue
        with _whole(cc_commands.emitted_file(options, source)) as made:
            driver.emit_device(source, chosen, options.emit, made)


def _link(options: CcOptions) -> None:
    from sampan import driver

    out = cc_commands.program(options)
    with _whole(out) as made:
        built = driver.compile_program(options.sources, cc_commands.link_options(options), made)
        made.chmod(0o777 & ~_umask())
    _report(options, built)
    if options.dependencies:
        for source in _sources(options):
            _write_dependencies(options, source, out, built.reads)


def _link_device(options: CcOptions) -> None:
    from sampan import driver

    with tempfile.TemporaryDirectory(prefix="sampan-cc-") as name:
        inputs = _objects(options, Path(name))
        out = cc_commands.program(options)
        with _whole(out) as made:
            built = driver.link_device(inputs, cc_commands.link_options(options), made)
        _report(options, built)


def _archive(options: CcOptions) -> None:
    archiver = options.archiver or shutil.which("ar") or shutil.which("llvm-ar")
    if not archiver:
        raise MissingToolError("no archiver found for -lib", hint="install binutils (ar)")
    with tempfile.TemporaryDirectory(prefix="sampan-cc-") as name:
        inputs = _objects(options, Path(name))
        out = cc_commands.program(options)
        out.unlink(missing_ok=True)
        command = [archiver, "rcs", str(out), *map(str, inputs)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode:
            raise CompileError(f"making {out} failed", output=done.stderr)


def _objects(options: CcOptions, work: Path) -> list[Path]:
    """The inputs, sources among them compiled."""
    from sampan import driver

    chosen = cc_commands.compile_options(options)
    inputs = []
    for number, path in enumerate(options.sources):
        if cc_options.is_source(options, path):
            made = work / str(number) / f"{path.stem}.o"
            made.parent.mkdir()
            _report(options, driver.compile_object(path, chosen, made))
            path = made
        inputs.append(path)
    return inputs


def _preprocess(options: CcOptions) -> None:
    from sampan.frontend import clang, host
    from sampan.frontend.plain import plain_command

    front = cc_commands.compile_options(options).front_end
    text = ""
    for source in _sources(options):
        if source in options.cuda_sources:
            command = clang.preprocess_command(source, front, "host", ["-E"])
        else:
            command = plain_command(source, front, ["-E"])
        text += host.output(command, f"preprocessing {source}")
        if options.dependencies:
            reads = _included(options, source)
            _write_dependencies(options, source, cc_commands.object_file(options, source), reads)
    _write(options, text)


def _list_dependencies(options: CcOptions) -> None:
    text = ""
    for source in _sources(options):
        target = options.dependency_target or make_rules.escaped(source.stem + ".o")
        text += make_rules.rule(target, _included(options, source), options.phony_targets)
    if options.dependency_file:
        options.dependency_file.write_text(text)
    else:
        _write(options, text)


def _included(options: CcOptions, source: Path) -> list[Path]:
    from sampan.frontend.plain import included_files

    system = DEPENDENCIES in (options.phase, options.dependencies.removesuffix("D"))
    front = cc_commands.compile_options(options).front_end
    found = included_files(source, front, source in options.cuda_sources, system)
    return found if system else _users(found)


def _users(files: Sequence[Path]) -> list[Path]:
    """Without the headers that every CUDA source includes unasked."""
    from sampan.frontend.clang import PACKAGE

    return [path for path in files if not path.is_relative_to(PACKAGE)]


def _write(options: CcOptions, text: str) -> None:
    if options.output:
        options.output.write_text(text, encoding="utf-8", errors="surrogateescape")
    else:
        sys.stdout.write(text)


def _write_dependencies(options: CcOptions, source: Path, out: Path, reads: Sequence[Path]) -> None:
    if not options.dependencies:
        return
    if options.dependencies == "-MMD":
        reads = _users(reads)
    file = options.dependency_file or (
        out.with_suffix(".d") if options.phase == COMPILE else Path(source.stem + ".d")
    )
    target = options.dependency_target or make_rules.escaped(str(out))
    file.write_text(make_rules.rule(target, reads, options.phony_targets))


@contextmanager
def _whole(final: Path) -> Iterator[Path]:
    """A file that appears under its name when it is complete, or not at all."""
    if final.exists() and not final.is_file():  # /dev/null, as configure scripts have it
        with tempfile.TemporaryDirectory(prefix="sampan-cc-") as name:
            made = Path(name) / "out"
            yield made
            final.write_bytes(made.read_bytes())
        return
    file, name = tempfile.mkstemp(prefix=f".{final.name}.", dir=final.parent)
    made = Path(name)
    try:
        os.fchmod(file, 0o666 & ~_umask())
        os.close(file)
        yield made
        os.replace(made, final)
    finally:
        made.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _report(options: CcOptions, built: CompiledProgram) -> None:
    from sampan.cli.explain import print_remarks
    from sampan.demangle import demangle

    for warning in built.warnings:
        print(warning, file=sys.stderr)
    print_remarks(built.remarks, options.explain)
    if options.verbose:
        for kernel in built.kernels:
            reason = f" ({kernel.reason})" if kernel.reason else ""
            print(f"#$ kernel {demangle(kernel.name)}: {kernel.path} path{reason}", file=sys.stderr)
