"""Kernel times of Sampan beside its peers on the same machine, in one run (`make bench`).

    python benchmarks/bench.py [--only mandelbrot,saxpy] [--rounds 7] [--peers intel,pocl,openmp]
                               [--level native|avx2] [--json FILE]

The same algorithm and block shape everywhere. Every contender is a process; rounds are interleaved,
so that a change of the machine's speed meets all. Ends with 1 where results differ or a contender
fails.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from dataclasses import asdict
from pathlib import Path

import suite
from measure import Measured, measure
from peers import LEVELS, contenders

PEERS = ("intel", "pocl", "openmp", "openblas")


def ratios(rows: list[Measured], peer: str) -> dict[str, float]:
    """How many times as long as Sampan the peer takes, in medians, by kernel."""
    medians = {(row.kernel, row.contender): row.median for row in rows if not row.problem}
    names = {kernel for kernel, contender in medians if contender == peer}
    return {
        kernel: medians[kernel, peer] / medians[kernel, "sampan"]
        for kernel in sorted(names)
        if (kernel, "sampan") in medians
    }


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def show(kernel: suite.Kernel, rows: list[Measured]) -> None:
    sampan = next((row.median for row in rows if row.contender == "sampan"), 0.0)
    print(f"{kernel.name} ({rows[0].path})")
    for row in rows:
        if row.problem:
            print(f"  {row.title:14} {row.problem}")
            continue
        rate = kernel.case.flops / row.best * 1e-6
        bandwidth = kernel.case.bytes / row.best * 1e-6
        ratio = row.median / sampan if sampan else math.nan
        print(
            f"  {row.title:14} median {row.median:9.3f} ms  best {row.best:9.3f}  {ratio:6.2f}x  "
            f"{rate:7.1f} Gop/s {bandwidth:6.1f} GB/s  error {row.error:.1e}"
            f"{'' if row.agrees else '  DIFFERS'}",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", help="kernels, comma-separated")
    parser.add_argument("--rounds", type=int, default=7, help="of 3 launches each")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--level", choices=LEVELS, default="native", help="vector instructions")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    known = suite.names()
    only = [name for name in options.only.split(",") if name] or known
    wanted = [name for name in options.peers.split(",") if name]
    for name in only:
        if name not in known:
            parser.error(f"no kernel {name}; there are {', '.join(known)}")
    for name in wanted:
        if name not in PEERS:
            parser.error(f"no peer {name}; there are {', '.join(PEERS)}")
    threads = len(os.sched_getaffinity(0))
    found, remarks = contenders(options.level, wanted, threads)
    for remark in remarks:
        print(remark, file=sys.stderr)
    rows: list[Measured] = []
    for name in only:
        kernel = suite.load(name)
        rows += (measured := measure(kernel, found, options.rounds))
        show(kernel, measured)
    for peer in wanted:
        values = ratios(rows, peer)
        if values:
            print(
                f"{peer}: {geometric_mean(list(values.values())):.2f}x over {len(values)} kernels"
            )
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return int(any(row.problem or not row.agrees for row in rows))


if __name__ == "__main__":
    sys.exit(main())
