"""`sampan-opt`: runs passes of the compiler alone, for those who work on it."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from sampan import codegen, support
from sampan.cli import main as command_line
from sampan.cli import options as common
from sampan.cli.failures import foreseen
from sampan.demangle import demangle
from sampan.diagnostics import CompileError, ExitCode, SampanError, UsageError
from sampan.frontend import clang, nvvm
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.core import Module
from sampan.ir.errors import IRError
from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from sampan.ir.writer import write_module
from sampan.opt import cases
from sampan.opt.passes import (
    KERNEL_PASSES,
    PASSES,
    FunctionPass,
    KernelPass,
    find_pass,
    run_pass,
)
from sampan.vector_forms import describe_refusal
from sampan.vectorize.refused import Refused

HELP = """\
usage: sampan-opt [OPTIONS] FILE.ll|FILE.cu

Reads a module, brings it to the SIMT level where it is not there yet, runs passes on its functions
in the order given, and writes it to standard output.

  --passes=NAME[,NAME...]  what to run; --list names them
  --function=NAME          on this function only, by its name or as C++ writes it
  --width=N                gang width, for passes that take one
  --print-between          write the module also before the first pass and after each
  --verify                 check the IR after every pass, and the result with LLVM
  --raw                    do not bring it to the SIMT level
  --check                  compare with the CHECK lines in the file, which also names the passes
  -o FILE                  write there
  --list                   name the passes

