"""`sampan chips`: the catalogue of chips, and what the export rule says of one."""

from __future__ import annotations

from typing import Any

from sampan.diagnostics import UsageError
from sampan.supply.errors import prepared

HELP = """\
usage: sampan chips list [--vendor V] [--json]
       sampan chips show NAME [--json]
       sampan chips compare NAME NAME... [--precision P] [--picture FILE.svg] [--json]
       sampan chips rule [NAME] [--on DATE] [--from COUNTRY] [--to COUNTRY] [FIGURES] [--json]

A catalogue of chips: every figure with its source, its date, how far it is trusted, and what other
sources say. `rule` computes what the US export rule says of a chip on a day, with its reasons.
What is not known stays unknown: a verdict may be "cannot tell". Nothing of this is legal advice.

Each has its own --help. docs/chips.md explains the figures, docs/export-rule.md the verdicts.
"""


@prepared()
def main(words: list[str]) -> int:
    """Runs the command line.

    Raises:
        UsageError: it makes no sense.
    """
    if not words or words[0] in ("-h", "--help"):
        print(HELP, end="")
        return 0 if words else 2
    commands = {"list": _list, "show": _show, "compare": _compare, "rule": _rule}
    if words[0] not in commands:
        raise UsageError(
            f"unknown command 'chips {words[0]}'", hint=f"one of: {', '.join(commands)}"
        )
    return commands[words[0]](words[1:])


def _list(words: list[str]) -> int:
    from sampan.supply.commands.arguments import Parser, print_json
    from sampan.supply.show import every_chip, list_table, summary

    parser = Parser(prog="sampan chips list", description="Lists the catalogue's chips.")
    parser.add_argument("--vendor", default="", help="only this vendor's")
    parser.add_argument("--json", action="store_true", help="one JSON array")
    options = parser.parse_args(words)
    entries = every_chip(options.vendor)
    if options.json:
        print_json([summary(entry) for entry in entries])
    else:
        print(list_table(entries))
    return 0


def _show(words: list[str]) -> int:
    from sampan.supply.catalogue import find_chip
    from sampan.supply.commands.arguments import Parser, print_json
    from sampan.supply.show import details, details_text

    parser = Parser(
        prog="sampan chips show", description="Shows a chip with every figure's source."
    )
    parser.add_argument("name", help="the chip, such as H20 or 'Ascend 910B'")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(words)
    entry = find_chip(options.name)
    if options.json:
        print_json(details(entry))
    else:
        print(details_text(entry))
    return 0


def _compare(words: list[str]) -> int:
    from pathlib import Path

    from sampan.supply.catalogue import find_chip
    from sampan.supply.commands.arguments import Parser, print_json
    from sampan.supply.files import write_whole
    from sampan.supply.quantities import PRECISIONS
    from sampan.supply.show import compare_picture, compare_table, details

    parser = Parser(prog="sampan chips compare", description="Compares chips in a table.")
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument(
        "--precision",
        choices=list(PRECISIONS),
        default="fp16",
        help="of the picture (fp16; bf16 stands in where fp16 is not known)",
    )
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="write a roofline picture")
    parser.add_argument("--json", action="store_true", help="one JSON array")
    options = parser.parse_args(words)
    if len(options.names) < 2:
        parser.error("compare needs two chips or more")
    entries = [find_chip(name) for name in options.names]
    remarks: list[str] = []
    if options.picture is not None:
        picture, remarks = compare_picture(entries, options.precision)
        write_whole(options.picture, picture)
    if options.json:
        print_json([details(entry) for entry in entries])
    else:
        print(compare_table(entries))
        for remark in remarks:
            print(remark)
        if options.picture is not None:
            print(f"picture: {options.picture}")
    return 0


