"""sampan.warp.mma as vector code: functions for each shape, with a and b in memory, c in registers.

A gang's registers hold 32 neighbouring elements each (sampan.matrices), so that storing them gives
the matrices as they lie in rows or columns; a matrix that several products take is stored once. The
function multiplies, for each k, a row of b with one element of a after the other, which the
processor takes from memory and spreads by itself. Only b in columns has to be turned first.
"""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.constants import const_int
from sampan.ir.core import CASTS, Argument, ConstInt, Function, Instruction, Poison, Value
from sampan.ir.types import (
    I64,
    PTR,
    VOID,
    Type,
    array_type,
    function_type,
    size_of,
    struct_type,
    vector_type,
)
from sampan.matrices import A_BY_COLUMNS, B_BY_COLUMNS, LANES, MatrixShape
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.refused import Refused

_ALIGN = 64
_TURNING_BYTES = 64  # of a vector while b is turned
_CASTS = 4  # at most between what a fragment holds and what the product takes
_STORED = 8  # matrices of a size that are kept at a time


def matrix_product(e: Emitter, inst: Instruction, shape: MatrixShape) -> None:
    """Emits `inst`, a call of sampan.warp.mma of that shape."""
    _, layouts, *elements = inst.arguments
    if not isinstance(layouts, ConstInt):
        raise Refused("a matrix product whose layouts are not constant", inst)
    a_count, b_count, c_count = shape.counts
    turned = bool(layouts.value & B_BY_COLUMNS)
    a = _stored(e, shape, elements[:a_count], False)
    b = _stored(e, shape, elements[a_count : a_count + b_count], turned)
    function = _product_function(e, shape, bool(layouts.value & A_BY_COLUMNS))
    arguments = [a, b, *map(e.vector, elements[a_count + b_count :])]
    call = e.call_value(function, function.function_type, arguments)
    call.attrs["cc"] = function.cc
    assert len(arguments) == c_count + 2
    e.vectors[inst] = call


def _stored(e: Emitter, shape: MatrixShape, elements: list[Value], turned: bool) -> Value:
    """Where the matrix lies in memory; from there it is not moved before _STORED others came."""
    wide = vector_type(LANES, shape.type)
    kind = array_type(len(elements), wide)
    content = (e.block, turned, *(_identity(x, _CASTS) for x in elements))
    pool = e.matrices.setdefault(kind, [])
    for position, (place, known) in enumerate(pool):
        if known == content:
            pool.append(pool.pop(position))
            return place
    if len(pool) < _STORED:
        place = e.entry_alloca(kind, _ALIGN, "matrix")
        place.attrs["sampan.transient"] = True
    else:
        place, _ = pool.pop(0)
    pool.append((place, content))
    for i, element in enumerate(elements):
        at = e.byte_offset(place, const_int(I64, i * size_of(wide)))
        e.emit("store", VOID, [e.vector(element), at], align=_ALIGN)
    if turned:
        function = _turning_function(e, shape)
        e.call_value(function, function.function_type, [place])
    return place


def _identity(value: Value, depth: int) -> object:
    """The same for values that are the same by their operations: every product converts its
    factors anew."""
    if isinstance(value, Instruction) and depth and (value.op in CASTS or value.op == "and"):
        operands = (_identity(v, depth - 1) for v in value.operands)
        return (value.op, value.type, *operands)
    if isinstance(value, ConstInt):
        return value.value
    return value


def _at(build: Builder, type: Type, base: Value, element: int) -> Value:
    return build.gep(type, base, [const_int(I64, element)])


