"""`python -m tests.fuzz --seed S --count N --paths host,interp,vector`: differential fuzzing.

The first path is the reference. Of paths with `/` between them each batch takes the next one:
`host,direct-vector:8/direct-vector:32:0/vector`. Failing kernels are made smaller and saved under
--save: as programs NAME.cu and NAME.cpp, as a kernel to be kept as a test (NAME.kernel.cu, see
kept.py), and with a note of what differed. The exit status is 1 if anything differed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.compare import Mismatch, Report, compare_batch, difference, run_path
from tests.fuzz.kept import keep
from tests.fuzz.kernel import WARP_SHARE, generate
from tests.fuzz.program import program
from tests.fuzz.reduce import Test, reduce_kernel
from tests.fuzz.source import Kernel


def main() -> int:
    gc.set_threshold(50_000, 20, 100)  # the compiler makes many objects that live for long
    options = _options()
    report = Report()
    try:
        _session(options, report)
    except KeyboardInterrupt:
        _say("interrupted")
    if options.json:
        print(report.as_json())
    else:
        _print(report)
    return 1 if report.mismatches else 0


def _session(options: argparse.Namespace, report: Report) -> None:
    choices = [words.split("/") for words in options.paths.split(",")]
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sampan-fuzz-") as name:
        folder = Path(name)
        numbers = list(range(options.first, options.first + options.count))
        for turn, at in enumerate(range(0, len(numbers), options.batch)):
            paths = [words[turn % len(words)] for words in choices]
            kernels = [
                generate(options.seed, number, small=options.small, warp_share=options.warp_share)
                for number in numbers[at : at + options.batch]
            ]
            for mismatch in compare_batch(kernels, paths, folder, report):
                _say(f"{mismatch.kernel.label} {mismatch.path}: {mismatch.problem.strip()}")
                if options.save:
                    _save(mismatch, options.save, options.reduce, folder / "reduce")
            _say(
                f"{report.kernels} kernels, {len(report.mismatches)} mismatches, "
                f"{time.monotonic() - start:.0f} s"
            )
            if options.stop and report.mismatches:
                break


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first kernel")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--batch", type=int, default=15, help="kernels in a program")
    parser.add_argument("--paths", default="host,fibre,vector", help="the first is the reference")
    parser.add_argument("--small", action="store_true", help="at most 64 threads a block")
    parser.add_argument(
        "--warp-share",
        type=float,
        default=WARP_SHARE,
        help="of the kernels that have warp-wide operations; 1 for all",
    )
    parser.add_argument("--save", type=Path, help="folder for kernels that differ")
    parser.add_argument("--reduce", type=int, default=60, help="attempts at making one smaller")
    parser.add_argument("--stop", action="store_true", help="stop at the first batch that differs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.small |= "interp" in options.paths
    return options


def _save(mismatch: Mismatch, folder: Path, attempts: int, scratch: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kernel = mismatch.kernel
    stem = f"{kernel.label.replace(':', '_')}_{mismatch.path.replace(':', '')}"
    (folder / f"{stem}.full.cu").write_text(program([kernel], host=False))

    fails = _failure_test(mismatch, scratch)
    if attempts and fails(kernel):
        reduce_kernel(kernel, fails, attempts)
    (folder / f"{stem}.cu").write_text(program([kernel], host=False))
    (folder / f"{stem}.cpp").write_text(program([kernel], host=True))
    keep(kernel, folder / f"{stem}.kernel.cu")
    note = f"{kernel.label}: {mismatch.path} against {mismatch.reference}\n{mismatch.problem}\n\n"
    (folder / f"{stem}.txt").write_text(note + kernel.text())
    _say(f"saved {folder / stem}.txt")


def _failure_test(mismatch: Mismatch, scratch: Path) -> Test:
    reference = mismatch.reference
    if mismatch.path.startswith("direct-vector"):
        # Much quicker than the host compiler, and as good where it agrees with it.
        (expected,) = run_path(reference, [mismatch.kernel], scratch)
        (fibre,) = run_path("direct-fibre", [mismatch.kernel], scratch)
        reference = "direct-fibre" if fibre.agrees(expected) else reference

    def fails(candidate: Kernel) -> bool:
        (expected,) = run_path(reference, [candidate], scratch)
        if expected.problem:
            return False
        (outcome,) = run_path(mismatch.path, [candidate], scratch)
        if outcome.problem and "error:" in outcome.problem and "error:" not in mismatch.problem:
            return False
        return difference(expected, outcome) != ""

    return fails


def _print(report: Report) -> None:
    print(f"{report.kernels} kernels, compared: {dict(report.compared)}")
    print(f"{'feature':32}{'occurs':>8}{'reached':>9}{'diverges':>9}{'executions':>12}")
    for name in sorted(report.static):
        reached = report.reached[name] or ""
        divergent = report.divergent[name] or ""
        executed = report.executed[name] or ""
        print(f"{name:32}{report.static[name]:>8}{reached:>9}{divergent:>9}{executed:>12}")
    if report.refused:
        print("not vectorised, so compared on the fibre path:")
    for reason, count in report.refused.most_common():
        print(f"{count:>8}  {reason}")
    print(f"{len(report.mismatches)} mismatches")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
