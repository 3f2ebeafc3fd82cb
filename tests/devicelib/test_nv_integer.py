"""Integer intrinsics against Python's integers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from nv_host import TYPES, call, prototypes

M32, M64 = (1 << 32) - 1, (1 << 64) - 1


def signed(x: int, bits: int) -> int:
    x &= (1 << bits) - 1
    return x - (1 << bits) if x >> (bits - 1) else x


def reverse(x: int, bits: int) -> int:
    return int(format(x & ((1 << bits) - 1), f"0{bits}b")[::-1], 2)


def byte_perm(a: int, b: int, s: int) -> int:
    both = (b & M32) << 32 | (a & M32)
    return sum(((both >> 8 * ((s >> 4 * i) & 7)) & 255) << 8 * i for i in range(4))


def ffs(x: int, bits: int) -> int:
    x &= (1 << bits) - 1
    return (x & -x).bit_length()


FUNCTIONS: dict[str, Callable[..., int]] = {
    "abs": abs,
    "llabs": abs,
    "min": min,
    "max": max,
    "umin": min,
    "umax": max,
    "llmin": min,
    "llmax": max,
    "ullmin": min,
    "ullmax": max,
    "popc": lambda a: a.bit_count(),
    "popcll": lambda a: a.bit_count(),
    "clz": lambda a: 32 - (a & M32).bit_length(),
    "clzll": lambda a: 64 - (a & M64).bit_length(),
    "ffs": lambda a: ffs(a, 32),
    "ffsll": lambda a: ffs(a, 64),
    "brev": lambda a: reverse(a, 32),
    "brevll": lambda a: reverse(a, 64),
    "byte_perm": byte_perm,
    "mulhi": lambda a, b: (a * b) >> 32,
    "umulhi": lambda a, b: (a * b) >> 32,
    "mul64hi": lambda a, b: (a * b) >> 64,
    "umul64hi": lambda a, b: (a * b) >> 64,
    "mul24": lambda a, b: signed(a, 24) * signed(b, 24),
    "umul24": lambda a, b: (a & 0xFFFFFF) * (b & 0xFFFFFF),
    "sad": lambda a, b, c: abs(a - b) + c,
    "usad": lambda a, b, c: abs(a - b) + c,
    "hadd": lambda a, b: (a + b) >> 1,
    "uhadd": lambda a, b: (a + b) >> 1,
    "rhadd": lambda a, b: (a + b + 1) >> 1,
    "urhadd": lambda a, b: (a + b + 1) >> 1,
}


def saturate(x: int, low: int, high: int) -> int:
    return max(low, min(high, x))


def in_words(name: str, operation: Callable[[int, int, int], int], is_signed: bool) -> None:
    """Adds the two forms of a SIMD-in-a-word function: halves and bytes."""
    for count, bits in ((2, 16), (4, 8)):
        mask = (1 << bits) - 1

        def fields(word: int, bits: int = bits, count: int = count) -> list[int]:
            parts = [(word >> bits * i) & ((1 << bits) - 1) for i in range(count)]
            return [signed(p, bits) if is_signed else p for p in parts]

        def apply(
            a: int,
            b: int = 0,
            bits: int = bits,
            mask: int = mask,
            fields: Callable[[int], list[int]] = fields,
        ) -> int:
            pairs = zip(fields(a), fields(b), strict=True)
            return sum((operation(x, y, bits) & mask) << bits * i for i, (x, y) in enumerate(pairs))

        def total(a: int, b: int, fields: Callable[[int], list[int]] = fields) -> int:
            return sum(abs(x - y) for x, y in zip(fields(a), fields(b), strict=True))

        FUNCTIONS[f"{name}{count}"] = total if name.startswith("vsad") else apply


for kind, is_signed in (("s", True), ("u", False)):
    in_words(f"vabsdiff{kind}", lambda x, y, n: abs(x - y), is_signed)
    in_words(f"vmax{kind}", lambda x, y, n: max(x, y), is_signed)
    in_words(f"vmin{kind}", lambda x, y, n: min(x, y), is_signed)
    in_words(f"vsad{kind}", lambda x, y, n: 0, is_signed)
    for relation, holds in {
        "ge": lambda x, y: x >= y,
        "gt": lambda x, y: x > y,
        "le": lambda x, y: x <= y,
        "lt": lambda x, y: x < y,
    }.items():
        in_words(f"vcmp{relation}{kind}", lambda x, y, n, f=holds: -int(f(x, y)), is_signed)
        in_words(f"vset{relation}{kind}", lambda x, y, n, f=holds: int(f(x, y)), is_signed)
in_words("vcmpeq", lambda x, y, n: -int(x == y), False)
in_words("vcmpne", lambda x, y, n: -int(x != y), False)
in_words("vseteq", lambda x, y, n: int(x == y), False)
in_words("vsetne", lambda x, y, n: int(x != y), False)
in_words("vabs", lambda x, y, n: abs(x), True)
in_words("vabsss", lambda x, y, n: min(abs(x), (1 << (n - 1)) - 1), True)
in_words("vneg", lambda x, y, n: -x, True)
in_words("vnegss", lambda x, y, n: min(-x, (1 << (n - 1)) - 1), True)
in_words("vadd", lambda x, y, n: x + y, False)
in_words("vsub", lambda x, y, n: x - y, False)
in_words("vaddss", lambda x, y, n: saturate(x + y, -1 << (n - 1), (1 << (n - 1)) - 1), True)
in_words("vsubss", lambda x, y, n: saturate(x - y, -1 << (n - 1), (1 << (n - 1)) - 1), True)
in_words("vaddus", lambda x, y, n: saturate(x + y, 0, (1 << n) - 1), False)
in_words("vsubus", lambda x, y, n: saturate(x - y, 0, (1 << n) - 1), False)
in_words("vavgs", lambda x, y, n: (x + y + int(x + y >= 0)) >> 1, True)
in_words("vavgu", lambda x, y, n: (x + y + 1) >> 1, False)
in_words("vhaddu", lambda x, y, n: (x + y) >> 1, False)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_integer_intrinsic(name: str) -> None:
    p = prototypes()[name]
    rng = np.random.default_rng(1)
    inputs = []
    for k, kind in enumerate(p.inputs):
        info = np.iinfo(TYPES[kind])
        values = rng.integers(info.min, info.max, 3000, dtype=TYPES[kind], endpoint=True)
        edges = np.array([0, 1, 2, info.max, info.min, info.max - 1, info.max // 2], TYPES[kind])
        small = rng.integers(0, 256, 200).astype(TYPES[kind])
        inputs.append(np.concatenate([values, np.roll(np.tile(edges, 7), k * 7 + k), small]))
    bits = TYPES[p.result](0).itemsize * 8
    wanted = [FUNCTIONS[name](*(int(v) for v in row)) for row in zip(*inputs, strict=True)]
    got = [int(v) for v in call(name, *inputs)[0]]
    assert [v & ((1 << bits) - 1) for v in got] == [v & ((1 << bits) - 1) for v in wanted]


def test_every_word_function_is_covered() -> None:
    assert {n for n in prototypes() if n.startswith("v")} <= FUNCTIONS.keys()
