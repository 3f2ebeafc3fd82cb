"""The OpenCL runtimes that tests can use: the system's, and Intel's where PyPI's was installed.

`make bench` installs Intel's into build/bench; `pip install intel-opencl-rt
intel-cmplr-lib-rt` in .venv does as well. Each is tried alone, in a loader that sees no other.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sampan import config
from sampan.diagnostics import MissingToolError
from sampan.targets.opencl_devices import OpenclDevice, list_devices
from tests.conftest import ROOT

MISSING = (
    "no OpenCL runtime: apt-get install pocl-opencl-icd ocl-icd-libopencl1 llvm-spirv-15, "
    "or pip install intel-opencl-rt intel-cmplr-lib-rt"
)


@dataclass(frozen=True)
class Runtime:
    """`environment` makes it the only one; its first device is used."""

    name: str
    environment: dict[str, str]
    device: OpenclDevice


@cache
def runtimes() -> tuple[Runtime, ...]:
    """Those with a device that kernels can run on."""
    found = []
    for name, environment in [*_intel(), ("system", {})]:
        saved = dict(os.environ)
        os.environ.update(environment)
        try:
            devices = [one for one in list_devices() if one.takes]
        except MissingToolError:
            devices = []
        finally:
            os.environ.clear()
            os.environ.update(saved)
        if devices:
            found.append(_runtime(name, environment, devices[0]))
    return tuple(found)


def _runtime(name: str, environment: dict[str, str], device: OpenclDevice) -> Runtime:
    return Runtime(name, {**environment, config.DEVICE.name: device.knob}, device)


def _intel() -> list[tuple[str, dict[str, str]]]:
    places = [ROOT / "build" / "bench" / "venv" / "lib", ROOT / ".venv" / "lib"]
    for folder in places:
        library = folder / "libintelocl.so"
        if library.exists():
            vendors = Path(tempfile.gettempdir()) / f"sampan-test-vendors-{os.getuid()}"
            vendors.mkdir(mode=0o700, exist_ok=True)
            (vendors / "intel.icd").write_text(f"{library}\n")
            # A loader may be there, too, where the system has none.
            path = os.pathsep.join(filter(None, [str(folder), os.environ.get("LD_LIBRARY_PATH")]))
            return [("intel", {"OCL_ICD_VENDORS": str(vendors), "LD_LIBRARY_PATH": path})]
    return []
