"""The options of the compiler, which all commands share, and the command line of `sampan run`.

They come in nvcc's spellings: `-arch=sm_80`, `--std c++17`, `-DX`. The result says what was asked
for; it does nothing yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sampan import config
from sampan.cli.option_table import OptionTable
from sampan.diagnostics import UsageError
from sampan.suffixes import CUDA_SUFFIXES, HOST_SUFFIXES, is_linked

if TYPE_CHECKING:
    from sampan.driver import CompileOptions
    from sampan.targets.base import Machine

# Sampan's runtime holds what these would.
BUILT_IN_LIBRARIES = ("cuda", "cudart", "cudart_static", "cudadevrt", "nvToolsExt")


@dataclass
class CompilerOptions:
    """What the user asked of the compiler. Lists keep the order of the command line."""

    sources: list[Path] = field(default_factory=list)
    cuda_sources: set[Path] = field(default_factory=set)  # those that `-x cu` makes CUDA
    language: str = ""  # -x, for the files that follow

    arch: str = "sm_80"
    gencode: list[int] = field(default_factory=list)  # the architectures of -gencode
    std: str | None = None
    defines: list[str] = field(default_factory=list)
    undefines: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    system_includes: list[str] = field(default_factory=list)
    include_files: list[str] = field(default_factory=list)
    optimize: str = "2"
    debug: bool = False
    device_debug: bool = False
    use_fast_math: bool = False
    ftz: bool = False
    fmad: bool = True
    prec_div: bool = True
    prec_sqrt: bool = True
    rdc: bool = False
    warnings: list[str] = field(default_factory=list)
    host_flags: list[str] = field(default_factory=list)  # -Xcompiler
    linker_flags: list[str] = field(default_factory=list)  # -Xlinker
    libraries: list[str] = field(default_factory=list)
    library_dirs: list[str] = field(default_factory=list)

    target: str = ""  # another instruction set
    cpu_level: str = ""  # its vector instructions
    path: str | None = None
    explain: str = ""  # --remarks: text or json
    verbose: bool = False
    remarks: list[str] = field(default_factory=list)  # for the user: what was accepted and ignored


@dataclass
class RunOptions(CompilerOptions):
    """What the user asked of `sampan run`."""

    arguments: list[str] = field(default_factory=list)  # of the program
    threads: int | None = None
    stats: bool = False
    json: str | None = None  # a file name, or "-" for standard error
    ahead: bool = False  # whether kernels are compiled before the program starts
    cache: bool = True
    keep: Path | None = None
    tuned: bool = True  # whether to use what `sampan tune` has found out
    fast_math_too: bool = False  # whether kernels may be compiled with fast math, by their choices


# What nvcc and Sampan's own commands all know.
COMPILING = OptionTable(joined=("-D", "-U", "-I", "-L", "-l", "-O", "-isystem"))
_append, _split_append = COMPILING.append, COMPILING.split_append
_boolean, _switch, _ignored = COMPILING.boolean, COMPILING.switch, COMPILING.ignored
_value = COMPILING.value

_append("defines", "-D", "--define-macro")
_append("undefines", "-U", "--undefine-macro")
_append("includes", "-I", "--include-path")
_append("system_includes", "-isystem", "--system-include")
_append("include_files", "-include", "--pre-include")
_append("libraries", "-l", "--library")
_append("library_dirs", "-L", "--library-path")
_split_append("host_flags", "-Xcompiler", "--compiler-options")
_split_append("linker_flags", "-Xlinker", "--linker-options")
_boolean("ftz", "-ftz", "--ftz")
_boolean("fmad", "-fmad", "--fmad")
_boolean("prec_div", "-prec-div", "--prec-div")
_boolean("prec_sqrt", "-prec-sqrt", "--prec-sqrt")
_boolean("rdc", "-rdc", "--relocatable-device-code")
_switch("debug", "-g", "--debug")
_switch("device_debug", "-G", "--device-debug")
_switch("use_fast_math", "-use_fast_math", "--use_fast_math")
_switch("rdc", "-dc", "--device-c")
_switch("verbose", "--verbose", "-v")
# What tunes NVIDIA's own tools, or is always so here.
_ignored("-lineinfo", "--generate-line-info", "-m64", "--expt-extended-lambda")
_ignored("--extended-lambda", "-extended-lambda", "-expt-extended-lambda", "-restrict")
_ignored("--expt-relaxed-constexpr", "-expt-relaxed-constexpr", "--restrict")
_ignored("-Wno-deprecated-gpu-targets", "-allow-unsupported-compiler", "-pthread")
_ignored("-Xptxas", "--ptxas-options", "-Xnvlink", "-Xarchive", takes_value=True)
_ignored("-maxrregcount", "--maxrregcount", "-ccbin", "--compiler-bindir", takes_value=True)
_ignored("-cudart", "--cudart", "-t", "-diag-suppress", "--diag-suppress", takes_value=True)
_ignored("-Werror", "--Werror", "-m", "--machine", takes_value=True)


@_value("-arch", "--gpu-architecture")
def _arch(options: CompilerOptions, text: str) -> None:
    name = text.replace("compute_", "sm_")
    if text in ("native", "all", "all-major"):
        return
    if not re.fullmatch(r"sm_\d+[af]?", name):
        raise UsageError(f"unknown GPU architecture '{text}'", hint="write it as -arch=sm_80")
    options.arch = name


@_value("-code", "--gpu-code")
def _code(options: CompilerOptions, text: str) -> None:
    """Says which machine code nvcc shall embed; the architecture is -arch's."""


