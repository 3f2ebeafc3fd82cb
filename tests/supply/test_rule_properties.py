"""What must hold of the export rule whatever the figures are."""

from __future__ import annotations

import datetime
import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from sampan.supply.conditions import Combination, Comparison, Fact, Item, certainty
from sampan.supply.countries import Country
from sampan.supply.intervals import Interval
from sampan.supply.items import Figures, from_hand
from sampan.supply.rules import Route
from sampan.supply.verdicts import Verdict, judge

DAYS = [datetime.date.fromisoformat(day) for day in ("2022-12-01", "2025-03-01", "2026-02-01")]
STRICTNESS = {None: 0, "case-by-case": 1, "presumption-of-denial": 2}
ROUTE = Route(Country("US"), Country("CN"))

days = st.sampled_from(DAYS)
markets = st.sampled_from([True, False])
# Values near the lines, where mistakes are, and far from them.
tpps = st.one_of(
    st.sampled_from([1599.0, 1600.0, 2399.9, 2400.0, 4799.0, 4800.0, 20999.0, 21000.0]),
    st.floats(0, 40000),
)
areas = st.floats(50, 3000)
bandwidths = st.one_of(
    st.sampled_from([599.0, 600.0, 899.0, 900.0, 1100.0, 1399.0, 1400.0, 4000.0, 6500.0]),
    st.floats(0, 10000),
)
quick = settings(max_examples=60, deadline=None)


def verdict(
    tpp: Interval,
    area: Interval,
    dram: Interval,
    io: Interval,
    market: bool | None,
    day: datetime.date,
) -> Verdict:
    item = from_hand(Figures(tpp=tpp, die_area=area, dram_bandwidth=dram, io_bandwidth=io))
    item.data_centre, item.vendor = market, "NVIDIA"
    return judge(item, ROUTE, day)


def exactly(value: float) -> Interval:
    return Interval(value, value)


@quick
@given(tpps, tpps, areas, bandwidths, bandwidths, markets, days)
def test_more_performance_never_frees_a_chip(
    one: float, other: float, area: float, dram: float, io: float, market: bool, day: datetime.date
) -> None:
    low, high = sorted((one, other))
    rest = (exactly(area), exactly(dram), exactly(io), market, day)
    before, after = verdict(exactly(low), *rest), verdict(exactly(high), *rest)
    assert not (before.verdict == "controlled" and after.verdict != "controlled")
    if before.verdict == "controlled":
        assert STRICTNESS[before.review] <= STRICTNESS[after.review]


@quick
@given(tpps, areas, bandwidths, bandwidths, bandwidths, bandwidths, markets, days)
def test_more_bandwidth_never_frees_a_chip(
    tpp: float,
    area: float,
    dram: float,
    dram2: float,
    io: float,
    io2: float,
    market: bool,
    day: datetime.date,
) -> None:
    drams, ios = sorted((dram, dram2)), sorted((io, io2))
    first = exactly(tpp), exactly(area)
    before = verdict(*first, exactly(drams[0]), exactly(ios[0]), market, day)
    after = verdict(*first, exactly(drams[1]), exactly(ios[1]), market, day)
    order = ["not_controlled", "cannot_tell", "controlled"]
    assert order.index(before.verdict) <= order.index(after.verdict)


def intervals(values: st.SearchStrategy[float]) -> st.SearchStrategy[Interval]:
    return st.builds(
        lambda pair, open_: Interval(min(pair), math.inf if open_ else max(pair)),
        st.tuples(values, values),
        st.booleans(),
    )


def widened(interval: Interval, by: float, unbounded: bool) -> Interval:
    return Interval(interval.low / (1 + by), math.inf if unbounded else interval.high * (1 + by))


@quick
@given(
    intervals(tpps),
    intervals(areas),
    intervals(bandwidths),
    intervals(bandwidths),
    markets,
    days,
    st.lists(st.floats(0, 3), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_knowing_less_never_makes_a_verdict(
    tpp: Interval,
    area: Interval,
    dram: Interval,
    io: Interval,
    market: bool,
    day: datetime.date,
    by: list[float],
    unbounded: list[bool],
) -> None:
    known = (tpp, area, dram, io)
    vague = [widened(*three) for three in zip(known, by, unbounded, strict=False)]
    before = verdict(*known, market, day)
    after = verdict(*vague, None if unbounded[4] else market, day)  # type: ignore[misc]
    assert after.verdict in ("cannot_tell", before.verdict)
    for test, vaguer in zip(before.tests, after.tests, strict=True):
        assert vaguer.holds in (None, test.holds)


@quick
@given(intervals(tpps), intervals(areas), st.floats(0, 1), st.floats(0, 1), days)
def test_a_verdict_holds_for_every_value_of_the_interval(
    tpp: Interval, area: Interval, first: float, second: float, day: datetime.date
) -> None:
    def inside(interval: Interval, part: float) -> Interval:
        high = interval.low * 3 + 1 if math.isinf(interval.high) else interval.high
        return exactly(min(high, interval.low + part * (high - interval.low)))

    rest = (exactly(100), exactly(100), True, day)
    vague = verdict(tpp, area, *rest)
    point = verdict(inside(tpp, first), inside(area, second), *rest)
    assert vague.verdict in ("cannot_tell", point.verdict)


def test_certainty_sees_what_kleenes_logic_does_not() -> None:
    above = Comparison("tpp", exactly(5))
    either = Combination("any", (above, Combination("not", (above,))))
    item = Item({"tpp": Interval(1, 9)}, {"x": None})
    assert either.holds(item) is None and certainty(either, item) is True
    fact = Combination("all", (Fact("x"), Combination("not", (Fact("x"),))))
    assert certainty(fact, item) is False
    assert certainty(above, item) is None


@given(intervals(tpps), st.lists(tpps, max_size=5))
def test_cells_cover_an_interval(interval: Interval, cuts: list[float]) -> None:
    cells = list(interval.cells(cuts))
    assert cells[0].low == interval.low and cells[-1].high == interval.high
    for before, after in itertools.pairwise(cells):
        assert math.nextafter(before.high, math.inf) == after.low
    for cell in cells:
        assert cell.exact or not any(cell.low < cut <= cell.high for cut in cuts)
