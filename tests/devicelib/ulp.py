"""Prints the largest error found for every function: python tests/devicelib/ulp.py [SAMPLES]"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from nv_cases import CASES  # noqa: E402
from nv_measure import measure  # noqa: E402


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50000
    names = sys.argv[2:]
    print(f"{'function':16} {'float':>10} {'bound':>6} {'double':>10} {'bound':>6}  worst at")
    for case in CASES:
        if names and case.name not in names:
            continue
        single, at_single = measure(case, True, count)
        double, at_double = measure(case, False, count)
        mark = "" if single <= case.bound[0] and double <= case.bound[1] else "  <<<<<"
        print(
            f"{case.name:16} {single:10.3f} {case.bound[0]:6} {double:10.3f} {case.bound[1]:6}"
            f"  {at_single} {at_double}{mark}", flush=True,
        )


if __name__ == "__main__":
    main()
