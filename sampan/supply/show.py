"""The catalogue and its verdicts as text for people and as data for `--json`."""

from __future__ import annotations

import math
from typing import Any

from sampan.diagnostics import UsageError
from sampan.supply import NOT_LEGAL_ADVICE
from sampan.supply.catalogue import Chip, Entry, Figure, catalogue, folded
from sampan.supply.commands.arguments import wrapped
from sampan.supply.countries import Country
from sampan.supply.intervals import UNKNOWN, Interval
from sampan.supply.quantities import QUANTITIES, RULE_UNITS
from sampan.supply.roofline import CHIPS, Roof, roofline_svg
from sampan.supply.verdicts import Verdict

MARKET: dict[bool | str, str] = {
    True: "for data centres",
    False: "not for data centres",
    "unknown": "market unknown",
}
NO_TARGET = "none; Sampan runs CUDA source on x86-64 CPUs, for now"


def every_chip(vendor: str = "") -> list[Entry]:
    """All chips, or a vendor's, in the order of the files.

    Raises:
        UsageError: there is no such vendor.
    """
    entries = list({id(entry): entry for entry in catalogue().values()}.values())
    if not vendor:
        return entries
    found = [one for one in entries if folded(one.vendor.vendor) == folded(vendor)]
    if not found:
        names = dict.fromkeys(one.vendor.vendor for one in entries)
        raise UsageError(f"no vendor '{vendor[:40]}'", hint=f"one of: {', '.join(names)}")
    return found


def summary(entry: Entry) -> dict[str, Any]:
    """The row of a chip in `list`."""
    chip = entry.chip
    return {
        "name": chip.name,
        "vendor": entry.vendor.vendor,
        "kind": chip.kind,
        "stack": chip.stack,
        "language": chip.language,
        "sampan_target": chip.sampan_target,
    }


def list_table(entries: list[Entry]) -> str:
    rows = [["chip", "vendor", "kind", "stack", "fp16 dense", "memory GB", "GB/s", "Sampan"]]
    for entry in entries:
        chip = entry.chip
        half = chip.figure("compute", "fp16", "dense") or chip.figure("compute", "bf16", "dense")
        rows.append(
            [
                chip.name,
                entry.vendor.vendor,
                chip.kind,
                chip.stack,
                _short(half),
                _short(chip.figure("memory")),
                _short(chip.figure("dram_bandwidth")),
                chip.sampan_target or "-",
            ]
        )
    return _table(rows)


def figure_json(entry: Entry, figure: Figure) -> dict[str, Any]:
    """A figure with its source resolved, in the quantity's own unit."""
    source, quantity = entry.source(figure), QUANTITIES[figure.quantity]
    factor = quantity.units[figure.unit]

    def scaled(value: Any) -> Any:
        if isinstance(value, str):
            return None
        return [one * factor for one in value] if isinstance(value, list) else value * factor

    return {
        "quantity": figure.quantity,
        "precision": figure.precision,
        "density": figure.density,
        "value": scaled(figure.value),
        "unit": "TOPS" if figure.unit in ("TOPS", "POPS") else quantity.unit,
        "range": figure.interval.as_json(),
        "source": source.title,
        "where": source.where,
        "trust": source.trust,
        "date": source.date,
        "rivals": [
            {
                "value": scaled(rival.value),
                "source": entry.source(rival).title,
                "trust": entry.source(rival).trust,
                "date": entry.source(rival).date,
            }
            for rival in figure.rivals
        ],
        "note": figure.note,
    }


def details(entry: Entry) -> dict[str, Any]:
    """All that is known of a chip."""
    chip = entry.chip
    return {
        **summary(entry),
        "country": entry.vendor.country,
        "aliases": chip.aliases,
        "data_centre": None if chip.data_centre == "unknown" else chip.data_centre,
        "note": chip.note,
        "figures": [figure_json(entry, figure) for figure in chip.figures],
    }


def details_text(entry: Entry) -> str:
    chip = entry.chip
    lines = [
        f"{chip.name}: {entry.vendor.vendor} ({Country(entry.vendor.country).name}), {chip.kind}, "
        + MARKET[chip.data_centre],
        f"software: {chip.stack}; {chip.language}",
        f"Sampan target: {chip.sampan_target or NO_TARGET}",
    ]
    if chip.aliases:
        lines.append(f"also: {', '.join(chip.aliases)}")
    if chip.note:
        lines.append(f"note: {chip.note}")
    rows = [["figure", "value", "unit", "trust", "date", "source"]]
    for figure in chip.figures:
        shown, source = figure_json(entry, figure), entry.source(figure)
        what = " ".join(
            part
            for part in (QUANTITIES[figure.quantity].title, figure.precision, figure.density)
            if part
        )
        value = _value(shown["value"])
        rows.append([what, value, shown["unit"], source.trust, source.date, source.title])
        for rival in shown["rivals"]:
            rows.append(
                [
                    "  another source",
                    _value(rival["value"]),
                    shown["unit"],
                    rival["trust"],
                    rival["date"],
                    rival["source"],
                ]
            )
        if figure.note:
            rows.append([f"  ({figure.note})", "", "", "", "", ""])
    lines += ["", _table(rows) if chip.figures else "no figures are known"]
    return "\n".join(lines)


