"""The lattice of shapes: how a value differs between the lanes of a gang.

    BOTTOM  <  Shape(stride)  <  VARYING

`Shape(0)` is uniform: one value for all lanes that compute it together. `Shape(s)` of an integer
means value(lane) = base + s * lane modulo 2**bits; of a pointer, s counts bytes. A strided value is
kept as the scalar `base`, the value lane 0 has or would have, also when lane 0 is inactive.

`exact` says more: over the lanes that compute the value, the *signed* numbers form that line
without wrapping. It is what a sign extension needs to keep the stride. It follows from `nsw`, not
from the stride. A base may lie outside the type's range when lane 0 is inactive; widening an exact
value therefore goes through its first active lane unless `base_exact` holds too: then the line
does not wrap from lane 0 up to the last active lane either.

`multiple` is a power of two that divides the base. Where it exceeds what the lanes span (`chunk`),
the bits above are the same for all lanes: that is how `threadIdx.x / 32` is seen to be uniform in a
warp.

`assumed` holds extensions of narrow values that are *not* known to be exact (`blockIdx.x *
blockDim.x + threadIdx.x` is unsigned and may wrap). The line is right if at run time none of them
wraps between two lanes. Such a value has both forms, the line and the exact vector; a memory access
tests the assumption and chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan.ir.core import Instruction


@dataclass(frozen=True, slots=True)
class Shape:
    stride: int | None  # None: varying
    exact: bool = False
    base_exact: bool = False
    assumed: frozenset[Instruction] = frozenset()
    multiple: int = 1

    @property
    def is_uniform(self) -> bool:
        return self.stride == 0

    @property
    def is_varying(self) -> bool:
        """Needs a vector register: no scalar base describes it."""
        return self.stride is None

    @property
    def is_strided(self) -> bool:
        return self.stride is not None

    def __str__(self) -> str:
        if self.stride is None:
            return "varying"
        if self.stride == 0:
            return "uniform"
        return f"strided({self.stride}{'!' if self.exact else ''})"

    def chunk(self, width: int) -> int:
        """The least power of two that exceeds the distance from lane 0 to the last lane, if the
        base is a multiple of it: then the lanes differ in the bits below it alone. Else 0."""
        if not self.stride or self.stride < 0:
            return 0
        size = 1 << (self.stride * (width - 1)).bit_length()
        return size if self.multiple >= size else 0


VARYING = Shape(None)
UNIFORM = Shape(0, True, True)
LARGEST_MULTIPLE = 1 << 31


def uniform(multiple: int) -> Shape:
    """Uniform, and a multiple of a power of two (more than LARGEST_MULTIPLE is not remembered)."""
    return UNIFORM if multiple <= 1 else Shape(0, True, True, multiple=min(multiple, 1 << 31))


def constant_multiple(value: int) -> int:
    """The largest power of two that divides an integer."""
    return min(value & -value, LARGEST_MULTIPLE) if value else LARGEST_MULTIPLE


def strided(
    stride: int,
    exact: bool,
    base_exact: bool,
    assumed: frozenset[Instruction] = frozenset(),
    multiple: int = 1,
) -> Shape:
    if stride == 0:
        return VARYING if assumed else uniform(multiple)
    multiple = min(multiple, LARGEST_MULTIPLE)
    return Shape(stride, exact, exact and base_exact, assumed, multiple)


def join(a: Shape | None, b: Shape | None) -> Shape | None:
    """Least upper bound; None is bottom."""
    if a is None:
        return b
    if b is None or a == b:
        return a
    if a.stride is None or a.stride != b.stride:
        return VARYING
    return strided(
        a.stride,
        a.exact and b.exact,
        a.base_exact and b.base_exact,
        a.assumed | b.assumed,
        min(a.multiple, b.multiple),
    )