@_value("-gencode", "--generate-code")
def _gencode(options: CompilerOptions, text: str) -> None:
    match = re.search(r"arch=\s*compute_(\d+)[af]?", text)
    if not match:
        raise UsageError(f"-gencode {text} names no architecture")
    options.gencode.append(int(match[1]))
    options.arch = f"sm_{_best_architecture(options.gencode)}"


def _best_architecture(numbers: list[int]) -> int:
    """Of several that a program is compiled for: the newest before sm_90, from which on programs
    use what only those GPUs have; where there is none, the oldest."""
    before = [number for number in numbers if number < 90]
    return max(before) if before else min(numbers)


@_value("-std", "--std")
def _std(options: CompilerOptions, text: str) -> None:
    if not re.fullmatch(r"(c|gnu)\+\+(03|11|14|17|20|23|26)", text):
        raise UsageError(f"unknown language standard '{text}'", hint="write it as -std=c++17")
    options.std = text


@_value("-O", "--optimize")
def _optimize(options: CompilerOptions, text: str) -> None:
    if text not in ("0", "1", "2", "3", "s", "fast"):
        raise UsageError(f"unknown optimisation level '-O{text}'")
    options.optimize = text


@_value("--path")
def _path(options: CompilerOptions, text: str) -> None:
    if text not in ("vector", "fibre", "interp", "opencl"):
        raise UsageError(f"--path is vector, fibre, interp or opencl, not '{text}'")
    options.path = text


@_value("--target")
def _target(options: CompilerOptions, text: str) -> None:
    options.target = text


@_value("-mcpu", "--mcpu")
def _cpu_level(options: CompilerOptions, text: str) -> None:
    options.cpu_level = text


COMPILING.switch("explain", "--remarks", value="text")


@COMPILING.optional_value("--remarks")
def _remarks(options: CompilerOptions, text: str) -> None:
    if text not in ("text", "json"):
        raise UsageError(f"--remarks is text or json, not '{text}'")
    options.explain = text


@_value("-x", "--x")
def _language(options: CompilerOptions, text: str) -> None:
    if text not in ("cu", "c++", "c"):
        raise UsageError(f"-x knows cu, c++ and c, not '{text}'")
    options.language = text


RUNNING = COMPILING.extended()
RUNNING.switch("stats", "--stats")
RUNNING.switch("json", "--json", value="-")
RUNNING.switch("ahead", "--ahead")
RUNNING.switch("cache", "--no-cache", value=False)
RUNNING.switch("tuned", "--no-tuned", value=False)
RUNNING.switch("keep", "--keep", "-keep", value=Path("sampan-keep"))


@RUNNING.optional_value("--json")
def _json(options: RunOptions, text: str) -> None:
    options.json = text


@RUNNING.optional_value("--keep")
def _keep(options: RunOptions, text: str) -> None:
    options.keep = Path(text)


@RUNNING.value("--threads")
def _threads(options: RunOptions, text: str) -> None:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--threads wants a number from 1, not '{text}'")
    options.threads = int(text)


@RUNNING.value("-o", "--output-file")
def _output(options: RunOptions, text: str) -> None:
    options.remarks.append(f"-o {text} is ignored: `sampan run` builds into its cache and runs")


def parse(words: list[str]) -> RunOptions:
    """Reads the words after `sampan run`. Raises UsageError for what makes no sense."""
    options = RunOptions()
    read_into(options, RUNNING, "run", words)
    return options


def read_into(options: RunOptions, table: OptionTable, command: str, words: list[str]) -> None:
    """Reads the words after a command that compiles and runs. Raises UsageError."""

    def unknown(word: str) -> None:
        if not warning_flag(options, word):
            raise UsageError(f"unknown option '{word}'", hint=_suggestion(table, command, word))

    options.arguments = table.read(options, words, lambda word: _add_source(options, word), unknown)
    if not options.sources:
        raise UsageError("no source file", hint=f"sampan {command} FILE.cu [-- ARGUMENTS]")


