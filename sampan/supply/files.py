"""Writing files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sampan.diagnostics import MissingToolError


def write_whole(path: Path, text: str) -> None:
    """Writes a text file under another name beside `path`, then renames it.

    Raises:
        MissingToolError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise MissingToolError(f"cannot write {path}: {error.strerror or error}") from None
