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


VARYING = Shape(None)
UNIFORM = Shape(0, True, True)


def strided(
    stride: int,
    exact: bool,
    base_exact: bool,
    assumed: frozenset[Instruction] = frozenset(),
) -> Shape:
    if stride == 0:
        return VARYING if assumed else UNIFORM
    return Shape(stride, exact, exact and base_exact, assumed)


def join(a: Shape | None, b: Shape | None) -> Shape | None:
    """Least upper bound; None is bottom."""
    if a is None:
        return b
    if b is None or a == b:
        return a
    if a.stride is None or a.stride != b.stride:
        return VARYING
    return strided(
        a.stride, a.exact and b.exact, a.base_exact and b.base_exact, a.assumed | b.assumed
    )
