"""Corrected copies of sources that nvcc accepts and clang does not.

Clang sees them in place of the user's files, which stay as they are; messages name those.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sampan.frontend.clang_output import Diagnostic
from sampan.frontend.missing_template import add_keywords
from sampan.frontend.pragma_macros import definitions, make_operators
from sampan.frontend.spaced_launch import join_launches

MOST_ROUNDS = 6  # a correction can bring up the next error


class Corrections:
    """What has been corrected so far for one source. `folder` keeps the copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}  # by absolute path

    def learn(self, diagnostics: Sequence[Diagnostic]) -> Path | None:
        """An overlay for -ivfsoverlay that corrects what the errors are about too; None if there
        is nothing more to correct."""
        errors = [one for one in diagnostics if one.is_error and one.file]
        macros = [place for one in errors for place in definitions(one.text)]
        changed = False
        for name in dict.fromkeys([*(one.file for one in errors), *(file for file, _ in macros)]):
            path = str(Path(name).absolute())
            text = self._text(path)
            if text is None:
                continue
            places = [(one.line, one.column, one.message) for one in errors if one.file == name]
            corrected = add_keywords(join_launches(text), places)
            corrected = make_operators(corrected, {line for file, line in macros if file == name})
            if corrected != text:
                self.texts[path] = corrected
                changed = True
        return self._write() if changed else None

    def _text(self, path: str) -> str | None:
        if path in self.texts:
            return self.texts[path]
        try:
            return Path(path).read_text(errors="surrogateescape")
        except OSError:
            return None

    def _write(self) -> Path:
        roots: list[dict[str, str]] = []
        for number, (path, text) in enumerate(self.texts.items()):
            copy = self.folder / f"corrected{number}"
            copy.write_text(text, errors="surrogateescape")
            roots.append({"type": "file", "name": path, "external-contents": str(copy)})
        overlay = self.folder / "overlay.json"
        content = {"version": 0, "use-external-names": False, "roots": roots}
        overlay.write_text(json.dumps(content))
        return overlay
