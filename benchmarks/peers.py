"""Sets up the OpenCL CPU runtimes that compare.py measures beside Sampan.

Intel's comes from PyPI into build/peers (nothing of it is kept in the repository); PoCL is the
system's. Each runs in a process of its own that sees only its own driver.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "peers"
PACKAGES = ("pyopencl", "numpy", "intel-opencl-rt", "intel-cmplr-lib-rt")
SYSTEM_PACKAGES = ("pocl-opencl-icd", "ocl-icd-libopencl1")


@dataclass(frozen=True)
class Peer:
    name: str
    python: Path
    environment: dict[str, str]


def set_up() -> tuple[list[Peer], list[str]]:
    """The peers that work here, and what to say about those that do not."""
    remarks = []
    python = FOLDER / "venv" / "bin" / "python"
    if not python.exists():
        print("setting up the OpenCL peers in build/peers", file=sys.stderr)
        venv.create(FOLDER / "venv", with_pip=True)
    if subprocess.run([python, "-c", "import pyopencl"], capture_output=True).returncode:
        subprocess.run([python, "-m", "pip", "-q", "install", *PACKAGES], check=True)
    peers = []
    intel = next((FOLDER / "venv" / "lib").glob("libintelocl.so"), None)
    if intel is None:
        remarks.append("Intel's runtime was not installed")
    else:
        peers.append(_peer("intel", python, intel, {"LD_LIBRARY_PATH": str(intel.parent)}))
    pocl = _find_pocl()
    if pocl is None:
        remarks.append(f"PoCL is missing: apt-get install {' '.join(SYSTEM_PACKAGES)}")
    else:
        peers.append(_peer("pocl", python, pocl, {"POCL_CACHE_DIR": str(FOLDER / "pocl-cache")}))
    return peers, remarks


def _peer(name: str, python: Path, driver: Path, environment: dict[str, str]) -> Peer:
    vendors = FOLDER / f"{name}-vendors"
    vendors.mkdir(parents=True, exist_ok=True)
    (vendors / f"{name}.icd").write_text(f"{driver}\n")
    return Peer(name, python, {"OCL_ICD_VENDORS": str(vendors), **environment})


def _find_pocl() -> Path | None:
    found = _libpocl()
    if found is None and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        subprocess.run(["apt-get", "-q", "update"], capture_output=True)
        subprocess.run(["apt-get", "-qy", "install", *SYSTEM_PACKAGES], capture_output=True)
        found = _libpocl()
    return found


def _libpocl() -> Path | None:
    folders = [Path("/usr/lib"), *Path("/usr/lib").glob("*-linux-gnu")]
    return next((lib for folder in folders for lib in folder.glob("libpocl.so.*")), None)
