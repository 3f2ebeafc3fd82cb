"""`python -m tests.fuzz.planted_bugs`: does the fuzzer find bugs planted into the compiler?

One bug at a time is planted (tests/fuzz/plants.py), and random kernels run on the vector path until
one differs from the reference, or --limit of them have not. The exit status is 1 if a bug was not
found, or if the compiler without a bug got a kernel wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.hunt import Find, Hunt
from tests.fuzz.plants import PLANTS


def main() -> int:
    gc.set_threshold(50_000, 20, 100)  # the compiler makes many objects that live for long
    options = _options()
    chosen = [p for p in PLANTS if not options.only or p.name in options.only]
    finds: list[Find] = []
    with tempfile.TemporaryDirectory(prefix="sampan-plants-") as folder:
        hunts = {
            (warps, rows): Hunt(
                Path(folder), options.seed, options.first, options.limit, warps, rows
            )
            for warps, rows in ((False, False), (True, False), (False, True))
        }
        for plant in chosen:
            start = time.process_time()
            finds.append(hunts[plant.warps, plant.rows].find(plant))
            seconds = time.process_time() - start
            if not options.json:
                print(f"{_row(finds[-1])}  [{seconds:.0f} s]", flush=True)
    unsound = [line for hunt in hunts.values() for line in hunt.unsound]
    found = [find for find in finds if find.kernels]
    if options.json:
        print(json.dumps(_report(finds, hunts[False, False], unsound), indent=1))
    else:
        print(f"{len(found)} of {len(finds)} planted bugs found within {options.limit} kernels")
        for line in unsound:
            print(f"wrong without a planted bug: {line}")
    return 0 if len(found) == len(finds) and not unsound else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.planted_bugs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="stream of random kernels")
    parser.add_argument("--first", type=int, default=0, help="number of the first kernel")
    parser.add_argument("--limit", type=int, default=500, help="kernels to try for each bug")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="plant these bugs alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    unknown = set(options.only or ()) - {plant.name for plant in PLANTS}
    if unknown:
        parser.error(f"no plant is called {', '.join(sorted(unknown))}")
    return options


def _row(find: Find) -> str:
    number = str(find.kernels) if find.kernels else "none"
    where = f"{find.setting}  {find.problem[:90]}"
    return f"{find.plant.part:18}{find.plant.name:32}{number:>5}  {where}"


def _report(finds: list[Find], hunt: Hunt, unsound: list[str]) -> dict[str, object]:
    return {
        "seed": hunt.seed,
        "first": hunt.first,
        "limit": hunt.limit,
        "found": sum(1 for find in finds if find.kernels),
        "planted": len(finds),
        "wrong_without_a_plant": unsound,
        "plants": [
            {
                "name": find.plant.name,
                "part": find.plant.part,
                "what": find.plant.what,
                "kernels": find.kernels or None,
                "where": find.setting,
                "problem": find.problem,
            }
            for find in finds
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
