"""Writes docs/accuracy.md: the largest error of every math function (make ulp).

    python tests/devicelib/ulp.py [--singles N] [--doubles N] [--every] [--stdout] [NAME …]

With names, only those functions are measured and the table is printed; --every takes all 2^32
arguments of float functions of one argument. The exit code is 1 if a bound does not hold.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from nv_table import (  # noqa: E402
    FAST,
    MEASURED,
    ROUNDED,
    Row,
    double_row,
    fast_division_row,
    intrinsic_row,
    rounded_row,
    single_row,
)

DOCUMENT = ROOT / "docs" / "accuracy.md"
START, END = "<!-- written by make ulp -->", "<!-- end of what make ulp writes -->"
SEED = 2026


def cell(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value < 1e6 else "wrong"


def place(row: Row) -> str:
    digits = 17 if row.name.startswith(("__d", "__fma_")) or row.name in DOUBLES else 9
    return ", ".join(f"{value:.{digits}g}" for value in row.worst)


DOUBLES = {case.name for case in MEASURED}


def line(row: Row) -> str:
    error = "exact" if row.error == 0 else cell(row.error)
    bound = cell(row.bound) + (f" ({row.note})" if row.note else "")
    worst = "" if row.error == 0 else f"`{place(row)}`"
    return f"| `{row.name}` | {error} | {bound} | {row.count} | {worst} |"


def share(row: Row) -> str:
    return (f"| `{row.name}` | {row.note} | {100 * row.error:.1f} % | {row.count} |"
            f" `{place(row)}` |")  # fmt: skip


def table(title: str, head: str, lines: list[str]) -> str:
    columns = head.count("|") - 1
    return "\n".join([f"## {title}", "", head, "|" + "---|" * columns, *lines, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--singles", type=int, default=1 << 24)
    parser.add_argument("--doubles", type=int, default=100000)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    rows: dict[str, list[Row]] = {"single": [], "double": [], "fast": [], "rounded": []}

    def note(kind: str, row: Row) -> None:
        rows[kind].append(row)
        mark = "" if row.holds else "   <<<<< over the bound"
        print(
            f"{row.name:18} {row.error:9.4f} {row.bound:5g} {row.count:9} {row.worst}{mark}",
            file=sys.stderr,
            flush=True,
        )

    for case in MEASURED:
        if options.names and case.name not in options.names:
            continue
        one = len(case.samplers[0]) == 1
        note("single", single_row(case, options.singles, SEED, options.every and one))
        if not options.every:
            note("double", double_row(case, options.doubles, SEED))
    if not options.names:
        for name, intrinsic in FAST.items():
            note("fast", intrinsic_row(name, intrinsic, options.singles, SEED))
        note("rounded", fast_division_row(options.singles, SEED))
        for name in ROUNDED:
            note("rounded", rounded_row(name, options.singles // 16, SEED))
        write(rows)
    over = [row.name for kind in rows.values() for row in kind if not row.holds]
    if over:
        print("over the bound: " + ", ".join(over), file=sys.stderr)
    return 1 if over else 0


def write(rows: dict[str, list[Row]]) -> None:
    head = "| function | largest error (ULP) | documented bound | arguments | at |"
    text = "\n".join([
        START, "",
        table("Single precision", head, [line(row) for row in rows["single"]]),
        table("Double precision", head, [line(row) for row in rows["double"]]),
        table("Fast intrinsics and -use_fast_math",
              "| function | documented bound | largest share of it | arguments | at |",
              [share(row) for row in rows["fast"]]),
        table("Intrinsics rounded to nearest", head, [line(row) for row in rows["rounded"]]),
        END,
    ])  # fmt: skip
    old = DOCUMENT.read_text()
    before, _, rest = old.partition(START)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(before + text + after)


if __name__ == "__main__":
    sys.exit(main())
