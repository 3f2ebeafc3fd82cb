"""Writes sampan/devicelib/coefficients.h: every polynomial of the device math library.

    python tools/devicelib_coefficients.py [NAME…]

Given names, only those are computed anew and the others are kept as the header has them. Each
entry states the identity that it comes from; the header repeats it with the error measured after
rounding the coefficients, on a grid of some hundreds of Chebyshev points.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import mpmath as mp

sys.path.insert(0, str(Path(__file__).resolve().parent))
from devicelib_spec import Real, Spec, one, root
from devicelib_specials import SPECIAL_SPECS
from minimax import fit, hexadecimal

HEADER = Path(__file__).resolve().parent.parent / "sampan/devicelib/coefficients.h"

HALF_LN2 = mp.log(2) / 2 * mp.mpf("1.0001")
QUARTER_PI = mp.pi / 4
LOG_LOW, LOG_HIGH = mp.sqrt(0.5) - 1, mp.sqrt(2) - 1  # f of m = 1 + f in [sqrt(1/2), sqrt(2))
ATANH_Z = (LOG_HIGH / (2 + LOG_HIGH)) ** 2  # largest s*s, s = f / (2 + f)


def both(name: str, identity: str, function: Real, low: mp.mpf, high: mp.mpf,
         sizes: tuple[int, int], weight: Callable[[mp.mpf], mp.mpf]) -> list[Spec]:
    """The same function in single precision (suffix F32) and in double."""
    return [
        Spec(f"{name}_F32", "float", identity, function, low, high, sizes[0], weight),
        Spec(name, "double", identity, function, low, high, sizes[1], weight),
    ]


SPECS: list[Spec] = [
    *both("EXP", "e^r = 1 + r + r^2 / 2 + r^3 P(r)",
          lambda r: (mp.expm1(r) - r - r * r / 2) / r**3,
          -HALF_LN2, HALF_LN2, (4, 9), lambda r: abs(r**3)),
    *both("COSH", "cosh(r) = 1 + z P(z), z = r^2", root(lambda r: 2 * mp.sinh(r / 2) ** 2 / r**2),
          mp.mpf(0), HALF_LN2**2, (3, 5), lambda z: z),
    *both("SINH", "sinh(r) = r + r z P(z), z = r^2", root(lambda r: (mp.sinh(r) / r - 1) / r**2),
          mp.mpf(0), HALF_LN2**2, (3, 6), lambda z: z),
    Spec("LOG_F32", "float", "log(1 + f) = f - f^2 / 2 + f^3 P(f)",
         lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, LOG_LOW, LOG_HIGH, 9,
         lambda f: abs(f**3 / mp.log1p(f))),
    Spec("LOG", "double", "log(1 + f) = 2 s + s z P(z), s = f / (2 + f), z = s^2",
         root(lambda s: (2 * mp.atanh(s) / s - 2) / s**2), mp.mpf(0), ATANH_Z, 7,
         lambda z: z / 2),
    Spec("LOG_DD", "double", "log(1 + f) = 2 s + s z (2/3 + z P(z)), s = f / (2 + f), z = s^2",
         root(lambda s: ((2 * mp.atanh(s) / s - 2) / s**2 - mp.mpf(2) / 3) / s**2), mp.mpf(0),
         ATANH_Z, 8, lambda z: z * z / 2),
    Spec("POWF_LOG2", "double", "log2(1 + f) = f P(f)", lambda f: mp.log1p(f) / f / mp.log(2),
         LOG_LOW, LOG_HIGH, 15, lambda f: abs(f / (mp.log1p(f) / mp.log(2)))),
    Spec("POWF_EXP2", "double", "2^r = P(r)", lambda r: mp.mpf(2) ** r, mp.mpf("-0.5"),
         mp.mpf("0.5"), 8, lambda r: mp.mpf(2) ** -r),
    *both("SIN", "sin(r) = r + r z P(z), z = r^2", root(lambda r: (mp.sin(r) / r - 1) / r**2),
          mp.mpf(0), (QUARTER_PI * mp.mpf("1.01")) ** 2, (4, 7), lambda z: z),
    *both("COS", "cos(r) = 1 - z/2 + z^2 P(z), z = r^2",
          root(lambda r: (mp.cos(r) - 1 + r * r / 2) / r**4),
          mp.mpf(0), (QUARTER_PI * mp.mpf("1.01")) ** 2, (3, 6), lambda z: z * z),
    *both("ATAN", "atan(t) = t + t z P(z), z = t^2, t in [0, 1]",
          root(lambda t: (mp.atan(t) / t - 1) / t**2), mp.mpf(0), mp.mpf(1), (9, 21), lambda z: z),
    *both("ASIN", "asin(x) = x + x z P(z), z = x^2, x in [0, 1/2]",
          root(lambda x: (mp.asin(x) / x - 1) / x**2), mp.mpf(0), mp.mpf("0.25"), (6, 13),
          lambda z: z),
    *both("SINPI", "sin(pi r) = pi r + r z P(z), z = r^2, r in [0, 1/4]",
          root(lambda r: (mp.sin(mp.pi * r) / r - mp.pi) / r**2), mp.mpf(0), mp.mpf("0.0625"),
          (4, 7), lambda z: z / mp.pi),
    *both("COSPI", "cos(pi r) = 1 + z P(z), z = r^2, r in [0, 1/4]",
          root(lambda r: -2 * mp.sin(mp.pi * r / 2) ** 2 / r**2), mp.mpf(0), mp.mpf("0.0625"),
          (4, 8), lambda z: z),
    *both("RCBRT", "m^(-1/3) = P(m - 1), m in [sqrt(1/2), sqrt(2)]; a start value",
          lambda f: 1 / mp.root(1 + f, 3), LOG_LOW, LOG_HIGH, (4, 6),
          lambda f: mp.root(1 + f, 3)),
    Spec("FAST_SIN_F32", "float", "sin(2 pi t) = t P(z), z = t^2, t in [0, 1/4]",
         root(lambda t: mp.sin(2 * mp.pi * t) / t), mp.mpf(0), mp.mpf("0.0625"), 5),
    *SPECIAL_SPECS,
]


def emit(spec: Spec) -> str:
    found = fit(spec.function, spec.low, spec.high, spec.size, spec.kind, spec.weight or one)
    log2 = mp.nstr(mp.log(found.error, 2), 4)
    lines = [
        f"// {spec.identity}; [{mp.nstr(spec.low, 6)}, {mp.nstr(spec.high, 6)}], error 2^{log2}",
        f"constexpr {spec.kind} {spec.name}[] = {{",
    ]
    row = "   "
    for c in found.coefficients:
        text = f" {hexadecimal(c, spec.kind)},"
        if len(row) + len(text) > 100:
            lines.append(row)
            row = "   "
        row += text
    return "\n".join([*lines, row, "};"]) + "\n"


def existing() -> dict[str, str]:
    if not HEADER.exists():
        return {}
    blocks = re.findall(r"//[^\n]*\nconstexpr \w+ (\w+)\[\] = \{.*?\};\n", HEADER.read_text(), re.S)
    texts = re.findall(r"//[^\n]*\nconstexpr \w+ \w+\[\] = \{.*?\};\n", HEADER.read_text(), re.S)
    return dict(zip(blocks, texts, strict=True))


def main(names: list[str]) -> None:
    old = existing()
    parts = []
    for spec in SPECS:
        if spec.name not in old or spec.name in names or names == ["all"]:
            print("fitting", spec.name, flush=True)
            parts.append(emit(spec))
            print(parts[-1].splitlines()[0])
        else:
            parts.append(old[spec.name])
    HEADER.write_text(
        "// Written by tools/devicelib_coefficients.py: do not edit. Lowest degree first; the\n"
        "// error is relative to the function's value unless the identity says otherwise.\n"
        "// clang-format off\n"
        "#pragma once\n\n" + "\n".join(parts) + "// clang-format on\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
