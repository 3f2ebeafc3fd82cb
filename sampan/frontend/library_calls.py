"""Calls of functions that a GPU's system library provides: printf, assert, malloc, trap."""

from __future__ import annotations

from sampan.frontend.clusters import CLUSTER_CALLS
from sampan.frontend.device_launches import device_runtime, launch_buffer
from sampan.frontend.emit import Emit
from sampan.frontend.intrinsics import Lowering
from sampan.ir.core import Instruction, Poison, Value
from sampan.ir.types import I1, I8, I64, PTR, VOID, function_type
from sampan.matrices import SHAPES, MatrixShape


def _malloc(e: Emit, call: Instruction) -> Value:
    return e.sampan("sampan_device_malloc", e.cast("zext", call.arguments[0], I64))


def _free(e: Emit, call: Instruction) -> None:
    e.sampan("sampan_device_free", call.arguments[0])


def _vprintf(e: Emit, call: Instruction) -> Value:
    return e.sampan("sampan_vprintf", *call.arguments)


def _assert_fail(e: Emit, call: Instruction) -> None:
    """__assertfail(message, file, line, function, char size), or glibc's without the size."""
    args = list(call.arguments)
    if len(args) == 4:
        args.append(e.integer(1, I64))
    e.sampan("sampan_assert_fail", e.sampan("sampan.self"), *args)


def _trap(e: Emit, call: Instruction) -> None:
    e.sampan("sampan_trap", e.sampan("sampan.self"))


def _shared_offset(e: Emit, call: Instruction) -> Value:
    base = e.inst("ptrtoint", I64, [e.sampan("sampan.shared.base")])
    return e.binary("sub", e.inst("ptrtoint", I64, [call.arguments[0]]), base)


def _shared_address(e: Emit, call: Instruction) -> Value:
    base = e.sampan("sampan.shared.base")
    return e.inst("getelementptr", PTR, [base, call.arguments[0]], source_type=I8)


def _grid_sync(e: Emit, call: Instruction) -> None:
    e.sampan("sampan.barrier.grid")


def _tile_sync(e: Emit, call: Instruction) -> None:
    e.sampan("sampan_named_barrier", e.sampan("sampan.self"), *call.arguments)


def _grid_can_meet(e: Emit, call: Instruction) -> Value:
    flag = e.sampan("sampan_grid_can_meet", e.sampan("sampan.self"))
    return e.compare("ne", flag, 0)


def _clock(e: Emit, call: Instruction) -> Value:
    return e.sampan("sampan_clock64")


def _matrix_product(shape: MatrixShape) -> Lowering:
    """What mma.h calls; it returns the result in an array in a struct."""

    def lower(e: Emit, call: Instruction) -> Value:
        layouts, *elements = call.arguments
        product = e.sampan(shape.name, e.integer(0xFFFFFFFF), layouts, *elements)
        result: Value = Poison(call.type)
        for i in range(shape.counts[2]):
            part = e.inst("extractvalue", shape.type, [product], indices=(i,))
            result = e.inst("insertvalue", call.type, [result, part], indices=(0, i))
        return result

    return lower


def _memory(name: str) -> Lowering:
    """memcpy and its kin as LLVM's intrinsic; they return their first argument."""

    def lower(e: Emit, call: Instruction) -> Value:
        to, other, size = call.arguments
        if name == "memset":
            other = e.cast("trunc", other, I8)
        suffix = "p0.i64" if name == "memset" else "p0.p0.i64"
        signature = function_type(VOID, (PTR, other.type, I64, I1))
        e.call(f"llvm.{name}.{suffix}", signature, [to, other, size, e.boolean(False)])
        return to

    return lower


LIBRARY_CALLS: dict[str, Lowering] = {
    "__sampan_shared_offset": _shared_offset,
    "__sampan_shared_address": _shared_address,
    "__sampan_grid_sync": _grid_sync,
    "__sampan_named_barrier": _tile_sync,
    "__sampan_grid_can_meet": _grid_can_meet,
    **CLUSTER_CALLS,
    **{"__" + name.replace(".", "_"): _matrix_product(s) for name, s in SHAPES.items()},
    "cudaGetParameterBuffer": launch_buffer,
    "__sampan_device_runtime": device_runtime,
    "malloc": _malloc,
    "__sampan_malloc": _malloc,
    "_Znwm": _malloc,
    "_Znam": _malloc,
    "free": _free,
    "_ZdlPv": _free,
    "_ZdaPv": _free,
    "_ZdlPvm": _free,
    "_ZdaPvm": _free,
    "vprintf": _vprintf,
    "__assertfail": _assert_fail,
    "__assert_fail": _assert_fail,
    "abort": _trap,
    "__cxa_pure_virtual": _trap,
    "llvm.trap": _trap,
    "llvm.debugtrap": _trap,
    "llvm.ubsantrap": _trap,
    "llvm.readcyclecounter": _clock,
    "memcpy": _memory("memcpy"),
    "memmove": _memory("memmove"),
    "memset": _memory("memset"),
}