RULE_HELP = """\
What the US export rule on advanced computing chips says of a chip, or of figures given by hand.

A figure is a number or a range, with or without its unit: 4000, '4 TB/s', 115-230, unknown.
Given beside a NAME it replaces the catalogue's. Countries are codes or names.

  sampan chips rule H20 --on 2025-05-01
  sampan chips rule RTX4090 --to DE
  sampan chips rule --dense fp16=148 --dense fp8=296 --die-area 814 --dram-bandwidth '4 TB/s'
"""
_FIGURES = {
    "tpp": "total processing performance",
    "pd": "performance density, per mm2",
    "die_area": "area of the logic dies, mm2",
    "dram_bandwidth": "memory bandwidth, GB/s",
    "links": "links to other chips, both directions, GB/s",
    "host_link": "link to the host, both directions, GB/s",
    "io_bandwidth": "both kinds of links together, GB/s",
    "hbm_bandwidth": "of a memory stack by itself: bandwidth, GB/s",
    "hbm_area": "of a memory stack by itself: package area, mm2",
}


def _rule(words: list[str]) -> int:
    from sampan.supply.commands.arguments import Parser, country, day, print_json, today
    from sampan.supply.rules import Route
    from sampan.supply.show import verdict_text
    from sampan.supply.verdicts import judge

    parser = Parser(prog="sampan chips rule", description=RULE_HELP)
    parser.add_argument("name", nargs="?", help="a chip of the catalogue")
    parser.add_argument("--on", metavar="DATE", help="the day that the rules are asked of (today)")
    parser.add_argument("--from", dest="origin", metavar="COUNTRY", help="shipped from (US)")
    parser.add_argument("--to", metavar="COUNTRY", help="shipped to (China)")
    parser.add_argument(
        "--headquarters",
        metavar="COUNTRY",
        help="of the receiving party or its ultimate parent (as --to)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    figures = parser.add_argument_group("figures by hand")
    figures.add_argument(
        "--dense",
        action="append",
        default=[],
        metavar="PRECISION=RATE",
        help="dense TFLOPS or TOPS, such as fp16=148; may stand several times",
    )
    for name, text in _FIGURES.items():
        figures.add_argument("--" + name.replace("_", "-"), metavar="N", help=text)
    figures.add_argument(
        "--data-centre",
        choices=["yes", "no", "unknown"],
        help="whether it is designed or marketed for data centres",
    )
    figures.add_argument("--vendor", metavar="NAME", help="whose chip it is")
    options = parser.parse_args(words)

    candidate = _candidate(options)
    route = Route(
        country("US" if options.origin is None else options.origin),
        country("CN" if options.to is None else options.to),
        None if options.headquarters is None else country(options.headquarters),
    )
    verdict = judge(candidate, route, today() if options.on is None else day(options.on))
    for flag, given, what in (
        ("--from", options.origin, "shipped from the United States"),
        ("--to", options.to, "shipped to China"),
        ("--headquarters", options.headquarters, "the receiving party is of the country it is in"),
    ):
        if given is None:
            verdict.assumptions.append(f"{what} ({flag})")
    if options.json:
        print_json(verdict.as_json())
    else:
        print(verdict_text(verdict))
    return 0


def _candidate(options: Any) -> Any:
    from sampan.supply.catalogue import find_chip, vendor_name
    from sampan.supply.given import read_figures
    from sampan.supply.items import Contradiction, from_catalogue, from_hand

    words = {
        name: getattr(options, name) for name in _FIGURES if getattr(options, name) is not None
    }
    if not options.name and not words and not options.dense:
        raise UsageError(
            "rule needs a chip or figures", hint="such as: sampan chips rule H20 --on 2025-05-01"
        )
    given = read_figures(words, options.dense)
    try:
        if not options.name:
            made = from_hand(given)
            made.vendor = vendor_name(options.vendor or "")
        else:
            if options.vendor:
                raise UsageError("--vendor is for figures by hand: the chip's vendor is known")
            if given.hbm_bandwidth or given.hbm_area:
                raise UsageError("a memory stack by itself does not go with a chip's name")
            made = from_catalogue(find_chip(options.name), given)
    except Contradiction as error:
        raise UsageError(str(error), hint="leave out the one that is wrong") from None
    if options.data_centre:
        made.data_centre = {"yes": True, "no": False}.get(options.data_centre)
    return made
