"""The folder of a program whose kernels are compiled at launch: modules that wait, and libraries.

    modules.json    what the modules are, with the digests of their texts
    0.ll …          their device IR; 0.fast.ll that with -use_fast_math, where it may be wanted
    PATH/ID.so      the library of a kernel (kernels.library_name), beside it ID.sha256; PATH is
                    vector or fibre, the program is the same for both
    PATH/ID.FORM.so the same kernel in another form (choices.CodeForm)

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
        fast = module.fast_text.encode("utf-8", "surrogateescape")
        (folder / f"{number}.ll").write_bytes(data)
        row = {
            "id": module.identity,
            "digest": hashlib.sha256(data).hexdigest(),
            "content": content_digest(module.text),
            "rdc": module.rdc,
        }
        if fast:
            (folder / f"{number}.fast.ll").write_bytes(fast)
            row["fast_digest"] = hashlib.sha256(fast).hexdigest()
        rows.append(row)
    (folder / INDEX).write_text(json.dumps({"modules": rows}) + "\n")


def read_modules(folder: Path) -> list[WaitingModule]:
    """What `write_modules` wrote. Raises OSError, and ValueError for a folder that is damaged."""
    from sampan.at_launch.kernels import WaitingModule

    try:
        rows = json.loads((folder / INDEX).read_text())["modules"]
        modules = []
        for number, row in enumerate(rows):
            text = _read_text(folder / f"{number}.ll", row["digest"])
            fast = ""
            if "fast_digest" in row:
                fast = _read_text(folder / f"{number}.fast.ll", row["fast_digest"])
            modules.append(WaitingModule(row["id"], text, bool(row["rdc"]), fast))
        return modules
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder}/{INDEX} is damaged: {error}") from None


def _read_text(file: Path, digest: str) -> str:
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"{file} is damaged")
    return data.decode("utf-8", "surrogateescape")


def content_digest(text: str) -> str:
    """A digest of device IR that does not change with the folder that its sources lie in."""
    # Names of files are relative to the working directory where they lie below it.
    names = ("; ModuleID", "source_filename")
    kept = (
        line for line in text.split("\n") if not line.startswith(names) and "!DIFile(" not in line
    )
    return hashlib.sha256("\n".join(kept).encode("utf-8", "surrogateescape")).hexdigest()


def module_contents(folder: Path) -> dict[str, str]:
    """The content digest of each module, by its id. Raises OSError and ValueError."""
    try:
        rows = json.loads((folder / INDEX).read_text())["modules"]
        return {str(row["id"]): str(row["content"]) for row in rows}
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder}/{INDEX} is damaged: {error}") from None


def has_fast_math(folder: Path, number: int) -> bool:
    """Whether the module's kernels may be compiled with fast math."""
    return (folder / f"{number}.fast.ll").is_file()


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
