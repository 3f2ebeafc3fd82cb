"""x86-64: SSE4.2, AVX2 and AVX-512, the levels 2, 3 and 4 of its psABI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.ir.constants import const_int
from sampan.ir.core import ConstSplat, Poison, Value
from sampan.ir.types import I32, vector_type
from sampan.targets.base import Level, Target, VectorHooks

if TYPE_CHECKING:
    from sampan.vectorize.emit import Emitter

_V2 = "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+sahf"
_V3 = f"{_V2},+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe"
_FENCE = "llvm.x86.sse.sfence"
_V4 = f"{_V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"


@dataclass(frozen=True)
class _Hooks(VectorHooks):
    table_lanes: int = 0  # of a register in which lanes are looked up at run time

    def permute(self, e: Emitter, vector: Value, lanes: Value) -> Value:
        if not self.table_lanes:
            return super().permute(e, vector, lanes)
        return _by_tables(e, vector, lanes, self.table_lanes)


def vector_hooks(features: frozenset[str], bits: int) -> VectorHooks:
    if "avx512f" in features:
        return _Hooks(
            lanes=16,
            gathers=frozenset({4, 8}),
            masked_stores=True,
            converts_halves="f16c" in features,
            product_bytes=1024,
            # With 16 vector registers for arguments and for results, where the usual has 8 and 2.
            product_convention="x86_regcallcc",
            table_lanes=16,
            streaming_fence=_FENCE,
        )
    avx2 = "avx2" in features
    return _Hooks(
        lanes=8 if avx2 or "avx" in features else 4,
        gathers=frozenset({4, 8} if avx2 else ()),
        fuses="fma" in features,
        converts_halves="f16c" in features,
        table_lanes=8 if avx2 else 0,
        streaming_fence=_FENCE,
    )


def _part(e: Emitter, vector: Value, first: int, count: int) -> Value:
    return e.emit(
        "shufflevector",
        vector_type(count, I32),
        [vector, Poison(vector.type)],
        mask=tuple(range(first, first + count)),
    )


def _by_tables(e: Emitter, vector: Value, lanes: Value, size: int) -> Value:
    """Every part of the result is looked up in registers of `size` lanes."""
    count = e.width
    tables = [_part(e, vector, first, size) for first in range(0, count, size)]
    results = []
    for first in range(0, count, size):
        index = _part(e, lanes, first, size)
        results.append(_pair(e, tables, index) if size == 16 else _four(e, tables, index))
    while len(results) > 1:
        results = [_join(e, a, b) for a, b in zip(results[::2], results[1::2], strict=True)]
    return results[0]


def _pair(e: Emitter, tables: list[Value], index: Value) -> Value:
    """Looks up in two registers of 16 lanes: bit 4 chooses the register."""
    name = "llvm.x86.avx512.vpermi2var.d.512"
    return e.call(name, index.type, [tables[0], index, tables[1]])


def _four(e: Emitter, tables: list[Value], index: Value) -> Value:
    """Looks up in four registers of 8 lanes: bits 3 and 4 choose the register."""
    found = [e.call("llvm.x86.avx2.permd", index.type, [t, index]) for t in tables]

    def chosen(bit: int) -> Value:
        only = ConstSplat(index.type, [const_int(I32, bit)])
        return e.icmp("ne", e.emit("and", index.type, [index, only]), e.zero(index.type))

    low, high = chosen(8), chosen(16)
    return e.select(high, e.select(low, found[3], found[2]), e.select(low, found[1], found[0]))


def _join(e: Emitter, a: Value, b: Value) -> Value:
    size = a.type.count  # type: ignore[attr-defined]
    return e.emit("shufflevector", vector_type(2 * size, I32), [a, b], mask=tuple(range(2 * size)))


TARGET = Target(
    name="x86_64",
    triple="x86_64-unknown-linux-musl",
    libc="x86_64-linux-musl",
    library_cpu="x86_64",
    linker_emulation="elf_x86_64",
    emulator="qemu-x86_64",
    machines=("x86_64", "amd64"),
    vectors=vector_hooks,
    weak_order=False,
    levels=(
        Level(
            "avx2",
            "x86-64-v3",
            _V3,
            "AVX2 and FMA",
            ("-cpu", "max"),
            ("avx2", "fma", "f16c"),
            number=3,
        ),
        Level(
            "sse4.2",
            "x86-64-v2",
            _V2,
            "SSE4.2",
            ("-cpu", "max"),
            ("sse4_2", "popcnt"),
            number=2,
        ),
        Level(
            "avx512",
            "x86-64-v4",
            _V4,
            "AVX-512 (F, BW, CD, DQ, VL)",
            None,
            ("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"),
            number=4,
        ),
    ),
)
