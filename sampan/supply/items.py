"""What the rules look at, made from figures: those of a chip of the catalogue, or given by hand.

Total processing performance (TPP) and performance density (PD) as 88 FR 73458 defines them for ECCN
3A090: TPP is twice the MacTOPS times the bit length of the operation, for dense matrices, the
highest over the precisions; a data sheet's TOPS or TFLOPS are already twice the MacTOPS. PD is TPP
over the area in mm2 of the logic dies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sampan.supply.catalogue import Entry
from sampan.supply.conditions import Item
from sampan.supply.intervals import UNKNOWN, Interval, Truth
from sampan.supply.quantities import PRECISIONS

AGREEMENT = 0.01  # a figure and what others make it may differ by this much, for rounding


@dataclass
class Figures:
    """Figures as they are stated; None where one is not. `dense` is by precision in TFLOPS or TOPS,
    areas in mm2, bandwidths in GB/s, links in both directions together."""

    dense: dict[str, Interval] = field(default_factory=dict)
    tpp: Interval | None = None
    pd: Interval | None = None
    die_area: Interval | None = None
    dram_bandwidth: Interval | None = None
    links: Interval | None = None
    host_link: Interval | None = None
    io_bandwidth: Interval | None = None
    hbm_bandwidth: Interval | None = None
    hbm_area: Interval | None = None


@dataclass
class Candidate:
    """An item to be judged, with how its quantities came about. `chip` and `vendor` are empty where
    figures were given by hand; `unknown` names the figures that nobody states."""

    chip: str = ""
    vendor: str = ""
    kind: str = "logic"
    quantities: dict[str, Interval] = field(default_factory=dict)
    data_centre: Truth = None
    steps: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def item(self, addressees: list[str] | None, facts: list[str]) -> Item:
        """For one rule: the quantities, and the facts that its conditions name."""
        values: dict[str, Truth] = {}
        for fact in facts:
            word, _, name = fact.partition(" ")
            if fact == "data_centre":
                values[fact] = self.data_centre
            elif word == "vendor":
                values[fact] = self.vendor == name if self.vendor else None
            elif word == "chip":
                values[fact] = self.chip == name
            elif fact == "addressee" and addressees is not None:
                # Whether others than those named got such a letter is not public.
                values[fact] = True if not self.vendor or self.vendor in addressees else None
        return Item(self.quantities, values)


class Contradiction(ValueError):
    """Figures that cannot all be true."""


def catalogue_figures(entry: Entry) -> Figures:
    """The chip's figures; sparse ones do not count for the rules and are left out."""
    made = Figures()
    for figure in entry.chip.figures:
        if figure.quantity == "compute" and figure.density == "dense":
            assert figure.precision is not None
            made.dense[figure.precision] = figure.interval
    for name, quantity in (
        ("die_area", "die_area"),
        ("dram_bandwidth", "dram_bandwidth"),
        ("links", "interconnect_bandwidth"),
        ("host_link", "host_bandwidth"),
    ):
        stated = entry.chip.figure(quantity)
        if stated is not None:
            setattr(made, name, stated.interval)
    return made


def from_catalogue(entry: Entry, given: Figures | None = None) -> Candidate:
    """A chip of the catalogue; what is given by hand replaces the catalogue's figures.

    Raises:
        Contradiction: the figures that were given contradict each other.
    """
    chip = entry.chip
    made = Candidate(chip.name, entry.vendor.vendor)
    if isinstance(chip.data_centre, bool):
        made.data_centre = chip.data_centre
    figures = catalogue_figures(entry)
    for name, value in vars(given or Figures()).items():
        if not value:
            continue
        if name == "dense":
            figures.dense.update(value)
        else:
            setattr(figures, name, value)
            if name == "tpp":
                figures.dense.clear()
            if name == "io_bandwidth":
                figures.links = figures.host_link = None
        made.assumptions.append(f"{name} as given by hand, not the catalogue's")
    made.steps += [
        f"{figure.precision}: the sparse figure does not count"
        for figure in chip.figures
        if figure.density == "sparse"
    ]
    derive(made, figures)
    if figures.dense:
        made.assumptions.append(
            "in a precision that the catalogue lacks, the chip's rate times bit length is no higher"
        )
    doubtful = {one.quantity for one in chip.figures if entry.source(one).trust == "doubtful"}
    if doubtful:
        names = ", ".join(sorted(doubtful))
        made.assumptions.append(f"figures of doubtful sources are taken as they are: {names}")
    return made


def from_hand(given: Figures) -> Candidate:
    """An item of the figures alone.

    Raises:
        Contradiction: they contradict each other.
    """
    made = Candidate()
    if given.hbm_bandwidth is not None or given.hbm_area is not None:
        made.kind = "hbm"
        density = (given.hbm_bandwidth or UNKNOWN).over(given.hbm_area or UNKNOWN)
        made.quantities["memory_bandwidth_density"] = density
        made.steps.append(f"memory bandwidth density, bandwidth over package area: {density}")
        return made
    if given.links is not None and given.host_link is None:
        given.host_link = Interval(0, 0)
        made.assumptions.append("the links to other chips are all the I/O there is")
    derive(made, given)
    return made


def derive(made: Candidate, figures: Figures) -> None:
    """Computes the quantities of the rules. I/O bandwidth is that of the links to other chips and
    to the host; where one of the two is not known, the other is a lower bound.

    Raises:
        Contradiction: a figure that is stated differs from what the others make it.
    """
    made.unknown += [f"compute {name}" for name, rate in figures.dense.items() if not rate.known]
    tpp = _agreed("TPP", figures.tpp, _total_performance(figures.dense, made.steps))
    area = figures.die_area or UNKNOWN
    density = _agreed("performance density", figures.pd, tpp.over(area))
    dram = figures.dram_bandwidth or UNKNOWN
    links, host = figures.links or UNKNOWN, figures.host_link or UNKNOWN
    io = _agreed("I/O bandwidth", figures.io_bandwidth, links.plus(host))
    made.quantities.update(
        tpp=tpp,
        performance_density=density,
        dram_bandwidth=dram,
        io_bandwidth=io,
        total_bandwidth=dram.plus(io),
    )
    if not tpp.known and not made.unknown:
        made.unknown.append("compute")
    if math.isinf(area.high):
        made.unknown.append("die_area")
    if tpp.known:
        made.steps.append(f"TPP, the highest of these: {tpp}")
    if area.known and density.known and figures.pd is None:
        made.steps.append(f"PD: {tpp} / {area} mm2 = {density}")
    if io.known and figures.io_bandwidth is None:
        made.steps.append(f"I/O: {links} GB/s to chips + {host} GB/s to the host = {io}")


def _total_performance(dense: dict[str, Interval], steps: list[str]) -> Interval:
    best = Interval(0, 0) if dense else UNKNOWN
    for precision, rate in dense.items():
        bits = PRECISIONS[precision]
        product = rate.scaled(bits)
        steps.append(f"{precision}: {rate} T/s dense x {bits} bit = {product}")
        best = Interval(max(best.low, product.low), max(best.high, product.high))
    return best


def _agreed(what: str, stated: Interval | None, derived: Interval) -> Interval:
    """The stated value, which others must not contradict; else the derived one."""
    if stated is None:
        return derived
    if stated.high < derived.low * (1 - AGREEMENT) or stated.low > derived.high * (1 + AGREEMENT):
        raise Contradiction(f"a {what} of {stated} contradicts the other figures: {derived}")
    return stated
