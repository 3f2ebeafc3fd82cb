"""`sampan cc`, which is also `sampan-nvcc`: compiles and links as nvcc does."""

from __future__ import annotations

import dataclasses
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.cli import cc_options, make_rules
from sampan.cli.cc_options import (
    ARCHIVE,
    COMPILE,
    DEPENDENCIES,
    DEVICE_LINK,
    LINK,
    PREPROCESS,
    USER_DEPENDENCIES,
    CcOptions,
)
from sampan.cli.failures import foreseen
from sampan.cli.options import to_compile_options
from sampan.diagnostics import CompileError, ExitCode, MissingToolError, UsageError

if TYPE_CHECKING:
    from sampan.driver import CompiledProgram, CompileOptions

HELP = """\
usage: sampan cc [OPTIONS] FILES        also as: sampan-nvcc [OPTIONS] FILES

Compiles CUDA, C++ and C sources and links them with objects and libraries, as nvcc does, into a
program that needs no GPU and no Python. The options are nvcc's:

  -o FILE -c -dc -dw -dlink -lib -shared -E -M -MM -MD -MMD -MF -MT -MP --run
  -O -g -G -std -arch -code -gencode -rdc -D -U -I -isystem -include -L -l -x
  -Xcompiler -Xlinker -ccbin -cudart static|shared|none -odir
  -use_fast_math -ftz -prec-div -prec-sqrt -fmad --extended-lambda --default-stream
  -v --dryrun --version --options-file FILE, @FILE, -forward-unknown-to-host-compiler
  --path vector|fibre    Sampan's own: how kernels run

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
        print(version_text())
        return ExitCode.OK
    if options.verbose or options.dryrun:
        _show_environment()
    for remark in options.remarks:
        print(f"sampan-nvcc: warning: {remark}", file=sys.stderr)
    _check(options)
    if options.verbose or options.dryrun:
        with foreseen():
            _show_commands(options)
    if options.dryrun:
        return ExitCode.OK
    with foreseen():
        work = {
            LINK: _link,
            COMPILE: _compile,
            DEVICE_LINK: _link_device,
            ARCHIVE: _archive,
            PREPROCESS: _preprocess,
            DEPENDENCIES: _list_dependencies,
            USER_DEPENDENCIES: _list_dependencies,
        }[options.phase]
        work(options)
    if options.run:
        return subprocess.call([_program(options).absolute(), *options.run_arguments])
    return ExitCode.OK


def version_text() -> str:
    """What --version prints. Build systems recognise nvcc by the first and the last line."""
    from sampan.cli.version import version_text as own
    from sampan.toolkit import CUDA_VERSION
    from sampan.toolkit import version_text as cuda

    major, minor, _ = CUDA_VERSION
    return (
        f"nvcc: NVIDIA (R) Cuda compiler driver: this is sampan-nvcc in its place\n{own()}\n"
        "Sampan is not affiliated with NVIDIA and contains nothing of NVIDIA's.\n"
        f"Cuda compilation tools, release {major}.{minor}, V{cuda()}"
    )


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
        if not (cc_options.is_source(options, path) or cc_options.is_linked(path)):
            raise UsageError(
                f"{path}: it is not clear what this is",
                hint="CUDA sources end in .cu, or come after -x cu",
            )
    one_each = options.phase in (COMPILE, PREPROCESS, DEPENDENCIES, USER_DEPENDENCIES)
    if one_each and options.phase == COMPILE and options.output and len(_sources(options)) > 1:
        raise UsageError(
            f"-o names one file, but {options.phase_word} makes one of each of the "
            f"{len(_sources(options))} sources",
            hint="leave -o out, or name a directory with -odir",
        )
    if one_each and not _sources(options):
        raise UsageError(f"{options.phase_word} wants a source file, and there are only objects")
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


def _program(options: CcOptions) -> Path:
    defaults = {DEVICE_LINK: "a_dlink.o", ARCHIVE: "a.a"}
    return options.output or _in_directory(options, Path(defaults.get(options.phase, "a.out")))


def _object(options: CcOptions, source: Path) -> Path:
    return options.output or _in_directory(options, Path(source.stem + ".o"))


def _in_directory(options: CcOptions, path: Path) -> Path:
    return options.output_directory / path if options.output_directory else path


# ---- the phases ---------------------------------------------------------------------------------


def _compile(options: CcOptions) -> None:
    from sampan import driver

    for path in options.sources:
        if not cc_options.is_source(options, path):
            print(f"sampan-nvcc: warning: {path} is not linked: nothing is", file=sys.stderr)
    chosen = _compile_options(options)
    for source in _sources(options):
        out = _object(options, source)
        with _whole(out) as made:
            built = driver.compile_object(source, chosen, made)
        _report(options, built)
        _write_dependencies(options, source, out, built.reads)


def _link(options: CcOptions) -> None:
    from sampan import driver

    out = _program(options)
    with _whole(out) as made:
        built = driver.compile_program(options.sources, _link_options(options), made)
        made.chmod(0o777 & ~_umask())
    _report(options, built)
    if options.dependencies:
        for source in _sources(options):
            _write_dependencies(options, source, out, built.reads)


def _link_device(options: CcOptions) -> None:
    from sampan import driver

    with tempfile.TemporaryDirectory(prefix="sampan-cc-") as name:
        inputs = _objects(options, Path(name))
        out = _program(options)
        with _whole(out) as made:
            built = driver.link_device(inputs, _link_options(options), made)
        _report(options, built)


def _archive(options: CcOptions) -> None:
    archiver = options.archiver or shutil.which("ar") or shutil.which("llvm-ar")
    if not archiver:
        raise MissingToolError("no archiver found for -lib", hint="install binutils (ar)")
    with tempfile.TemporaryDirectory(prefix="sampan-cc-") as name:
        inputs = _objects(options, Path(name))
        out = _program(options)
        out.unlink(missing_ok=True)
        command = [archiver, "rcs", str(out), *map(str, inputs)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode:
            raise CompileError(f"making {out} failed", output=done.stderr)


def _objects(options: CcOptions, work: Path) -> list[Path]:
    """The inputs, sources among them compiled."""
    from sampan import driver

    chosen = _compile_options(options)
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

    front = _compile_options(options).clang
    text = ""
    for source in _sources(options):
        if source in options.cuda_sources:
            command = clang.preprocess_command(source, front, "host", ["-E"])
        else:
            command = plain_command(source, front, ["-E"])
        text += host.output(command, f"preprocessing {source}")
        if options.dependencies:
            reads = _included(options, source)
            _write_dependencies(options, source, _object(options, source), reads)
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
    front = _compile_options(options).clang
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


# ---- in the compiler's terms --------------------------------------------------------------------


def _compile_options(options: CcOptions) -> CompileOptions:
    chosen = to_compile_options(options)
    return dataclasses.replace(chosen, system_headers=options.dependencies != "-MMD")


def _link_options(options: CcOptions) -> CompileOptions:
    """With the runtime: found by -l in the toolkit's folder, as nvcc does it."""
    from sampan.driver import NO_RUNTIME
    from sampan.toolkit import toolkit

    chosen = _compile_options(options)
    lib64 = str(toolkit() / "lib64")
    flags = list(chosen.linker_flags)
    if options.shared:
        flags += ["-z", "nodelete"]
    if options.cudart == "shared":
        flags.append(f"-rpath={lib64}")
    return dataclasses.replace(
        chosen,
        shared=options.shared,
        runtime=NO_RUNTIME,
        device_link=options.device_link,
        libraries=(*chosen.libraries, *_runtime_libraries(options)),
        library_dirs=(*chosen.library_dirs, f"{lib64}/stubs", lib64),
        linker_flags=tuple(flags),
        driver_flags=(*_flags_for_linking(options), *_export_flags(options)),
    )


