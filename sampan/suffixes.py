"""What a file is, by its name."""

from __future__ import annotations

import re
from pathlib import Path

CUDA_SUFFIXES = frozenset({".cu"})
HOST_SUFFIXES = frozenset({".cpp", ".cc", ".cxx", ".c++", ".C", ".c"})
_LINKED = re.compile(r"\.(o|obj|a|so(\.\d+)*)$")


def is_linked(path: Path) -> bool:
    """Whether a linker takes this file: objects, archives, shared libraries of any version."""
    return _LINKED.search(path.name) is not None