def compare_table(entries: list[Entry]) -> str:
    """Figures side by side; a range where sources disagree."""
    rows = [["", *(entry.chip.name for entry in entries)]]
    rows.append(["vendor", *(entry.vendor.vendor for entry in entries)])
    rows.append(["stack", *(entry.chip.stack for entry in entries)])
    keys = list(dict.fromkeys(figure.key for entry in entries for figure in entry.chip.figures))
    order = list(QUANTITIES)
    for key in sorted(keys, key=lambda key: (order.index(key[0]), str(key[1]), str(key[2]))):
        quantity = QUANTITIES[key[0]]
        what = " ".join(part for part in (quantity.title, *key[1:]) if part)
        rows.append(
            [f"{what}, {quantity.unit}", *(_short(entry.chip.figure(*key)) for entry in entries)]
        )
    rows.append(["Sampan target", *(entry.chip.sampan_target or "-" for entry in entries)])
    return _table(rows)


def compare_picture(entries: list[Entry], precision: str) -> tuple[str, list[str]]:
    """A roofline picture of the chips whose rate and bandwidth are known, and remarks on others.

    Raises:
        UsageError: of no chip both are known, or there are too many.
    """
    roofs, remarks = [], []
    for entry in entries:
        chip = entry.chip
        used, rate = precision, _rate(chip, precision)
        if not rate.known and precision == "fp16":
            used, rate = "bf16", _rate(chip, "bf16")
        figure = chip.figure("dram_bandwidth")
        bandwidth = figure.interval if figure is not None else UNKNOWN
        if _drawable(rate) and _drawable(bandwidth):
            name = chip.name if used == precision else f"{chip.name} ({used})"
            roofs.append(Roof(name, rate, bandwidth))
        else:
            remarks.append(
                f"{chip.name} is not in the picture: its dense {precision} rate or its memory "
                "bandwidth is unknown"
            )
    if len(roofs) > CHIPS:
        raise UsageError(f"a picture has room for {CHIPS} chips, not {len(roofs)}")
    if not roofs:
        raise UsageError(f"no picture: {'; '.join(remarks)}")
    return roofline_svg(roofs, f"Roofline, dense {precision}"), remarks


def _rate(chip: Chip, precision: str) -> Interval:
    figure = chip.figure("compute", precision, "dense")
    return UNKNOWN if figure is None else figure.interval


def _drawable(value: Interval) -> bool:
    return value.low > 0 and not math.isinf(value.high)


def verdict_text(verdict: Verdict) -> str:
    """A verdict with all its reasons, for people."""
    candidate, route = verdict.candidate, verdict.route
    name = candidate.chip or "figures given by hand"
    words = {
        "controlled": "controlled",
        "not_controlled": "not controlled by the paragraphs tested",
        "cannot_tell": "cannot tell",
    }
    lines = [
        f"{name}, on {verdict.day}, from {route.origin} to {route.destination}: "
        f"{words[verdict.verdict]}"
    ]
    if verdict.paragraphs:
        lines.append(f"paragraphs: {', '.join(verdict.paragraphs)}")
    undecided = [test.paragraph for test in verdict.tests if test.holds is None]
    if undecided:
        lines.append(f"cannot be told: {', '.join(undecided)}")
    if verdict.verdict != "not_controlled":
        lines.append(f"licence: {verdict.licence.replace('_', ' ')}")
        if verdict.exceptions:
            lines.append(f"licence exceptions to look at: {', '.join(verdict.exceptions)}")
        if verdict.review:
            lines.append(f"review of an application: {verdict.review.replace('_', ' ')}")
        lines += [wrapped(f"if {one}") for one in verdict.conditions]
    for title, items in (
        ("missing, to tell more", verdict.missing),
        ("reasons", verdict.reasons),
    ):
        if items:
            lines += ["", f"{title}:", *(wrapped(one) for one in items)]
    distances = []
    for test in verdict.tests:
        for line in test.comparisons:
            unit = RULE_UNITS[line["quantity"]]
            distances.append(
                f"{test.paragraph}, {line['quantity']}{f' in {unit}' if unit else ''}: "
                f"{line['distance']}"
            )
    for title, items in (
        ("distances", list(dict.fromkeys(distances))),
        ("assumed", verdict.assumptions),
        ("also", verdict.notes),
    ):
        if items:
            lines += ["", f"{title}:", *(wrapped(one) for one in items)]
    lines += [
        "",
        f"{verdict.rules.title}, rule data of {verdict.rules.version}. {NOT_LEGAL_ADVICE}",
    ]
    return "\n".join(lines)


def _short(figure: Figure | None) -> str:
    return "-" if figure is None else str(figure.interval).replace(" to ", "-")


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return "-".join(f"{one:g}" for one in value)
    return f"{value:g}" if value < 1e5 else f"{value:.0f}"


def _table(rows: list[list[str]]) -> str:
    widths = [
        max(len(row[column]) for row in rows if not row[0].startswith("  ("))
        for column in range(len(rows[0]))
    ]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
