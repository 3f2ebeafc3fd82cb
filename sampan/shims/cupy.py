"""`import cupy` where CuPy is not installed: sampan.cupy_subset under its name."""

import sys

from sampan import cupy_subset

for _part in ("cuda", "random", "linalg", "fft", "testing"):
    sys.modules[f"cupy.{_part}"] = getattr(cupy_subset, _part)
sys.modules["cupy"] = cupy_subset
