"""Rewrites `kernel << <grid, block>> > (…)`, as nvcc accepts it, to `kernel <<<grid, block>>> (…)`.

Some editors' formatters tear launches apart like this. Clang sees a compile error; a source that
fails is looked through for the pattern and compiled again from a copy of the same shape (see
corrections.py), so that lines and columns of messages stay right.
"""

from __future__ import annotations

import re

_LAUNCH = re.compile(r"<<(\s*)<([^;{}]*?)>>(\s*)>(\s*\()")


def join_launches(text: str) -> str:
    """`text` with every torn launch joined; as long as before, line by line."""
    return _LAUNCH.sub(lambda m: f"<<<{m[1]}{m[2]}>>>{m[3]}{m[4]}", text)
