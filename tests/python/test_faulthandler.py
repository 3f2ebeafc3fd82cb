"""Faults of kernels and Python's faulthandler: each gets its own, whichever came first."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import faulthandler, sys
import numpy as np
import sampan

kernel = sampan.RawKernel(
    'extern "C" __global__ void store(int *out, size_t at) { out[at] = 1; }', "store"
)
out = np.zeros(4, np.int32)

def faults():
    try:
        kernel((1,), (1,), (out, np.uint64(1 << 40)))
    except sampan.KernelError as error:
        print("kernel:", error, flush=True)

if sys.argv[1] == "before":
    faulthandler.enable()
kernel((1,), (1,), (out, np.uint64(0)))
if sys.argv[1] == "after":
    faulthandler.enable()
faults()
faults()
kernel((1,), (1,), (out, np.uint64(1)))
print("works:", out.tolist(), flush=True)
faulthandler._sigsegv()
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_faulthandler_gets_what_is_no_kernels_fault(when: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, when], capture_output=True, text=True, timeout=300
    )
    assert done.stdout.count("kernel: ") == 2, done.stdout + done.stderr
    assert "works: [1, 1, 0, 0]" in done.stdout, done.stdout + done.stderr
    assert "Fatal Python error: Segmentation fault" in done.stderr
    assert 'File "<string>"' in done.stderr  # the stack of Python that faulthandler prints
    assert done.returncode == -11
