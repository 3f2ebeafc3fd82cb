"""Plain C and C++ sources, which may use the CUDA API but hold no kernels, and lists of what a
source includes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sampan.frontend import clang, host
from sampan.frontend.clang import ClangOptions
from sampan.link import HOST_LIBRARIES


def plain_command(source: Path, options: ClangOptions, action: Sequence[str]) -> list[str]:
    """The command that does `action` ("-c", "-o", ... or "-E") with the source."""
    command = [str(clang.find_clang()), f"-O{options.host_optimize}", *clang.HOST_FLAGS]
    if source.suffix == ".c":
        command += clang.C_TOLERANCE_FLAGS
    else:
        command += ["--driver-mode=g++", *HOST_LIBRARIES[:1], *clang.TOLERANCE_FLAGS]
        command += [f"-std={options.std}"] if options.std else []
    command += ["-fno-color-diagnostics"]
    command += ["-g"] if options.debug else []
    command += [*options.warnings, *(f"-D{d}" for d in options.defines)]
    command += [f"-U{name}" for name in options.undefines]
    command += [f"-I{folder}" for folder in options.includes]
    for folder in (*options.system_includes, *map(str, options.headers)):
        command += ["-isystem", folder]
    command += ["-idirafter", str(clang.FALLBACK_HEADERS)]
    for name in options.include_files:
        command += ["-include", name]
    # clang's OpenMP needs a runtime library of its own, which is not there: see fallback/omp.h.
    command += [flag for flag in (*options.flags, *options.host_flags) if flag != "-fopenmp"]
    return [*command, *action, str(source)]


def included_files(source: Path, options: ClangOptions, cuda: bool, system: bool) -> list[Path]:
    """The source and the files that it includes, in either half; `system`: the system's as well.

    Raises CompileError where the source cannot be preprocessed.
    """
    action = ["-M" if system else "-MM"]
    if not cuda:
        commands = [plain_command(source, options, action)]
    else:
        commands = [
            clang.preprocess_command(source, options, side, action) for side in ("device", "host")
        ]
    found: dict[Path, None] = {}
    for command in commands:
        text = host.output(command, f"listing what {source} includes")
        found.update(dict.fromkeys(prerequisites(text)))
    return list(found)


def prerequisites(rule: str) -> list[Path]:
    """The prerequisites in a make rule that clang wrote."""
    _, _, listed = rule.replace("\\\n", " ").partition(": ")
    names = re.findall(r"(?:\\.|\$\$|[^\s\\])+", listed)
    return [Path(re.sub(r"\\(.)", r"\1", name).replace("$$", "$")) for name in names]


def read_prerequisites(makefile: Path) -> list[Path]:
    if not makefile.exists():
        return []
    return prerequisites(makefile.read_text(errors="surrogateescape"))