def _turning_function(e: Emitter, shape: MatrixShape) -> Function:
    """void (b): k columns of n become n rows of k.

    Dealing the elements alternately from the first and the second half of all turns the bits of
    their numbers round by one; after log2(n) times the number in the row is at the low end."""
    n, k, element = shape.n, shape.k, shape.type
    name = f"matrix.turn.{shape.kind}.{n}.{k}"
    found = e.module.functions.get(name)
    if found is not None:
        return found
    found = _new_function(e, name, function_type(VOID, (PTR,)))
    (b,) = found.args
    build = Builder(found.add_block("entry"))
    size = _TURNING_BYTES // size_of(element)
    count = n * k // size
    wide = vector_type(size, element)
    places = [_at(build, element, b, i * size) for i in range(count)]
    vectors: list[Value] = [build.load(wide, place, _ALIGN) for place in places]
    halves = [
        tuple(x // 2 + x % 2 * size for x in range(first, first + size)) for first in (0, size)
    ]
    for _ in range(n.bit_length() - 1):
        vectors = [
            build.shufflevector(low, high, half)
            for low, high in zip(vectors[: count // 2], vectors[count // 2 :], strict=True)
            for half in halves
        ]
    for vector, place in zip(vectors, places, strict=True):
        build.store(vector, place, _ALIGN)
    build.ret()
    return found


def _product_function(e: Emitter, shape: MatrixShape, by_columns: bool) -> Function:
    """{c…} (a, b, c…): c + a * b, with c as in a gang's registers."""
    suffix = ".columns" if by_columns else ""
    name = f"matrix.product.{shape.kind}.{shape.m}.{shape.n}.{shape.k}{suffix}"
    found = e.module.functions.get(name)
    if found is None:
        c = (vector_type(LANES, shape.type),) * shape.counts[2]
        found = _new_function(e, name, function_type(struct_type(c, False), (PTR, PTR, *c)))
        found.cc = e.hooks.product_convention
        _Product(found, shape, by_columns, e.hooks.product_bytes).build()
    return found


def _new_function(e: Emitter, name: str, signature: Type) -> Function:
    function = Function(name, signature, e.module, "internal")  # type: ignore[arg-type]
    function.attrs = "noinline nounwind"
    return e.module.add_function(function)


class _Product:
    def __init__(
        self, function: Function, shape: MatrixShape, by_columns: bool, bytes_for_c: int
    ) -> None:
        self.function = function
        self.shape = shape
        self.by_columns = by_columns
        self.type = shape.type
        self.row_type = vector_type(shape.n, shape.type)
        self.rows_at_once = max(1, min(shape.m, bytes_for_c // size_of(self.row_type)))
        self.build_ = Builder(function.add_block("entry"))

    def build(self) -> None:
        b, m = self.build_, self.shape.m
        of_a, of_b, *of_c = self.function.args
        of_a.name, of_b.name = "a", "b"
        rows = self._rows_of(of_c)
        results: list[Value] = []
        for first in range(0, m, self.rows_at_once):
            block = range(first, first + self.rows_at_once)
            results += self._sums(of_a, of_b, block, rows[first : first + self.rows_at_once])
        together: Value = Poison(self.function.result_type)
        for i, vector in enumerate(self._gang(results)):
            together = b.insertvalue(together, vector, (i,))
        b.ret(together)

    def _rows_of(self, vectors: list[Argument]) -> list[Value]:
        n = self.shape.n
        return [
            self.build_.shufflevector(vector, None, tuple(range(first, first + n)))
            for vector in vectors
            for first in range(0, LANES, n)
        ]

    def _gang(self, rows: list[Value]) -> list[Value]:
        """Rows become vectors of 32 elements."""
        while rows[0].type is not vector_type(LANES, self.type):
            count = 2 * rows[0].type.count  # type: ignore[attr-defined]
            rows = [
                self.build_.shufflevector(low, high, tuple(range(count)))
                for low, high in zip(rows[::2], rows[1::2], strict=True)
            ]
        return rows

    def _sums(self, a: Value, b: Value, rows: range, starts: list[Value]) -> list[Value]:
        """These rows of the result, in a loop over k."""
        build, m, n, k = self.build_, self.shape.m, self.shape.n, self.shape.k
        size = size_of(self.type)
        before = build.block
        loop, after = self.function.add_block("k"), self.function.add_block("rows")
        build.br(loop)
        build.position(loop)
        step = build.phi(I64)
        sums = [build.phi(self.row_type) for _ in rows]
        row_of_b = build.gep(self.type, b, [build.mul(step, const_int(I64, n))])
        factor = build.load(self.row_type, row_of_b, min(_ALIGN, n * size))
        column = build.mul(step, const_int(I64, m)) if self.by_columns else step
        own = build.gep(self.type, a, [column])
        results: list[Value] = []
        for row, total in zip(rows, sums, strict=True):
            place = _at(build, self.type, own, row if self.by_columns else row * k)
            element = build.splat(build.load(self.type, place, size), n)
            results.append(self._add_product(element, factor, total))
        following = build.add(step, const_int(I64, 1))
        step.add_incoming(const_int(I64, 0), before)
        step.add_incoming(following, loop)
        for total, start, result in zip(sums, starts, results, strict=True):
            total.add_incoming(start, before)
            total.add_incoming(result, loop)
        build.cond_br(build.icmp("ult", following, const_int(I64, k)), loop, after)
        build.position(after)
        return results

    def _add_product(self, a: Value, b: Value, total: Value) -> Value:
        if not self.type.is_float:
            return self.build_.add(total, self.build_.mul(a, b))
        name = f"llvm.fma.{type_suffix(total.type)}"
        return self.build_.intrinsic(name, total.type, [a, b, total])
