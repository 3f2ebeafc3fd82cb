"""NumPy's OpenBLAS on the product of the first two buffers of a plan, for the third: C = A B.

blas_host.py PLAN
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy


def main() -> None:
    lines = [line.split() for line in Path(sys.argv[1]).read_text().splitlines()]
    files = [words[2] for words in lines if words[0] == "buffer"]
    a, b, c = (numpy.fromfile(name, dtype=numpy.float32) for name in files[:3])
    size = math.isqrt(a.size)
    a, b, c = (matrix.reshape(size, size) for matrix in (a, b, c))
    print(f"ready NumPy {numpy.__version__}", flush=True)
    for line in sys.stdin:
        untimed, count = map(int, line.split())
        times = []
        for _ in range(untimed + count):
            begin = time.perf_counter()
            numpy.matmul(a, b, out=c)
            times.append((time.perf_counter() - begin) * 1e3)
        print(json.dumps(times[untimed:]), flush=True)
    c.tofile(next(words[2] for words in lines if words[0] == "output"))


main()