def _runtime_libraries(options: CcOptions) -> list[str]:
    named = {"static": "cudart_static", "shared": "cudart"}.get(options.cudart)
    return ["cudadevrt", *([named] if named else []), "rt", "pthread", "dl"]


def _flags_for_linking(options: CcOptions) -> list[str]:
    """The host compiler's flags count when it links as well, as with nvcc."""
    others = ("-fopenmp", "-Wl,", "-Wa,", "-Wp,", "-M")
    return [flag for flag in options.host_flags if not flag.startswith(others)]


def _export_flags(options: CcOptions) -> list[str]:
    from sampan.link import export_flags

    return export_flags() if options.cudart == "static" else []


# ---- -v and --dryrun ----------------------------------------------------------------------------


def _show(text: str) -> None:
    print(f"#$ {text}", file=sys.stderr)


def _show_environment() -> None:
    """The lines by which CMake finds the toolkit."""
    from sampan.toolkit import toolkit

    with foreseen():
        top = toolkit()
    _show("_NVVM_BRANCH_=nvvm")
    _show("_SPACE_= ")
    _show(f"_HERE_={top}/bin")
    _show(f"TOP={top}")
    _show(f"NVVMIR_LIBRARY_DIR={top}/nvvm/libdevice")
    _show(f"PATH={top}/bin:{os.environ.get('PATH', '')}")
    _show(f'INCLUDES="-I{top}/include"  ')
    _show(f"LIBRARIES={_library_path(top)}")
    _show("CUDAFE_FLAGS=")
    _show("PTXAS_FLAGS=")


def _library_path(top: Path) -> str:
    return f'  "-L{top}/lib64/stubs" "-L{top}/lib64"'


def _show_commands(options: CcOptions) -> None:
    """The commands that compile and link, with names instead of the temporary files."""
    from sampan.frontend import clang
    from sampan.frontend.plain import plain_command
    from sampan.toolkit import toolkit

    chosen = _compile_options(options)
    objects = []
    for path in options.sources:
        if not cc_options.is_source(options, path):
            objects.append(str(path))
            continue
        out = str(_object(options, path)) if options.phase == COMPILE else f"{path.stem}.o"
        objects.append(out)
        if path in options.cuda_sources:
            device, host = Path(f"{path.stem}.device.ll"), Path(f"{path.stem}.host.ll")
            _show(shlex.join(clang.device_command(path, chosen.clang, device)))
            _show(shlex.join(clang.host_command(path, chosen.clang, None, host)))
            arch = options.arch.replace("sm_", "compute_")
            _show(f'sampan compile -arch {arch} "{device}" "{host}" -o "{out}"')
        else:
            _show(shlex.join(plain_command(path, chosen.clang, ["-c", "-o", out])))
    if options.phase in (LINK, DEVICE_LINK):
        _show(f"sampan device-link {shlex.join(objects)}")
    if options.phase == LINK:
        top = toolkit()
        linked = _link_options(options)
        words = [str(top / "bin" / "host-linker"), *_flags_for_linking(options)]
        words += ["-shared"] if options.shared else []
        words += ["-o", str(_program(options)), *objects]
        words += [f"-L{folder}" for folder in linked.library_dirs[:-2]]
        libraries = " ".join(f"-l{name}" for name in linked.libraries)
        _show(f"{shlex.join(words)} {_library_path(top)} {libraries} -lm")
