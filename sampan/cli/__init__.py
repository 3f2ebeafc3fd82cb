"""The command `sampan`: picks the subcommand, and turns every failure into a message and a code.

Subcommands are modules of this package with `main(words) -> exit code`; docs/cli.md describes them.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence

from sampan.diagnostics import ExitCode, SampanError, UsageError

COMMANDS = {
    "run": "sampan.cli.run",
    "tune": "sampan.cli.tune",
    "cc": "sampan.cli.cc",
    "cache": "sampan.cli.cache",
    "toolkit": "sampan.cli.toolkit",
    "doctor": "sampan.cli.doctor",
    "targets": "sampan.cli.targets",
    "opt": "sampan.cli.opt",
    "chips": "sampan.supply.commands.chips",
    "screen": "sampan.supply.commands.screen",
    "approvals": "sampan.supply.commands.approvals",
}

HELP = """\
Sampan runs CUDA C++ programs on CPUs.

usage: sampan run [FLAGS] FILE.cu... [-- ARGUMENTS]
       sampan tune [FLAGS] FILE.cu... [-- ARGUMENTS]  (finds the fastest forms of its kernels)
       sampan cc [OPTIONS] FILES           (also as sampan-nvcc: nvcc's command line)
       sampan cache [--clear] [--json]
       sampan toolkit
       sampan doctor [--json]              (what is here, what is missing, how to get it)
       sampan targets [--json]             (instruction sets, and what can run here)
       sampan chips list|show|compare|rule (chips as data, and the export rule)
       sampan screen ORDER.yaml --list FILE (who may receive them)
       sampan approvals COMMAND            (a register of who was approved, and why)
       sampan opt [OPTIONS] FILE           (also as sampan-opt: passes alone, for developers)
       sampan --version

examples:
  sampan run saxpy.cu
  sampan run -O3 -arch=sm_80 -DN=4096 matmul.cu helper.cpp -- 10 input.txt
  sampan run --stats saxpy.cu        which kernels ran, on which path, how long

`sampan run --help` lists the flags. docs/cli.md has the exit codes.
"""


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    words = list(sys.argv[1:] if words is None else words)
    try:
        return _dispatch(words)
    except SampanError as error:
        print(error.render(), file=sys.stderr)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Whoever read our output is gone; Python would complain again while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:
        print(_report_bug(error, words), file=sys.stderr)
        return int(ExitCode.INTERNAL)


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return ExitCode.OK if words else ExitCode.USAGE
    if words[0] in ("-V", "--version", "version"):
        from sampan.cli.version import version_text

        print(version_text())
        return ExitCode.OK
    if words[0] not in COMMANDS:
        hint = "`sampan --help` lists the commands"
        if words[0].endswith(".cu"):
            hint = f"did you mean: sampan run {words[0]}"
        raise UsageError(f"unknown command '{words[0]}'", hint=hint)
    return importlib.import_module(COMMANDS[words[0]]).main(words[1:])


def _report_bug(error: Exception, words: list[str]) -> str:
    """Writes the details of an unforeseen error to a file; returns what the user shall read."""
    import tempfile  # slow to load
    import traceback

    brief = f"{type(error).__name__}: {error}".split("\n")[0][:300]
    message = f"sampan: internal error: {brief}\nThis is a bug in Sampan, not in your program."
    details = [f"command: sampan {' '.join(words)}", f"directory: {os.getcwd()}", ""]
    details += traceback.format_exception(error)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="sampan-bug-", suffix=".txt", delete=False
        ) as file:
            file.write("\n".join(details))
    except OSError:
        return message
    return f"{message} Its details are in {file.name}; please report it with that file."
