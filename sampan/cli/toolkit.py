"""`sampan toolkit`: where the folder is that build systems may take for a CUDA toolkit."""

from __future__ import annotations

from sampan.diagnostics import ExitCode, UsageError

HELP = """\
usage: sampan toolkit

Prints the path of a folder that is laid out like a CUDA toolkit (bin/nvcc, include, lib64):
  cmake -DCMAKE_CUDA_COMPILER="$(sampan toolkit)/bin/nvcc" ...
  make CUDA_HOME="$(sampan toolkit)"
"""


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(HELP, end="")
        return ExitCode.OK
    if words:
        raise UsageError(f"unknown argument '{words[0]}'", hint="usage: sampan toolkit")
    from sampan.toolkit import toolkit

    print(toolkit())
    return ExitCode.OK
