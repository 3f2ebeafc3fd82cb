"""What the machine can do, measured: memory bandwidth, and single-precision arithmetic."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sampan import support
from sampan.frontend.clang import find_clang

_SOURCE = Path(__file__).with_name("peaks.cpp")
_FLAGS = ("-std=c++17", "-O3", "-march=native", "-ffp-contract=fast", "-pthread")
_SECONDS = 60  # after which it is left out


@dataclass(frozen=True)
class Peaks:
    """`bandwidth` in bytes a second, read and written; `flops` in operations a second."""

    bandwidth: float
    flops: float


def measure(workers: int) -> Peaks | None:
    """The machine's limits with so many threads; None where they cannot be measured."""
    with tempfile.TemporaryDirectory(prefix="sampan-peaks-") as folder:
        program = Path(folder) / "peaks"
        command = [str(find_clang()), *support.CXX_FLAGS, *_FLAGS, str(_SOURCE), "-o", str(program)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            run = subprocess.run(
                [program, str(workers)], check=True, capture_output=True, timeout=_SECONDS
            )
            found = json.loads(run.stdout)
            return Peaks(float(found["bandwidth"]), float(found["flops"]))
        except (OSError, subprocess.SubprocessError, ValueError, KeyError):
            return None
