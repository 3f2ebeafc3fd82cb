"""Links objects with the runtime into a program or a shared library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sampan.frontend.clang import find_clang
from sampan.frontend.host import finish, start

# The clang of the wheel expects its own C++ library, which it does not ship.
HOST_LIBRARIES = ("-stdlib=libstdc++", "--rtlib=libgcc", "--unwindlib=libgcc")


# What a program with the runtime inside exports, so that the shared libraries it loads, which may
# have a runtime inside as well, use this one: there must be one set of streams, one memory.
EXPORTED = ("cu*", "__cuda*", "sampan_*")


def link(
    objects: Sequence[Path],
    out: Path,
    runtime: Path | None,
    *,
    shared: bool = False,
    libraries: Sequence[str] = (),
    library_dirs: Sequence[str] = (),
    linker_flags: Sequence[str] = (),
    driver_flags: Sequence[str] = (),
) -> None:
    """Links `objects`, and libsampan, which the result finds by its absolute path, unless it is
    None. `driver_flags` are for clang, `linker_flags` for the linker."""
    command = [
        *linker(),
        *driver_flags,
        *(("-shared",) if shared else ()),
        "-o",
        str(out),
        *map(str, objects),
        *(f"-L{folder}" for folder in library_dirs),
        *(f"-l{name}" for name in libraries),
    ]
    for flag in linker_flags:
        command += ["-Xlinker", flag]
    if runtime is not None:
        command += [str(runtime), "-Xlinker", f"-rpath={runtime.parent}"]
    finish(start([*command, "-lpthread", "-ldl", "-lm"]), "linking")


def linker() -> list[str]:
    """Clang as the program that links C++ with the system's libraries."""
    return [
        str(find_clang()),
        "--driver-mode=g++",
        *HOST_LIBRARIES,
        "-fuse-ld=lld",
        "-Wno-unused-command-line-argument",
    ]


def export_flags() -> list[str]:
    """Of the linker, for what has the runtime inside."""
    return [f"-Wl,--export-dynamic-symbol={name}" for name in EXPORTED]


def combine(objects: Sequence[Path], out: Path) -> None:
    """Several objects as one."""
    command = [*linker(), "-r", "-nostdlib", "-o", str(out), *map(str, objects)]
    finish(start(command), f"writing {out}")
