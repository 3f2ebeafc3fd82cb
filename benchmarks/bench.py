"""Kernel times of Sampan beside its peers on the same machine, in one run (`make bench`).

    python benchmarks/bench.py [--only mandelbrot,saxpy] [--rounds 7] [--peers intel,pocl,openmp]
                               [--level native|avx2] [--json FILE]

The same algorithm and block shape everywhere. Every contender is a process; rounds are interleaved,
so that a change of the machine's speed meets all. A run of all kernels leaves its results in
build/bench/LEVEL.json, of which performance.py makes docs/performance.md. Ends with 1 where results
differ or a contender fails.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import sys
from dataclasses import asdict
from pathlib import Path

import suite
from machine import measure_machine
from measure import TIMED, Measured, measure
from peers import FOLDER, LEVELS, contenders
from summary import geometric_mean, ratios

PEERS = ("intel", "pocl", "openmp", "openblas")


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


def arguments() -> argparse.Namespace:
    formatter = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--only", default="", help="kernels, comma-separated")
    parser.add_argument("--rounds", type=int, default=7, help=f"of {TIMED} launches each")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--level", choices=LEVELS, default="native", help="vector instructions")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    known = suite.names()
    options.kernels = [name for name in options.only.split(",") if name] or known
    options.peers = [name for name in options.peers.split(",") if name]
    for name in options.kernels:
        if name not in known:
            parser.error(f"no kernel {name}; there are {', '.join(known)}")
    for name in options.peers:
        if name not in PEERS:
            parser.error(f"no peer {name}; there are {', '.join(PEERS)}")
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    return options


def main() -> int:
    options = arguments()
    threads = len(os.sched_getaffinity(0))
    found, remarks = contenders(options.level, options.peers, threads)
    for remark in remarks:
        print(remark, file=sys.stderr)
    results: dict[str, object] = {
        "date": datetime.date.today().isoformat(),
        "level": options.level,
        "launches": options.rounds * TIMED,
    }
    if options.peers:  # their set-up has what measuring the machine takes
        machine = measure_machine(options.level, threads)
        results["machine"] = asdict(machine)
        print(f"{machine.cpu}, {threads} threads: {machine.bandwidth / 1e9:.1f} GB/s copied, "
              f"{machine.flops / 1e9:.0f} Gflop/s")  # fmt: skip
    rows = []
    for name in options.kernels:
        kernel = suite.load(name)
        measured = measure([(contender, kernel) for contender in found], options.rounds)
        show(kernel, measured)
        rows += [asdict(row) for row in measured]
    for peer in options.peers:
        values = list(ratios(rows, peer).values())
        if values:
            print(f"{peer}: {geometric_mean(values):.2f}x over {len(values)} kernels")
    results["rows"] = rows
    text = json.dumps(results, indent=1) + "\n"
    if options.json:
        options.json.write_text(text)
    if not options.only and options.peers:
        (FOLDER / f"{options.level}.json").write_text(text)
    return int(any(row["problem"] or not row["agrees"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