def warning_flag(options: CompilerOptions, word: str) -> bool:
    """Takes a flag about warnings, which are many and the compiler's; false if it is none."""
    if word.startswith("-W") or word in ("-w", "--disable-warnings"):
        options.warnings.append("-w" if word == "--disable-warnings" else word)
        return True
    return False


def _add_source(options: RunOptions, word: str) -> None:
    path = Path(word)
    language = options.language
    known = path.suffix in CUDA_SUFFIXES | HOST_SUFFIXES or is_linked(path)
    if not language and not known and not path.exists():
        raise UsageError(
            f"'{word}' is neither a source file nor an option",
            hint="arguments of the program go after --, as in: sampan run FILE.cu -- 1024",
        )
    if language == "cu" or path.suffix in CUDA_SUFFIXES or not known:
        options.cuda_sources.add(path)
    options.sources.append(path)


def _suggestion(table: OptionTable, command: str, word: str) -> str:
    close = table.close_to(word, also=["--help"])
    if close:
        return f"did you mean {close}?"
    return f"`sampan {command} --help` lists the options; arguments of the program go after --"


def compile_flags(options: RunOptions) -> list[str]:
    """Everything of the command line that decides what the program is, for the cache's key."""
    run_only = {
        "arguments",
        "sources",
        "language",
        "threads",
        "stats",
        "json",
        "cache",
        "verbose",
        "keep",
        "explain",
        "tuned",
    }
    values = sorted((one.name, getattr(options, one.name)) for one in fields(RunOptions))
    flags = [f"{name}={value!r}" for name, value in values if name not in run_only | {"remarks"}]
    for library in (path for path in options.sources if is_linked(path)):
        flags.append(f"{library} in {library.resolve()}")
    return [*flags, f"SAMPAN_CLANG={config.CLANG.get()}"]


def static_libraries(options: CompilerOptions) -> list[Path]:
    """The archives that -l names in the directories of -L: they become part of the program."""
    names = [f"lib{name}.a" for name in options.libraries]
    found = (Path(folder) / name for folder in options.library_dirs for name in names)
    return [path for path in found if path.is_file()]


def machine(options: CompilerOptions) -> Machine | None:
    """The machine that the program is for, unless it is this one. Raises UsageError."""
    from sampan.targets.registry import find_machine, here

    if not options.target and not options.cpu_level:
        return None
    return find_machine(options.target or here(), options.cpu_level)


def chosen_path(options: CompilerOptions) -> str:
    """How kernels shall run, by the command line and the knobs. A device that is named and not
    meant is an error: nothing shall run elsewhere than the user thinks."""
    device = config.DEVICE.get()
    if not device:
        return options.path or config.PATH.get()
    if options.path not in (None, "opencl"):
        raise UsageError(
            f"--path {options.path} runs on the CPU, and SAMPAN_DEVICE={device} names a device",
            hint="leave one of them out",
        )
    if options.target:
        raise UsageError(
            f"--target {options.target} is for CPUs, and SAMPAN_DEVICE={device} names a device",
            hint="leave one of them out",
        )
    return "opencl"


def _compiler_path(options: CompilerOptions) -> str:
    path = chosen_path(options) if config.DEVICE.get() else options.path
    if options.device_debug and path != "interp":
        if path == "opencl":
            raise UsageError("-G is for kernels on the CPU", hint="leave it or the device out")
        return "debug"
    return path or "vector"


def to_compile_options(options: CompilerOptions) -> CompileOptions:
    """The same in the compiler's terms."""
    from sampan.driver import CompileOptions
    from sampan.frontend.clang import ClangOptions

    host_flags = [flag for flag in options.host_flags if not flag.startswith("-Wl,")]
    from_compiler = [flag[4:].split(",") for flag in options.host_flags if flag.startswith("-Wl,")]
    return CompileOptions(
        clang=ClangOptions(
            arch=options.arch,
            std=options.std,
            defines=tuple(options.defines),
            undefines=tuple(options.undefines),
            includes=tuple(options.includes),
            system_includes=tuple(options.system_includes),
            include_files=tuple(options.include_files),
            host_optimize=options.optimize,
            use_fast_math=options.use_fast_math,
            ftz=options.ftz,
            prec_div=options.prec_div,
            prec_sqrt=options.prec_sqrt,
            fmad=options.fmad,
            debug=options.debug or options.device_debug,
            device_optimize=0 if options.device_debug else 2,
            rdc=options.rdc,
            warnings=tuple(options.warnings),
            host_flags=tuple(host_flags),
        ),
        machine=machine(options),
        remarks=bool(options.explain),
        path=_compiler_path(options),
        cuda_sources=tuple(sorted(options.cuda_sources)),
        libraries=tuple(name for name in options.libraries if name not in BUILT_IN_LIBRARIES),
        library_dirs=tuple(options.library_dirs),
        linker_flags=tuple([*options.linker_flags, *(f for fs in from_compiler for f in fs)]),
    )
