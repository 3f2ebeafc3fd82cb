"""`sampan screen`: an order against the four factors and the party lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sampan.diagnostics import UsageError
from sampan.supply.commands.arguments import WRONG, Parser, day, print_json, say, today, wrapped
from sampan.supply.errors import prepared

HELP = """\
Screens an order: item, end user, end use, destination, and red flags.

  sampan screen order.yaml --list consolidated.json
  sampan screen --name "Xiaoming Wang" --list targets.simple.csv

Party lists are files that you have fetched: the US Consolidated Screening List (JSON or CSV) or a
list of OpenSanctions. Exit code: 0 if nothing was found, 1 if a person has to look, 2 for a command
line and 3 for a file that makes no sense. `sampan screen --example` prints an order to start from.
"""
EXAMPLE = """\
# An order for `sampan screen`. docs/screening.md explains each line.
order: PO-2026-017
date: 2026-02-01
item: {chip: H200, quantity: 8}
from: US
to: CN
parties:
  - {role: end user, name: Example Computing Co. Ltd., country: CN, headquarters: CN}
  - {role: forwarder, name: Example Freight GmbH, country: DE}
end_use: {category: data centre, description: inference for a web shop}
# yes, no or unknown; what is not answered is unknown
red_flags:
  declines-end-use: no
  forwarder-as-destination: no
"""


@prepared()
def main(words: list[str]) -> int:
    """Runs the command line.

    Raises:
        UsageError: it makes no sense.
        DataError: the order or a list makes no sense.
    """
    parser = Parser(prog="sampan screen", description=HELP)
    parser.add_argument("order", nargs="?", type=Path, metavar="ORDER.yaml")
    parser.add_argument("--name", action="append", default=[], help="screen a name instead")
    parser.add_argument(
        "--list",
        action="append",
        default=[],
        type=Path,
        dest="lists",
        metavar="FILE",
        help="a party list; may stand several times",
    )
    parser.add_argument(
        "--on",
        metavar="DATE",
        help="the day that the rules are asked of (the order's date, else today)",
    )
    parser.add_argument("--threshold", metavar="N", help="least score of a hit, 60 to 100 (86)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the audit record there")
    parser.add_argument("--example", action="store_true", help="print an order to start from")
    parser.add_argument("--json", action="store_true", help="print the audit record")
    options = parser.parse_args(words)
    if options.example:
        print(EXAMPLE, end="")
        return 0
    if bool(options.order) == bool(options.name):
        parser.error("screen needs an order, or names with --name")
    if not options.lists:
        raise UsageError(
            "no party list given: without one nobody can be screened",
            hint="--list FILE; docs/screening.md says where lists are from",
        )
    threshold = _threshold(options.threshold)
    on = None if options.on is None else day(options.on)
    if options.name:
        return _names(options, threshold)
    return _order(options, threshold, on)


def _threshold(text: str | None) -> float:
    from sampan.supply.screening import THRESHOLD

    if text is None:
        return THRESHOLD
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 60 <= value <= 100:
        raise UsageError(f"--threshold {text[:20]}: a number from 60 to 100 is wanted")
    return value


def _order(options: Any, threshold: float, on: Any) -> int:
    from sampan.supply.files import write_whole
    from sampan.supply.orders import read_order
    from sampan.supply.screening import audited, load_lists, screen

    order, document = read_order(options.order)
    try:
        from sampan.supply.catalogue import find_chip

        find_chip(order.item.chip)
    except UsageError as error:
        raise document.error(("item", "chip"), error.message, error.hint) from None
    given = on or order.date
    record = screen(order, load_lists(options.lists), given or today(), threshold)
    if given is None:
        record["assumptions"] = ["the rules are asked of today: the order has no date"]
    record = audited(record, document.raw)
    if options.record is not None:
        write_whole(options.record, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    if options.json:
        print_json(record)
    else:
        say(_text(record))
        if options.record is not None:
            print(f"record: {options.record}")
    return 0 if record["outcome"] == "clear" else WRONG


def _names(options: Any, threshold: float) -> int:
    from sampan.supply import NOT_LEGAL_ADVICE
    from sampan.supply.names.readings import read
    from sampan.supply.screening import load_lists

    lists = load_lists(options.lists)
    results = []
    for name in options.name:
        understood = read(name)
        hits, count = lists.search(name, threshold)
        results.append(
            {
                "name": name,
                "found": count,
                "hits": hits,
                "remarks": list(understood.cleaned.remarks)
                + (["it has no letter to compare"] if understood.empty else []),
            }
        )
    record = {
        "on": today().isoformat(),
        "names": results,
        "threshold": threshold,
        "lists": [vars(one) for one in lists.files],
        "notice": NOT_LEGAL_ADVICE,
    }
    if options.record is not None:
        from sampan.supply.files import write_whole

        write_whole(options.record, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    if options.json:
        print_json(record)
    else:
        for result in results:
            say(f"{result['name']!r}: {_count(result)}")
            for remark in result["remarks"]:
                say(wrapped(f"remark: {remark}"))
            for hit in result["hits"]:
                say(wrapped(_hit(hit)))
        say(_footer(record))
    return WRONG if any(one["hits"] or one["remarks"] for one in results) else 0


def _count(result: dict[str, Any]) -> str:
    found, shown = result["found"], len(result["hits"])
    return f"{found} found" if found == shown else f"{found} or more found, the best {shown} shown"


def _hit(hit: dict[str, Any]) -> str:
    where = f" in {', '.join(hit['countries'])}" if hit["countries"] else ""
    return (
        f"{hit['score']}: {hit['listed_name']}{where}, {hit['listed_in']} "
        f"{hit['identity']} ({hit['why']}) [{hit['place']}]"
    )


def _footer(record: dict[str, Any]) -> str:
    lists = "; ".join(f"{one['path']}: {one['parties']} parties" for one in record["lists"])
    return f"\n{lists}. On {record['on']}, hits from a score of {record['threshold']:g}.\n" + str(
        record["notice"]
    )


def _text(record: dict[str, Any]) -> str:
    lines = [f"{record['order']}: {record['outcome']}"]
    for name in ("item", "end_user", "end_use", "destination", "red_flags"):
        factor = record[name]
        lines += ["", f"{name.replace('_', ' ')}: {factor['outcome']}"]
        lines += [wrapped(finding) for finding in factor["findings"]]
    for assumption in record.get("assumptions", ()):
        lines += ["", f"assumed: {assumption}"]
    version = record["item"]["details"]["rule_version"]
    lines += [_footer(record), f"Rule data of {version}."]
    return "\n".join(lines)
