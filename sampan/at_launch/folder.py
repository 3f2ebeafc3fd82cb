"""The folder of a program whose kernels are compiled at launch: modules that wait, and libraries.

    modules.json    what the modules are, with the digests of their texts
    0.ll …          their device IR
    PATH/ID.so      the library of a kernel (kernels.library_name), beside it ID.sha256; PATH is
                    vector or fibre, the program is the same for both

A library appears under its name when it is whole. As it is loaded into the user's program without a
further look, whoever hands the folder to a program first drops what is damaged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # slow to load, and not needed where the libraries are there
    from sampan.at_launch.kernels import WaitingModule

INDEX = "modules.json"


def write_modules(folder: Path, modules: Sequence[WaitingModule]) -> None:
    """Writes the folder, which must not be there yet. Raises OSError."""
    folder.mkdir()
    rows = []
    for number, module in enumerate(modules):
        data = module.text.encode("utf-8", "surrogateescape")
        (folder / f"{number}.ll").write_bytes(data)
        rows.append(
            {
                "id": module.identity,
                "digest": hashlib.sha256(data).hexdigest(),
                "rdc": module.rdc,
            }
        )
    (folder / INDEX).write_text(json.dumps({"modules": rows}) + "\n")


def read_modules(folder: Path) -> list[WaitingModule]:
    """What `write_modules` wrote. Raises OSError, and ValueError for a folder that is damaged."""
    from sampan.at_launch.kernels import WaitingModule

    try:
        rows = json.loads((folder / INDEX).read_text())["modules"]
        modules = []
        for number, row in enumerate(rows):
            data = (folder / f"{number}.ll").read_bytes()
            if hashlib.sha256(data).hexdigest() != row["digest"]:
                raise ValueError(f"{folder}/{number}.ll is damaged")
            text = data.decode("utf-8", "surrogateescape")
            modules.append(WaitingModule(row["id"], text, bool(row["rdc"])))
        return modules
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder}/{INDEX} is damaged: {error}") from None


def add_library(folder: Path, name: str, built: Path) -> Path:
    """Moves a library into the folder of a path, under its name. Raises OSError."""
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    _write_whole(folder / f"{name}.sha256", digest)
    final = folder / f"{name}.so"
    os.replace(built, final)
    return final


def libraries(folder: Path, path: str) -> Path:
    """The folder of the libraries for this path. Those that are damaged go."""
    place = folder / path
    with contextlib.suppress(OSError):
        place.mkdir(exist_ok=True)
    _drop_damaged(place)
    return place


def _drop_damaged(folder: Path) -> None:
    for library in folder.glob("*.so"):
        try:
            wanted = library.with_suffix(".sha256").read_text()
            if hashlib.sha256(library.read_bytes()).hexdigest() == wanted:
                continue
        except OSError:
            pass
        with contextlib.suppress(OSError):
            library.unlink()


def _write_whole(file: Path, text: str) -> None:
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    temporary.write_text(text)
    os.replace(temporary, file)
