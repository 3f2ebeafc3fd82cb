"""The command line of `sampan cc` and `sampan-nvcc`: every option of nvcc, and what it means here.

Those that choose how NVIDIA's tools translate code for a GPU change nothing. The rest is either in
the shared table of options.py or here.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sampan.cli.option_files import expanded
from sampan.cli.option_table import split_list
from sampan.cli.options import (
    COMPILING,
    CompilerOptions,
    warning_flag,
)
from sampan.diagnostics import UsageError
from sampan.suffixes import CUDA_SUFFIXES, HOST_SUFFIXES, is_linked

# What a command does with its inputs. LINK is everything up to a program.
LINK, COMPILE, DEVICE_LINK, ARCHIVE = "link", "-c", "-dlink", "-lib"
PREPROCESS, DEPENDENCIES, USER_DEPENDENCIES = "-E", "-M", "-MM"
EMIT = "--emit"
# What --emit makes of the device code, and the suffix of its file.
EMITTED = {"llvm": ".ll", "asm": ".s", "obj": ".o", "spirv": ".spv"}
NO_CODE_FOR_GPUS = {
    "-ptx": "PTX",
    "-cubin": "a cubin",
    "-fatbin": "a fatbin",
    "-cuda": "CUDA intermediate code",
    "-optix-ir": "OptiX IR",
    "-ltoir": "LTO IR",
}


ARCHITECTURES = (50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90, 100, 101, 120)


@dataclass
class CcOptions(CompilerOptions):
    """What the user asked of the compiler driver."""

    phase: str = LINK
    phase_word: str = ""  # how the phase was asked for
    emit: str = ""  # of EMITTED
    output: Path | None = None
    output_directory: Path | None = None
    shared: bool = False
    cudart: str = "static"
    device_link: bool = True
    dependencies: str = ""  # -MD or -MMD, beside compiling
    dependency_file: Path | None = None
    dependency_target: str = ""
    phony_targets: bool = False
    compiler_bindir: str = ""
    archiver: str = ""
    dryrun: bool = False
    run: bool = False
    run_arguments: list[str] = field(default_factory=list)
    version: bool = False
    help: bool = False
    listing: str = ""  # "compute" or "sm": the architectures that -arch or -code may name
    forward_compiler: bool = False
    forward_linker: bool = False
    rdc_words: dict[str, bool] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    once: dict[str, str] = field(default_factory=dict)  # options that hold one value, as given


TABLE = COMPILING.extended()


def _names(short: str, long: str = "") -> list[str]:
    """An option's spellings; nvcc's own users write either name with one or two dashes."""
    found = [f"-{short}"] if len(short) == 1 else [f"-{short}", f"--{short}"]
    return found + ([f"--{long}", f"-{long}"] if long else [])


def _switch(attribute: str, short: str, long: str = "", value: object = True) -> None:
    TABLE.switch(attribute, *_names(short, long), value=value)


def _value(short: str, long: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    return TABLE.value(*_names(short, long))


def _phase(phase: str, short: str, long: str) -> None:
    for spelling in _names(short, long):
        TABLE.values.pop(spelling, None)
        TABLE.switches[spelling] = partial(_set_phase, phase=phase, word=spelling)


def _set_phase(options: CcOptions, phase: str, word: str) -> None:
    if options.phase_word and options.phase != phase:
        raise UsageError(
            f"{options.phase_word} and {word} contradict each other",
            hint="one command does one of them",
        )
    options.phase, options.phase_word = phase, word
    named = word.lstrip("-")
    if named in ("dc", "device-c"):
        _set_rdc(options, word, True)
    elif named in ("dw", "device-w"):
        _set_rdc(options, word, False)


def _set_rdc(options: CcOptions, word: str, value: bool) -> None:
    against = [other for other, wanted in options.rdc_words.items() if wanted is not value]
    if against:
        raise UsageError(f"{against[0]} and {word} contradict each other")
    options.rdc_words[word] = value
    options.rdc = value


for _phase_of in [
    (LINK, "link", "link"),
    (COMPILE, "c", "compile"),
    (COMPILE, "dc", "device-c"),
    (COMPILE, "dw", "device-w"),
    (DEVICE_LINK, "dlink", "device-link"),
    (ARCHIVE, "lib", "lib"),
    (PREPROCESS, "E", "preprocess"),
    (DEPENDENCIES, "M", "generate-dependencies"),
    (USER_DEPENDENCIES, "MM", "generate-nonsystem-dependencies"),
]:
    _phase(*_phase_of)

_switch("dependencies", "MD", "generate-dependencies-with-compile", "-MD")
_switch("dependencies", "MMD", "generate-nonsystem-dependencies-with-compile", "-MMD")
_switch("phony_targets", "MP", "generate-dependency-targets")
_switch("shared", "shared")
_switch("device_link", "nodlink", "no-device-link", False)
_switch("dryrun", "dryrun")
_switch("run", "run")
_switch("version", "V", "version")
_switch("help", "h", "help")
_switch("listing", "arch-ls", "list-gpu-arch", "compute")
_switch("listing", "code-ls", "list-gpu-code", "sm")
_switch("forward_compiler", "forward-unknown-to-host-compiler")
_switch("forward_linker", "forward-unknown-to-host-linker")
TABLE.append("include_files", *_names("include", "pre-include"))


def _for_host(flag: str, *spellings: str) -> None:
    for spelling in spellings:
        TABLE.switches[spelling] = lambda options: options.host_flags.append(flag)


_for_host("-fPIC", "-fPIC", "-fpic")
_for_host("-fPIE", "-fPIE", "-fpie")
_for_host("-pg", *_names("pg", "profile"))
_for_host("-fno-exceptions", *_names("noeh", "no-exceptions"))
_for_host("-pthread", "-pthread")
for _name in ("extended-lambda", "expt-extended-lambda"):
    for _spelling in _names(_name):
        TABLE.switches[_spelling] = lambda options: options.defines.append(
            "__CUDACC_EXTENDED_LAMBDA__=1"
        )
for _spelling in _names("expt-relaxed-constexpr"):
    TABLE.switches[_spelling] = lambda options: options.defines.append(
        "__CUDACC_RELAXED_CONSTEXPR__=1"
    )
for _spelling in _names("forward-unknown-opts"):

    def _forward_both(options: CcOptions) -> None:
        options.forward_compiler = options.forward_linker = True

    TABLE.switches[_spelling] = _forward_both
for _word, _what in NO_CODE_FOR_GPUS.items():

    def _no_such_output(options: CcOptions, word: str = _word, what: str = _what) -> None:
        raise UsageError(
            f"{word}: Sampan compiles for the CPU and cannot make {what}",
            hint="-c makes an object, -dc one that later links may join, -lib an archive",
        )

    for _spelling in _names(_word[1:]):
        TABLE.switches[_spelling] = _no_such_output

# How NVIDIA's tools work, or what they say; and -m64, which is always so.
_TUNING = """
 allow-unsupported-compiler ewp extensible-whole-program no-compress lineinfo generate-line-info
 opt-info dlto dlink-time-opt lto gen-opt-lto no-host-device-initializer-list
 no-host-device-move-forward m64 dont-use-profile keep save-temps clean-targets use-local-env
 no-align-double source-in-ptx src-in-ptx restrict Wno-deprecated-gpu-targets
 Wno-deprecated-declarations Wreorder Wdefault-stream-launch Wmissing-launch-bounds
 Wext-lambda-captures-this display-error-number err-no no-display-error-number no-err-no
 resource-usage res-usage device-stack-protector compile-as-tools-patch
 extra-device-vectorization device-int128 keep-device-functions fdevice-syntax-only minimal
 static-global-template-stub device-entity-has-hidden-visibility host-relocatable-link
 forward-slash-prefix-opts brief-diagnostics augment-host-linker-script aug-hls
 objdir-as-tempdir objtemp cudalib r
