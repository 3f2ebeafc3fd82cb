"""Products of matrices that a warp shares out: the shapes, and who holds which element.

`sampan.warp.mma.TYPE.M.N.K(members, layouts, a…, b…, c…)` gives c + a * b: a has M rows and K
columns, b K and N, c M and N, all of one type. Element number e of a matrix is value e / 32 of
lane e % 32; elements are numbered row by row, those of a and b column by column if `layouts` (a
constant) has the bit A_BY_COLUMNS or B_BY_COLUMNS. Every element of the result is

    for k = 0, 1, … K - 1:  c = fma(a[row][k], b[k][column], c)

with integers that wrap around. All lanes of the warp take part.
"""

from __future__ import annotations

from dataclasses import dataclass

from sampan.ir.types import (
    DOUBLE,
    FLOAT,
    I32,
    FunctionType,
    StructType,
    Type,
    function_type,
    struct_type,
)

LANES = 32
A_BY_COLUMNS = 1
B_BY_COLUMNS = 2
PREFIX = "sampan.warp.mma."
_TYPES: dict[str, Type] = {"f32": FLOAT, "f64": DOUBLE, "i32": I32}
# What the runtime calls the types (SAMPAN_MATRIX_* of sampan_abi.h).
_CODES = {"f32": 0, "f64": 1, "i32": 2}


@dataclass(frozen=True)
class MatrixShape:
    """A type (a key of _TYPES), rows, columns and depth."""

    kind: str
    m: int
    n: int
    k: int

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.kind}.{self.m}.{self.n}.{self.k}"

    @property
    def type(self) -> Type:
        return _TYPES[self.kind]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many values of a, b and c a lane holds."""
        m, n, k = self.m, self.n, self.k
        return m * k // LANES, k * n // LANES, m * n // LANES

    @property
    def result(self) -> StructType:
        return struct_type((self.type,) * self.counts[2], False)

    @property
    def signature(self) -> FunctionType:
        return function_type(self.result, (I32, I32, *(self.type,) * sum(self.counts)))

    @property
    def code(self) -> int:
        """The shape as the runtime takes it."""
        return _CODES[self.kind] << 24 | self.m << 16 | self.n << 8 | self.k


SHAPES = {
    shape.name: shape
    for shape in (
        *(MatrixShape(t, *mn, 16) for t in ("f32", "i32") for mn in ((16, 16), (32, 8), (8, 32))),
        MatrixShape("f32", 16, 16, 8),
        MatrixShape("f64", 8, 8, 4),
    )
}
