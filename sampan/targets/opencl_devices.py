"""The OpenCL devices of this machine, as the runtime sees them: the numbers of SAMPAN_DEVICE."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from dataclasses import dataclass

from sampan import support
from sampan.diagnostics import MissingToolError

_SECONDS = 60  # a driver that takes longer is taken for broken


@dataclass(frozen=True)
class OpenclDevice:
    """`takes` is what it is given, "SPIR-V" or through which translator; empty where kernels cannot
    run on it, and `missing` then says why. `warps`: whether warp-wide operations can."""

    number: int
    name: str
    platform: str
    takes: str
    warps: bool
    missing: str

    @property
    def knob(self) -> str:
        return f"opencl:{self.number}"


def list_devices() -> list[OpenclDevice]:
    """Asks in another process, as drivers start threads and may crash. Raises MissingToolError,
    which says what to install, where there is no OpenCL."""
    words = [sys.executable, "-m", "sampan.targets.opencl_devices"]
    try:
        done = subprocess.run(
            [*words, str(support.runtime_library())],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise MissingToolError(f"the OpenCL drivers do not answer within {_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise MissingToolError(
            f"the OpenCL drivers fail (exit code {done.returncode}): {said[-1] if said else ''}",
            hint="OCL_ICD_VENDORS names a folder with the .icd files of those that work",
        )
    return parse(done.stdout)


def parse(text: str) -> list[OpenclDevice]:
    """What sampan_describe_devices writes."""
    if text.startswith("!"):
        raise MissingToolError(text[1:].strip())
    rows = [line.split("\t") for line in text.splitlines()]
    return [
        OpenclDevice(number, name, platform, takes, bool(warps), missing)
        for number, (name, platform, takes, warps, missing) in enumerate(rows)
    ]


def _print(library: str) -> None:
    describe = ctypes.CDLL(library).sampan_describe_devices
    describe.restype = ctypes.c_uint64
    size = 1 << 16
    buffer = ctypes.create_string_buffer(size)
    used = describe(buffer, ctypes.c_uint64(size))
    sys.stdout.buffer.write(buffer.raw[: min(used, size)])


if __name__ == "__main__":
    _print(sys.argv[1])