"""
_TUNING_WITH_VALUE = """
 Xptxas ptxas-options Xnvlink nvlink-options Xcudafe Xarchive archive-options Xnvvm
 maxrregcount opt-level Ofc Ofast-compile dopt compress-mode split-compile
 split-compile-extended jobserver ftemplate-backtrace-limit ftemplate-depth t threads keep-dir
 input-drive-prefix idp dependency-drive-prefix ddp drive-prefix dp diag-suppress diag-error
 diag-warn Werror time qpp-config libdevice-directory ldir target-directory target-dir
 fdevice-time-trace entries e cudadevrt host-linker-script hls maxntreg nvlink-path
 static-global-template-stub device-entity-has-hidden-visibility brief-diagnostics
"""
for _name in _TUNING.split():
    TABLE.ignored(*_names(_name))
for _name in _TUNING_WITH_VALUE.split():
    TABLE.ignored(*_names(_name), takes_value=True)


def _one_value(options: CcOptions, name: str, text: str) -> None:
    """Options that hold one value: the last counts, and a contradiction is reported."""
    before = options.once.setdefault(name, text)
    if before != text:
        options.remarks.append(f"{name} is given twice, as {before} and {text}: the last counts")
        options.once[name] = text


@_value("o", "output-file")
def _output(options: CcOptions, text: str) -> None:
    if options.output is not None and str(options.output) != text:
        raise UsageError(f"-o is given twice: {options.output} and {text}")
    options.output = Path(text)


@_value("emit", "emit")
def _emit(options: CcOptions, text: str) -> None:
    if text not in EMITTED:
        raise UsageError(f"--emit is one of {', '.join(EMITTED)}, not '{text}'")
    _set_phase(options, EMIT, f"--emit={text}")
    options.emit = text


@_value("odir", "output-directory")
def _output_directory(options: CcOptions, text: str) -> None:
    options.output_directory = Path(text)


@_value("std", "std")
def _std(options: CcOptions, text: str) -> None:
    _one_value(options, "-std", text)
    COMPILING.values["-std"](options, text)


@_value("arch", "gpu-architecture")
def _arch(options: CcOptions, text: str) -> None:
    _one_value(options, "-arch", text)
    COMPILING.values["-arch"](options, text.replace("lto_", "sm_"))


@_value("code", "gpu-code")
def _code(options: CcOptions, text: str) -> None:
    for name in split_list(text.strip("[]")):
        if not re.fullmatch(r"(sm|compute|lto)_\d+[af]?|native|all|all-major", name):
            raise UsageError(f"unknown GPU architecture '{name}'", hint="write it as -code=sm_80")


@_value("gencode", "generate-code")
def _gencode(options: CcOptions, text: str) -> None:
    match = re.fullmatch(r"\s*arch=\s*compute_(\d+)[af]?\s*(?:,\s*code=\s*(.*))?", text)
    if not match:
        raise UsageError(
            f"-gencode {text} makes no sense",
            hint="write it as -gencode arch=compute_80,code=sm_80",
        )
    if match[2]:
        _code(options, match[2])
    COMPILING.values["-gencode"](options, text)


@_value("rdc", "relocatable-device-code")
def _rdc(options: CcOptions, text: str) -> None:
    if text not in ("true", "false"):
        raise UsageError(f"-rdc is true or false, not '{text}'")
    _set_rdc(options, f"-rdc={text}", text == "true")


@_value("cudart", "cudart")
def _cudart(options: CcOptions, text: str) -> None:
    if text not in ("none", "shared", "static"):
        raise UsageError(f"-cudart is static, shared or none, not '{text}'")
    options.cudart = text


@_value("MF", "dependency-output")
def _dependency_file(options: CcOptions, text: str) -> None:
    options.dependency_file = Path(text)


@_value("MT", "dependency-target-name")
def _dependency_target(options: CcOptions, text: str) -> None:
    options.dependency_target = text


@_value("ccbin", "compiler-bindir")
def _compiler_bindir(options: CcOptions, text: str) -> None:
    options.compiler_bindir = text


@_value("arbin", "archiver-binary")
def _archiver(options: CcOptions, text: str) -> None:
    options.archiver = text


@_value("run-args")
def _run_arguments(options: CcOptions, text: str) -> None:
    options.run_arguments += split_list(text)


@_value("m", "machine")
def _machine(options: CcOptions, text: str) -> None:
    if text != "64":
        raise UsageError(f"-m{text}: only programs of 64 bits can be made")


TABLE.switches["-m32"] = lambda options: _machine(options, "32")


@_value("default-stream", "default-stream")
def _default_stream(options: CcOptions, text: str) -> None:
    if text not in ("legacy", "null", "per-thread"):
        raise UsageError(f"--default-stream is legacy or per-thread, not '{text}'")
    if text == "per-thread":
        options.defines.append("CUDA_API_PER_THREAD_DEFAULT_STREAM=1")


@_value("Xcompiler", "compiler-options")
def _host_flags(options: CcOptions, text: str) -> None:
    # nvcc hands them to a shell, which takes quotes away and splits at spaces.
    for part in split_list(text):
        try:
            options.host_flags += shlex.split(part)
        except ValueError as error:
            raise UsageError(f"-Xcompiler {part} cannot be understood: {error}") from None


def parse(words: list[str]) -> CcOptions:
    """Reads the words after `sampan cc`. Raises UsageError for what makes no sense."""
    options = CcOptions()
    before = shlex.split(os.environ.get("NVCC_PREPEND_FLAGS", ""))
    after = shlex.split(os.environ.get("NVCC_APPEND_FLAGS", ""))
    words = expanded([*before, *words, *after], TABLE, _names("optf", "options-file"))
    TABLE.read(
        options,
        words,
        lambda word: _add_input(options, word),
        lambda word: None if _take(options, word) else options.unknown.append(word),
    )
    for word in options.unknown:
        _unknown(options, word)
    return options


def _take(options: CcOptions, word: str) -> bool:
    """Takes options of whole families: warnings and what goes through to other tools."""
    if word.startswith("-Wl,"):
        options.linker_flags += word[4:].split(",")
        return True
    if word.startswith(("-Wa,", "-Wp,")):
        options.host_flags.append(word)
        return True
    return warning_flag(options, word)


def _unknown(options: CcOptions, word: str) -> None:
    if options.forward_compiler:
        options.host_flags.append(word)
        return
    if options.forward_linker:
        options.linker_flags.append(word)
        return
    close = TABLE.close_to(word)
    if close:
        raise UsageError(
            f"unknown option '{word}'",
            hint=f"did you mean {close}? Options of the host compiler go after -Xcompiler",
        )
    options.remarks.append(
        f"the unknown option '{word}' is ignored (options of the host compiler go after -Xcompiler)"
    )


def _add_input(options: CcOptions, word: str) -> None:
    path = Path(word)
    if path.suffix in CUDA_SUFFIXES or (options.language == "cu" and not is_linked(path)):
        options.cuda_sources.add(path)
    elif path.suffix in (".ptx", ".cubin", ".fatbin"):
        raise UsageError(
            f"{word}: Sampan compiles source and cannot use code for GPUs",
            hint="give the .cu file that it was made from",
        )
    options.sources.append(path)


def is_source(options: CcOptions, path: Path) -> bool:
    return path in options.cuda_sources or path.suffix in HOST_SUFFIXES
