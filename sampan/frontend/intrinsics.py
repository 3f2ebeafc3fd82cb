"""What each llvm.nvvm.* intrinsic of the execution model means at SIMT level.

`LOWERINGS` maps the name without "llvm.nvvm." to a function that emits the replacement before the
call and returns the value that takes the call's place. Arithmetic is in intrinsics_math.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.frontend.clusters import LOWERINGS as CLUSTER_LOWERINGS
from sampan.frontend.clusters import cluster_registers
from sampan.frontend.emit import Emit
from sampan.frontend.locations import unsupported
from sampan.ir.core import ConstInt, Instruction, Value
from sampan.ir.types import I1, I32, I64, struct_type

Lowering = Callable[[Emit, Instruction], Value | None]
LOWERINGS: dict[str, Lowering] = {}

_LANE_MASKS = {"eq": "", "lt": "ult", "le": "ule", "gt": "ugt", "ge": "uge"}
_FENCES = (
    "membar.gl membar.sys fence.sc.cluster fence.proxy.alias fence.proxy.async "
    "fence.proxy.async.global fence.proxy.async.shared_cta"
).split()
_ATOMIC_OPERATIONS = {
    "add": "add",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "exch": "xchg",
    "inc": "uinc_wrap",
    "dec": "udec_wrap",
}


def _bound_object(e: Emit, call: Instruction) -> Value:
    """What the host has bound a texture or surface reference to."""
    return e.load(I64, call.arguments[0], 8)


def _constant(value: int) -> Lowering:
    return lambda e, call: e.integer(value, call.type)


def _sampan(name: str) -> Lowering:
    return lambda e, call: e.cast("zext", e.sampan(name), call.type)


def _special_registers() -> None:
    def register(name: str, lowering: Lowering) -> None:
        LOWERINGS[f"read.ptx.sreg.{name}"] = lowering

    for group in ("tid", "ctaid", "ntid", "nctaid"):
        for axis in "xyz":
            register(f"{group}.{axis}", _sampan(f"sampan.{group}.{axis}"))
        register(f"{group}.w", _constant(int(group.startswith("n"))))
    for name, lowering in cluster_registers().items():
        register(name, lowering)
    register("laneid", _sampan("sampan.laneid"))
    register("warpid", _sampan("sampan.warpid"))
    register("warpsize", _constant(32))
    register("nwarpid", _constant(64))
    register("smid", _constant(0))
    register("nsmid", _constant(1))
    register("gridid", _constant(0))
    for number in range(32):
        register(f"envreg{number}", _constant(0))
    for number in range(4):
        register(f"pm{number}", _constant(0))
    for name, predicate in _LANE_MASKS.items():
        register(f"lanemask.{name}", _lane_mask(predicate))
    register("clock64", lambda e, call: e.sampan("sampan_clock64"))
    register("clock", lambda e, call: e.cast("trunc", e.sampan("sampan_clock64"), I32))
    register("globaltimer", lambda e, call: e.sampan("sampan_globaltimer"))
    register("globaltimer.lo", lambda e, call: e.cast("trunc", e.sampan("sampan_globaltimer"), I32))
    register("dynamic_smem_size", _sampan("sampan.dynamic.shared.size"))
    LOWERINGS["texsurf.handle.internal"] = _bound_object
    LOWERINGS["reflect"] = _constant(0)


def _lane_mask(predicate: str) -> Lowering:
    """The set of lanes before, at or after this one."""

    def lower(e: Emit, call: Instruction) -> Value:
        own = e.binary("shl", e.integer(1), e.sampan("sampan.laneid"))
        below = e.binary("sub", own, 1)
        if predicate == "":
            return own
        if predicate == "ult":
            return below
        if predicate == "ule":
            return e.binary("or", own, below)
        if predicate == "uge":
            return e.binary("xor", below, -1)
        return e.binary("xor", e.binary("or", own, below), -1)

    return lower


def _barriers() -> None:
    def reduce(operation: int) -> Lowering:
        def lower(e: Emit, call: Instruction) -> Value:
            predicate = call.arguments[1]
            if predicate.type is not I32:
                predicate = e.cast("zext", predicate, I32)
            result = e.sampan("sampan.barrier.reduce", predicate, e.integer(operation))
            return result if call.type is I32 else e.compare("ne", result, 0)

        return lower

    def named(function: str) -> Lowering:
        def lower(e: Emit, call: Instruction) -> None:
            count = call.arguments[1] if len(call.arguments) > 1 else e.integer(0)
            e.sampan(function, e.sampan("sampan.self"), call.arguments[0], count)

        return lower

    def sync_all(e: Emit, call: Instruction) -> None:
        number = call.arguments[0] if call.arguments else None
        if isinstance(number, ConstInt) and number.value:
            named("sampan_named_barrier")(e, call)
        else:
            e.sampan("sampan.barrier")

    for aligned in ("aligned.", ""):
        LOWERINGS[f"barrier.cta.sync.{aligned}count"] = named("sampan_named_barrier")
        LOWERINGS[f"barrier.cta.arrive.{aligned}count"] = named("sampan_named_arrive")
    for shape in ("aligned.all", "all"):
        LOWERINGS[f"barrier.cta.sync.{shape}"] = sync_all
        LOWERINGS[f"barrier.cta.red.popc.{shape}"] = reduce(0)
        LOWERINGS[f"barrier.cta.red.and.{shape}"] = reduce(1)
        LOWERINGS[f"barrier.cta.red.or.{shape}"] = reduce(2)


def _memory() -> None:
    def fence(e: Emit, call: Instruction) -> None:
        e.fence()

    def block_fence(e: Emit, call: Instruction) -> None:
        e.fence("singlethread")  # all threads of a block run on one OS thread

    for name in _FENCES:
        LOWERINGS[name] = fence
    LOWERINGS["membar.cta"] = block_fence

    def same(e: Emit, call: Instruction) -> Value:
        return call.arguments[0]

    for name in ("move.ptr", "move.i16", "move.i32", "move.i64", "move.float", "move.double"):
        LOWERINGS[name] = same
    LOWERINGS["internal.addrspace.wrap"] = same
    for kind in "fip":
        LOWERINGS[f"ldu.global.{kind}"] = _load

    def nanosleep(e: Emit, call: Instruction) -> None:
        e.sampan("sampan_nanosleep", e.sampan("sampan.self"), call.arguments[0])

    LOWERINGS["nanosleep"] = nanosleep
    for name in ("prefetch.global.L1", "prefetch.global.L2", "prefetch.L1", "prefetch.L2"):
        LOWERINGS[name] = _nothing
    for name in ("prefetch.local.L1", "prefetch.local.L2", "prefetchu.L1", "pm.event.mask"):
        LOWERINGS[name] = _nothing


def _nothing(e: Emit, call: Instruction) -> None:
    return None


def _load(e: Emit, call: Instruction) -> Value:
    pointer, alignment = call.arguments
    return e.load(call.type, pointer, getattr(alignment, "value", 1))


def _atomics() -> None:
    def update(operation: str) -> Lowering:
        def lower(e: Emit, call: Instruction) -> Value:
            pointer, value = call.arguments
            op = "fadd" if value.type.is_float and operation == "add" else operation
            return e.inst(
                "atomicrmw",
                value.type,
                [pointer, value],
                operation=op,
                ordering="seq_cst",
                align=value.type.bits // 8,  # type: ignore[attr-defined]
            )

        return lower

    def exchange(e: Emit, call: Instruction) -> Value:
        pointer, expected, new = call.arguments
        pair = e.inst(
            "cmpxchg",
            struct_type((new.type, I1)),
            [pointer, expected, new],
            ordering="seq_cst",
            failure_ordering="seq_cst",
            align=new.type.bits // 8,  # type: ignore[attr-defined]
        )
        return e.inst("extractvalue", new.type, [pair], indices=(0,))

    def ambiguous(e: Emit, call: Instruction) -> Value:
        raise unsupported(
            f"the intrinsic {call.callee_name}, which does not say whether it is signed,",
            call,
            "use atomicMin() or atomicMax()",
        )

    for scope in ("cta", "sys"):
        for name, operation in _ATOMIC_OPERATIONS.items():
            for kind in "if":
                LOWERINGS[f"atomic.{name}.gen.{kind}.{scope}"] = update(operation)
        LOWERINGS[f"atomic.cas.gen.i.{scope}"] = exchange
        LOWERINGS[f"atomic.min.gen.i.{scope}"] = ambiguous
        LOWERINGS[f"atomic.max.gen.i.{scope}"] = ambiguous


def is_shared(e: Emit, pointer: Value, static_limit: int) -> Value:
    """Whether a pointer lies in this block's shared memory."""
    base = e.cast("ptrtoint", e.sampan("sampan.shared.base"), I64)
    distance = e.binary("sub", e.cast("ptrtoint", pointer, I64), base)
    dynamic = e.cast("zext", e.sampan("sampan.dynamic.shared.size"), I64)
    return e.compare("ult", distance, e.binary("add", dynamic, static_limit))


_special_registers()
LOWERINGS.update(CLUSTER_LOWERINGS)
_barriers()
_memory()
_atomics()
