"""The cell magic `%%cuda` of IPython and Jupyter: `%load_ext sampan` makes it known.

A cell with a main function is a program: it is compiled and run, and what it writes appears below
the cell while it runs. Any other cell defines its kernels as Python callables.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import selectors
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sampan import cache as program_cache
from sampan.cli import options as command_line
from sampan.cli.cpu import cpu_identity
from sampan.diagnostics import SampanError, UsageError
from sampan.python.kernel import Kernel, RawModule
from sampan.python.source_text import has_main

HELP = """\
%%cuda [FLAGS] [--name EXPRESSION]... [--module NAME] [-- ARGUMENTS]

A cell with a main function is compiled and run with the arguments; what it writes is shown.
Any other cell defines its kernels as Python functions: kernel(grid, block, args, shared_mem=0).

FLAGS              nvcc's: -O3 -std=c++20 -DN=4 -I... -use_fast_math ...
--name EXPRESSION  also defines a kernel that is a template, as 'scale<float>': it is called
                   scale_float in Python
--module NAME      gives the module of the cell that name, for NAME.get_global('variable')
"""
LABEL = "cell"


class ProgramError(SampanError, RuntimeError):
    """The program of a cell did not end with exit status 0."""


@dataclass
class _Line:
    """What stands behind `%%cuda`."""

    flags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    module: str = ""
    arguments: list[str] = field(default_factory=list)
    help: bool = False


def register(shell: Any) -> None:
    """Makes `%%cuda` known to an IPython shell."""

    def cuda(line: str, cell: str) -> None:
        try:
            run(shell, line, cell)
        except SampanError as error:
            # The way through Sampan's own code is of no use below a cell.
            text = f"{type(error).__name__}: {error}"
            error._render_traceback_ = lambda: [text]  # type: ignore[attr-defined]
            raise

    cuda.__doc__ = HELP
    shell.register_magic_function(cuda, "cell", "cuda")


def run(shell: Any, line: str, cell: str) -> None:
    """What a cell does. Raises SampanError."""
    asked = _parse(line)
    if asked.help:
        print(HELP, end="")
    elif has_main(cell):
        _run_program(asked, cell)
    else:
        _define_kernels(shell, asked, cell)


def _parse(line: str) -> _Line:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%%cuda {line}: {error}") from None
    asked = _Line()
    if "--" in words:
        position = words.index("--")
        words, asked.arguments = words[:position], words[position + 1 :]
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option in ("--name", "--module"):
            value = value if equals else next(rest, "")
            if not value:
                raise UsageError(f"{option} wants a name", hint=HELP)
            if option == "--name":
                asked.names.append(value)
            elif not value.isidentifier():
                raise UsageError(f"--module {value}: this is no name that Python can use")
            else:
                asked.module = value
        elif word in ("-h", "--help"):
            asked.help = True
        else:
            asked.flags.append(word)
    return asked


# -- kernels ---------------------------------------------------------------------------------------


def _define_kernels(shell: Any, asked: _Line, cell: str) -> None:
    if asked.arguments:
        raise UsageError(
            "the cell has no main function, so there is nothing to give arguments to",
            hint=HELP,
        )
    module = RawModule(cell, options=asked.flags, name_expressions=asked.names, label=LABEL)
    names: dict[str, Any] = {}
    for name in (*asked.names, *module.kernel_names):
        kernel = module.get_function(name)
        if kernel not in names.values():
            names.setdefault(python_name(name), kernel)
    if asked.module:
        names[asked.module] = module
    if not any(isinstance(value, Kernel) for value in names.values()):
        raise UsageError(
            "the cell has neither a main function nor a kernel",
            hint="a kernel is a __global__ function; of a template --name 'f<float>' makes one",
        )
    shell.push(names)
    for name, kernel in names.items():
        if isinstance(kernel, Kernel):
            parameters = ", ".join(map(str, kernel.parameters))
            print(f"{name}: {kernel.name}({parameters})")


def python_name(name: str) -> str:
    """A kernel's name in Python: `ns::scale<float, 3>` is called `scale_float_3`."""
    plain = re.sub(r"^&?(?:\w+::)*", "", name.strip())
    return re.sub(r"\W+", "_", plain).strip("_")


# -- programs --------------------------------------------------------------------------------------


def _run_program(asked: _Line, cell: str) -> None:
    if asked.names or asked.module:
        raise UsageError("--name and --module are for cells without a main function", hint=HELP)
    with _program(asked.flags, cell) as program:
        status = _show(program, asked.arguments)
    if status < 0:
        raise ProgramError(f"the program was ended by {signal.Signals(-status).name}")
    if status:
        raise ProgramError(f"the program ended with exit status {status}")


@contextlib.contextmanager
def _program(flags: list[str], cell: str) -> Iterator[Path]:
    """The compiled program of a cell, from the cache if it is there."""
    from sampan import driver, support

    source_name = f"{LABEL}.cu"
    chosen = command_line.parse([source_name, *flags])
    if chosen.stats or chosen.json or chosen.keep or chosen.threads or len(chosen.sources) > 1:
        raise UsageError("a cell knows the compiler's flags alone", hint=HELP)
    cached = program_cache.Cache.from_knobs()
    parts = ["cell", cell, *command_line.compile_flags(chosen)]
    wanted = program_cache.request([], parts, cpu_identity())
    wanted = dataclasses.replace(wanted, label=LABEL)
    if found := cached.find(wanted):
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="sampan-cell-") as name:
        source = Path(name) / source_name
        source.write_text(f'#line 1 "{LABEL}"\n{cell}\n', "utf-8")
        chosen.sources, chosen.cuda_sources = [source], {source}
        built = driver.compile_program(
            [source], command_line.to_compile_options(chosen), Path(name) / LABEL
        )
        for warning in built.warnings:
            print(warning, file=sys.stderr)
        reads = [path for path in built.reads if path.resolve() != source.resolve()]
        stored = cached.store(wanted, built.path, [*reads, support.runtime_library()])
        yield stored or built.path


def _show(program: Path, arguments: list[str]) -> int:
    """Runs the program and shows what it writes as it comes. Returns its exit status."""
    process = subprocess.Popen(
        [LABEL, *arguments],
        executable=program,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout and process.stderr
    try:
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ, sys.stdout)
            ready.register(process.stderr, selectors.EVENT_READ, sys.stderr)
            while ready.get_map():
                for key, _ in ready.select():
                    data = os.read(key.fd, 65536)
                    if not data:
                        ready.unregister(key.fileobj)
                        continue
                    key.data.write(data.decode("utf-8", "replace"))
                    key.data.flush()
        return process.wait()
    except BaseException:  # the cell was interrupted
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        process.stdout.close()
        process.stderr.close()