Of nvcc's flags -D, -I, -std, -arch and their kin apply to a .cu file.
Exit code: 0; 1 where --check or --verify finds something wrong; 2 for a bad command line; 3 for a
file that cannot be read or compiled, and where a pass refuses it.
"""

WRONG = 1


@dataclass
class OptOptions(common.CompilerOptions):
    """What the user asked of `sampan-opt`."""

    passes: list[str] = field(default_factory=list)
    function: str = ""
    width: int = 0
    between: bool = False
    verify: bool = False
    raw: bool = False
    check: bool = False
    listing: bool = False
    out: Path | None = None
    files: list[Path] = field(default_factory=list)


TABLE = common.COMPILING.extended()
TABLE.split_append("passes", "--passes", "-passes")
TABLE.switch("between", "--print-between")
TABLE.switch("verify", "--verify")
TABLE.switch("raw", "--raw")
TABLE.switch("check", "--check")
TABLE.switch("listing", "--list")


@TABLE.value("--function")
def _function(options: OptOptions, text: str) -> None:
    options.function = text


@TABLE.value("--width")
def _width(options: OptOptions, text: str) -> None:
    if not text.isdecimal() or int(text) not in (2, 4, 8, 16, 32, 64):
        raise UsageError(f"--width is a power of two from 2 to 64, not '{text}'")
    options.width = int(text)


@TABLE.value("-o")
def _out(options: OptOptions, text: str) -> None:
    options.out = Path(text)


def command() -> int:
    """The command `sampan-opt`."""
    return command_line(["opt", *sys.argv[1:]])


def main(words: list[str]) -> int:
    if not words or "--help" in words or "-h" in words:
        print(HELP, end="")
        return ExitCode.OK if words else ExitCode.USAGE
    options = OptOptions()

    def unknown(word: str) -> None:
        close = TABLE.close_to(word)
        hint = f"did you mean {close}?" if close else "`sampan-opt --help` lists the options"
        raise UsageError(f"unknown option '{word}'", hint=hint)

    TABLE.read(options, words, lambda word: options.files.append(Path(word)), unknown)
    if options.listing:
        return _list()
    if len(options.files) != 1:
        raise UsageError("sampan-opt takes one file", hint="sampan-opt [OPTIONS] FILE")
    with foreseen():
        return _check(options) if options.check else _run(options)


def _list() -> int:
    for one in PASSES.values():
        print(f"{one.name}  (wants --width)" if one.takes_width else one.name)
    for name in KERNEL_PASSES:
        print(f"{name}  (of kernels as clang writes them)")
    return ExitCode.OK


def _run(options: OptOptions) -> int:
    passes = [KERNEL_PASSES.get(name) or find_pass(name) for name in options.passes]
    module, device = _read(options)
    if not any(f.blocks and _is_meant(f.name, options) for f in module.functions.values()):
        raise CompileError(f"{options.files[0]} defines no such function: {options.function}")
    parts = []
    if options.between:
        parts.append(f"; before\n{write_module(module)}")
    for one in passes:
        try:
            if isinstance(one, KernelPass):
                _run_on_kernels(one, device, options)
            else:
                _run_on_functions(one, module, options)
        except Refused as refusal:
            raise CompileError(f"{one.name}: {describe_refusal(refusal, module)}") from None
        except IRError as error:
            print(f"sampan-opt: after {one.name}: {error}", file=sys.stderr)
            return WRONG
        if options.between and one is not passes[-1]:
            parts.append(f"; after {one.name}\n{write_module(module)}")
    text = write_module(module)
    if options.verify:
        try:
            codegen.parse(text)
        except IRError as error:
            print(f"sampan-opt: {error}", file=sys.stderr)
            return WRONG
    parts.append(f"; after {passes[-1].name}\n{text}" if options.between and passes else text)
    written = "\n".join(parts)
    if options.out:
        options.out.write_text(written, encoding="utf-8", errors="surrogateescape")
    else:
        print(written, end="")
    return ExitCode.OK


def _run_on_functions(one: FunctionPass, module: Module, options: OptOptions) -> None:
    for function in list(module.functions.values()):
        if function.blocks and _is_meant(function.name, options):
            run_pass(one, function, options.width)
            if options.verify:
                verify(function, one.level)


def _run_on_kernels(one: KernelPass, device: DeviceModule | None, options: OptOptions) -> None:
    if device is None:
        raise UsageError(
            f"the pass {one.name} wants kernels as clang writes them",
            hint="give it a .cu file, or IR for nvptx64, without --raw",
        )
    one.run(device, [k for k in device.kernels if _is_meant(k.name, options)], options.width)


def _is_meant(name: str, options: OptOptions) -> bool:
    return options.function in ("", name, demangle(name), demangle(name).partition("(")[0])


def _read(options: OptOptions) -> tuple[Module, DeviceModule | None]:
    """The module of the file, at the SIMT level unless --raw, and its kernels if it was lowered."""
    source = options.files[0]
    try:
        if source.suffix == ".ll":
            text = source.read_text(encoding="utf-8", errors="surrogateescape")
        else:
            text = _compile(source, options)
        module = read_module(text, str(source))
    except OSError as error:
        raise CompileError(f"{source}: {error.strerror}") from None
    except IRError as error:
        raise CompileError(str(error)) from None
    if not options.raw and module.triple.startswith("nvptx"):
        return module, nvvm.lower(module, codegen.host_target(), "0")
    return module, None


def _compile(source: Path, options: OptOptions) -> str:
    front = common.to_compile_options(options).clang
    front = dataclasses.replace(front, devicelib=support.device_library())
    with tempfile.TemporaryDirectory(prefix="sampan-opt-") as name:
        out = Path(name) / "device.ll"
        try:
            clang.compile_device(source, front, out)
        except clang.FrontendError as error:
            raise CompileError(f"{source} does not compile", output=str(error)) from None
        return out.read_text(encoding="utf-8", errors="surrogateescape")


def _check(options: OptOptions) -> int:
    """Does what the file's own comments ask for (opt/cases.py)."""
    path = options.files[0]
    try:
        case = cases.read_case(path)
        if case.refused:
            found = cases.apply_refused(case)
            if case.refused not in found:
                raise AssertionError(f"not refused for {case.refused!r} but {found or 'accepted'}")
        else:
            cases.check(case, cases.apply(case))
    except OSError as error:
        raise CompileError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise CompileError(str(error)) from None
    except (AssertionError, IRError, SampanError) as error:
        print(f"sampan-opt: {path}: {error}", file=sys.stderr)
        return WRONG
    return ExitCode.OK
