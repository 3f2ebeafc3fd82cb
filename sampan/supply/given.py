"""Figures given by hand on the command line."""

from __future__ import annotations

from collections.abc import Mapping

from sampan.diagnostics import UsageError
from sampan.supply.intervals import Interval
from sampan.supply.items import Figures
from sampan.supply.quantities import PRECISIONS, QUANTITIES, read_interval

_UNITS = {
    "tpp": {"": 1.0},
    "pd": {"": 1.0},
    "die_area": QUANTITIES["die_area"].units,
    "hbm_area": QUANTITIES["die_area"].units,
}


def read_figures(options: Mapping[str, str], dense: list[str]) -> Figures:
    """Reads options such as `--die-area 814` and `--dense fp16=148`.

    Raises:
        UsageError: one is no such figure, in another unit, given twice, or does not go with others.
    """
    made = Figures(dense=_read_dense(dense))
    for name, text in options.items():
        units = _UNITS.get(name, QUANTITIES["dram_bandwidth"].units)
        try:
            value = read_interval(text, units, "--" + name.replace("_", "-"))
        except ValueError as error:
            raise UsageError(str(error)) from None
        if value.high == 0 and "area" in name:
            raise UsageError(f"--{name.replace('_', '-')} of 0")
        setattr(made, name, value)
    memory = {"hbm_bandwidth", "hbm_area"} & set(options)
    if memory and (set(options) - memory or dense):
        raise UsageError(
            "--hbm-bandwidth and --hbm-area describe a memory stack by itself, which has no "
            "figures of logic"
        )
    return made


def _read_dense(words: list[str]) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for word in words:
        precision, equals, rate = word.partition("=")
        if not equals or precision not in PRECISIONS:
            raise UsageError(
                f"--dense {word[:60]}: not of the form PRECISION=RATE",
                hint=f"such as fp16=148; precisions are {', '.join(PRECISIONS)}",
            )
        if precision in found:
            raise UsageError(f"--dense gives {precision} twice")
        try:
            units = QUANTITIES["compute"].units
            found[precision] = read_interval(rate, units, f"--dense {precision}")
        except ValueError as error:
            raise UsageError(str(error)) from None
    return found
