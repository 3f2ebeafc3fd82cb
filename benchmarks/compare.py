"""Kernel times of Sampan beside Intel's OpenCL CPU runtime and PoCL, in one run.

    python benchmarks/compare.py [--kernels mandelbrot,sgemm_tiled] [--rounds 15] [--json FILE]

Every contender is a process that runs one timed launch for each line it is given. Rounds are
interleaved, so that a change of the machine's speed meets all of them. The same algorithm and block
shape everywhere; checksums must agree.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from peers import ROOT, set_up

KERNELS = ("mandelbrot", "sgemm_tiled")
WARM_UP = 3
TOLERANCE = 1e-4  # relative, of checksums: contraction may differ


@dataclass
class Contender:
    name: str
    process: subprocess.Popen[str]
    milliseconds: list[float] = field(default_factory=list)
    checksum: float | None = None
    device: str = ""
    problem: str = ""

    def round(self, timed: bool) -> None:
        if self.problem:
            return
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self.process.stdout.readline()
        if not line:
            self.problem = f"ended with status {self.process.wait()}"
            return
        record = json.loads(line)
        if record.get("error", "no error") != "no error":
            self.problem = record["error"]
            return
        self.checksum = record["checksum"]
        self.device = record.get("device", "")
        if timed:
            self.milliseconds.append(record["milliseconds"])

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)


def start(name: str, command: list[str], environment: dict[str, str]) -> Contender:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    return Contender(name, process)


def measure(kernel: str, rounds: int, paths: list[str]) -> list[Contender]:
    folder = Path(__file__).resolve().parent
    peers, remarks = set_up()
    for remark in remarks:
        print(remark, file=sys.stderr)
    contenders = []
    sampan = {"PYTHONPATH": str(ROOT)}
    for path in paths:
        command = [sys.executable, "-m", "sampan", "run", "--path", path]
        contenders.append(start(f"sampan {path}", [*command, str(folder / f"{kernel}.cu")], sampan))
    for peer in peers:
        command = [str(peer.python), str(folder / "opencl_host.py"), kernel, str(folder)]
        contenders.append(start(peer.name, command, peer.environment))
    for number in range(WARM_UP + rounds):
        for contender in contenders:
            contender.round(timed=number >= WARM_UP)
    for contender in contenders:
        contender.close()
    return contenders


def report(kernel: str, contenders: list[Contender]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    reference = next((c.checksum for c in contenders if c.checksum is not None), None)
    print(f"{kernel}: kernel time in milliseconds")
    for contender in contenders:
        if contender.problem or not contender.milliseconds:
            print(f"  {contender.name:14} {contender.problem or 'no rounds'}")
            rows.append({"kernel": kernel, "name": contender.name, "problem": contender.problem})
            continue
        assert contender.checksum is not None and reference is not None
        agrees = abs(contender.checksum - reference) <= TOLERANCE * max(abs(reference), 1.0)
        median = statistics.median(contender.milliseconds)
        best = min(contender.milliseconds)
        print(
            f"  {contender.name:14} median {median:9.3f}  best {best:9.3f}  "
            f"checksum {contender.checksum}{'' if agrees else '  DIFFERS'}"
        )
        rows.append(
            {
                "kernel": kernel,
                "name": contender.name,
                "device": contender.device,
                "median_ms": median,
                "best_ms": best,
                "rounds": len(contender.milliseconds),
                "checksum": contender.checksum,
                "agrees": agrees,
            }
        )
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernels", default=",".join(KERNELS))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--paths", default="vector", help="paths of Sampan, comma-separated")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    for kernel in options.kernels.split(","):
        paths = [path for path in options.paths.split(",") if path]
        rows += report(kernel, measure(kernel, options.rounds, paths))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return int(any(row.get("problem") or not row.get("agrees", True) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
