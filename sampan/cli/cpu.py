"""What this machine's CPU is, for the compile cache: found without loading the compiler."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from sampan import config

# The lines of /proc/cpuinfo that name a CPU or its features, on all architectures. Those of all
# cores count, as they may differ.
TELLING = ("model name", "flags", "features", "cpu part", "isa", "uarch")


def cpu_identity() -> str:
    """Text that differs where code for this machine, or for SAMPAN_CPU's, would differ."""
    named = config.CPU.get()
    if named:
        return f"{platform.machine()} {named}"
    try:
        info = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        info = []
    lines = {line for line in info if line.partition(":")[0].strip().lower() in TELLING}
    digest = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return f"{platform.machine()} {digest}"
