"""Rewrites `kernel << <grid, block>> > (…)`, as nvcc accepts it, to `kernel <<<grid, block>>> (…)`.

Some editors' formatters tear launches apart like this. Clang sees a compile error; a source that
fails is looked through for the pattern and compiled again from a corrected copy of the same shape,
so that lines and columns of messages stay right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

_LAUNCH = re.compile(r"<<(\s*)<([^;{}]*?)>>(\s*)>(\s*\()")


def join_launches(text: str) -> str:
    """`text` with every torn launch joined; as long as before, line by line."""
    return _LAUNCH.sub(lambda m: f"<<<{m[1]}{m[2]}>>>{m[3]}{m[4]}", text)


def write_overlay(files: Iterable[str], folder: Path) -> Path | None:
    """An overlay for -ivfsoverlay with corrected copies of `files`; None if none needs one."""
    roots: list[dict[str, str]] = []
    for name in sorted(set(files)):
        try:
            text = Path(name).read_text(errors="surrogateescape")
        except OSError:
            continue
        joined = join_launches(text)
        if joined == text:
            continue
        copy = folder / f"joined{len(roots)}"
        copy.write_text(joined, errors="surrogateescape")
        original = str(Path(name).absolute())
        roots.append({"type": "file", "name": original, "external-contents": str(copy)})
    if not roots:
        return None
    overlay = folder / "overlay.json"
    overlay.write_text(json.dumps({"version": 0, "use-external-names": False, "roots": roots}))
    return overlay
