"""Links objects with the runtime into a program or a shared library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sampan.frontend.clang import find_clang
from sampan.frontend.host import finish, start

# The clang of the wheel expects its own C++ library, which it does not ship.
HOST_LIBRARIES = ("-stdlib=libstdc++", "--rtlib=libgcc", "--unwindlib=libgcc")


def link(
    objects: Sequence[Path],
    out: Path,
    runtime: Path,
    *,
    shared: bool = False,
    libraries: Sequence[str] = (),
    library_dirs: Sequence[str] = (),
    linker_flags: Sequence[str] = (),
) -> None:
    """Links `objects` and libsampan, which the result finds by its absolute path."""
    command = [
        str(find_clang()),
        "--driver-mode=g++",
        *HOST_LIBRARIES,
        "-fuse-ld=lld",
        "-Wno-unused-command-line-argument",
        *(("-shared",) if shared else ()),
        "-o",
        str(out),
        *map(str, objects),
        *(f"-L{folder}" for folder in library_dirs),
        *(f"-l{name}" for name in libraries),
        *(f"-Wl,{flag}" for flag in linker_flags),
        str(runtime),
        f"-Wl,-rpath,{runtime.parent}",
        "-lpthread",
        "-ldl",
        "-lm",
    ]
    finish(start(command), "linking")
