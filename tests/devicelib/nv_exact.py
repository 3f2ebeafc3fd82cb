"""Correct rounding of rational numbers in every IEEE 754 mode."""

from __future__ import annotations

from fractions import Fraction
from math import floor, frexp, inf, isqrt

FORMATS = {
    "float": (24, -126, 128), "double": (53, -1022, 1024),
    "half": (11, -14, 16), "bfloat16": (8, -126, 128), "e5m2": (3, -14, 16),
}  # fmt: skip


def rounded(value: Fraction, mode: str, kind: str) -> float:
    """`value` (not zero) in mode rn, rz, ru or rd."""
    digits, lowest, top = FORMATS[kind]
    exponent = frexp_of(abs(value))
    unit = max(exponent, lowest) - digits + 1
    quotient = value / Fraction(2) ** unit
    down = floor(quotient)
    rest = quotient - down
    if rest == 0:
        chosen = down
    elif mode == "rn":
        chosen = down + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1))
    else:
        up = mode == "ru" or (mode == "rz" and value < 0)
        chosen = down + up
    result = chosen * Fraction(2) ** unit
    largest = (2 - Fraction(2) ** (1 - digits)) * Fraction(2) ** (top - 1)
    if abs(result) > largest:
        away = mode == "rn" or (mode == "ru" and value > 0) or (mode == "rd" and value < 0)
        magnitude = inf if away else float(largest)
        return magnitude if value > 0 else -magnitude
    return float(result) if result else (0.0 if value > 0 else -0.0)


def frexp_of(value: Fraction) -> int:
    """floor(log2(value))"""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    while Fraction(2) ** guess > value:
        guess -= 1
    while Fraction(2) ** (guess + 1) <= value:
        guess += 1
    return guess


def rounded_sqrt(value: float, mode: str, kind: str) -> float:
    """The square root of a positive number: a fraction just beside it if it is irrational."""
    exact = Fraction(value)
    _, exponent = frexp(value)
    shift = 2 * (160 - exponent // 2)
    scaled = exact * Fraction(2) ** shift
    root = isqrt(int(scaled))
    square = root * root == scaled
    return rounded(Fraction(2 * root + (not square), 2) / Fraction(2) ** (shift // 2), mode, kind)
