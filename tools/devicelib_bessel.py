"""Polynomials of the Bessel functions (see devicelib_coefficients.py).

Below 8 each function is a polynomial times the factors of its zeros, so that it is right relative
to its value also next to a zero. Beyond, amplitude and phase are polynomials in 1 / x^2.
"""

from __future__ import annotations

import mpmath as mp
from devicelib_spec import Real, Spec, root

J0, J1 = (lambda x: mp.besselj(0, x)), (lambda x: mp.besselj(1, x))
Y0, Y1 = (lambda x: mp.bessely(0, x)), (lambda x: mp.bessely(1, x))
I0, I1 = (lambda x: mp.besseli(0, x)), (lambda x: mp.besseli(1, x))

J0_ZEROS = [mp.besseljzero(0, k) for k in (1, 2)]
J1_ZEROS = [mp.besseljzero(1, k) for k in (1, 2)]
Y0_ZEROS = [mp.besselyzero(0, k) for k in (1, 2, 3)]
Y1_ZEROS = [mp.besselyzero(1, k) for k in (1, 2)]


def near_zero(name: str, function: Real, zero: mp.mpf, low: str, high: str, size: int) -> Spec:
    """function(x) = (x - zero) P(x - middle)"""
    a, b = mp.mpf(low), mp.mpf(high)
    middle = (a + b) / 2

    def ratio(t: mp.mpf) -> mp.mpf:
        x = t + middle
        return function(x) / (x - zero)

    left = name.split("_")[0].lower()
    identity = f"{left}(x) = (x - {mp.nstr(zero, 7)}) P(x - {mp.nstr(middle)})"
    return Spec(name, "double", identity, ratio, a - middle, b - middle, size,
                lambda t: 1 / abs(ratio(t)))


def relative(name: str, identity: str, function: Real, low: mp.mpf, high: mp.mpf,
             size: int) -> Spec:
    return Spec(name, "double", identity, function, low, high, size, lambda x: 1 / abs(function(x)))


def j0_core(z: mp.mpf) -> mp.mpf:
    return J0(mp.sqrt(z)) / (z - J0_ZEROS[0] ** 2)


def j1_core(z: mp.mpf) -> mp.mpf:
    x = mp.sqrt(z)
    return J1(x) / (x * (z - J1_ZEROS[0] ** 2))


def y0_core(z: mp.mpf) -> mp.mpf:
    x = mp.sqrt(z)
    rest = Y0(x) - 2 / mp.pi * mp.log(x / Y0_ZEROS[0]) * J0(x)
    return rest / (z - Y0_ZEROS[0] ** 2)


def y1_core(z: mp.mpf) -> mp.mpf:
    x = mp.sqrt(z)
    rest = x * (Y1(x) - 2 / mp.pi * mp.log(x / Y1_ZEROS[0]) * J1(x))
    return rest / (z - Y1_ZEROS[0] ** 2)


def amplitude(order: int) -> Real:
    def function(z: mp.mpf) -> mp.mpf:
        x = 1 / mp.sqrt(z)
        return mp.sqrt((mp.besselj(order, x) ** 2 + mp.bessely(order, x) ** 2) * x)

    return function


def phase(order: int) -> Real:
    def function(z: mp.mpf) -> mp.mpf:
        x = 1 / mp.sqrt(z)
        j, y = mp.besselj(order, x), mp.bessely(order, x)
        c = x - (2 * order + 1) * mp.pi / 4
        angle = mp.atan2(y * mp.cos(c) - j * mp.sin(c), j * mp.cos(c) + y * mp.sin(c))
        return x * angle

    return function


def large_i(function: Real) -> Real:
    def scaled(u: mp.mpf) -> mp.mpf:
        x = 1 / u
        return function(x) * mp.exp(-x) * mp.sqrt(x)

    return scaled


TINY, Z8 = mp.mpf("1e-12"), mp.mpf(1) / 64

BESSEL_SPECS: list[Spec] = [
    relative("J0_SMALL", "j0(x) = (z - 2.404826^2) P(z - 8), z = x^2", lambda t: j0_core(t + 8),
             mp.mpf(-8), mp.mpf(8), 14),
    near_zero("J0_MIDDLE", J0, J0_ZEROS[1], "4", "8", 20),
    relative("J1_SMALL", "j1(x) = x (z - 3.831706^2) P(z - 11), z = x^2",
             lambda t: j1_core(t + 11), mp.mpf(-11), mp.mpf(11), 15),
    near_zero("J1_MIDDLE", J1, J1_ZEROS[1], "4.6875", "8", 19),
    relative("Y0_SMALL",
             "y0(x) = 2/pi log(x / 0.8935770) j0(x) + (z - 0.8935770^2) P(z - 5/2), z = x^2",
             lambda t: y0_core(t + 2.5), mp.mpf("-2.5"), mp.mpf("2.5"), 12),
    near_zero("Y0_MIDDLE", Y0, Y0_ZEROS[1], "2.1875", "5.5", 24),
    near_zero("Y0_UPPER", Y0, Y0_ZEROS[2], "5.5", "8", 17),
    relative("Y1_SMALL",
             "y1(x) = 2/pi log(x / 2.197141) j1(x) + (z - 2.197141^2) P(z - 8) / x, z = x^2",
             lambda t: y1_core(t + 8), mp.mpf(-8), mp.mpf(8), 14),
    near_zero("Y1_UPPER", Y1, Y1_ZEROS[1], "3.75", "8", 23),
    *(relative(f"BESSEL{order}_AMPLITUDE", f"j^2 + y^2 of order {order} = P(z)^2 / x, z = 1 / x^2",
               amplitude(order), TINY, Z8, 11) for order in (0, 1)),
    *(relative(f"BESSEL{order}_PHASE",
               f"angle of (j, y) of order {order} = x - {2 * order + 1} pi/4 + P(z) / x",
               phase(order), TINY, Z8, 12) for order in (0, 1)),
    relative("I0_SMALL", "i0(x) = P(z), z = x^2", root(I0), mp.mpf(0), mp.mpf(64), 20),
    relative("I1_SMALL", "i1(x) = x P(z), z = x^2", root(lambda x: I1(x) / x), mp.mpf(0),
             mp.mpf(64), 20),
    relative("I0_LARGE", "i0(x) = e^x / sqrt(x) P(u - 1/16), u = 1 / x",
             lambda t: large_i(I0)(t + mp.mpf(1) / 16), TINY - mp.mpf(1) / 16, mp.mpf(1) / 16, 22),
    relative("I1_LARGE", "i1(x) = e^x / sqrt(x) P(u - 1/16), u = 1 / x",
             lambda t: large_i(I1)(t + mp.mpf(1) / 16), TINY - mp.mpf(1) / 16, mp.mpf(1) / 16, 22),
]
