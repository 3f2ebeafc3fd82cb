"""Widening of calls: intrinsics, collectives, device functions, the runtime."""

from __future__ import annotations

from collections.abc import Callable

from sampan import abi
from sampan.ir.constants import const_int
from sampan.ir.core import ConstInt, Function, Instruction, Value
from sampan.ir.types import (
    I1,
    I32,
    I64,
    PTR,
    VOID,
    FunctionType,
    Type,
    array_type,
    function_type,
)
from sampan.simt.rounds import SOFT
from sampan.vectorize.emit import Emitter, type_suffix
from sampan.vectorize.refused import Refused
from sampan.vectorize.serialize import for_each_active_lane, serialize

# llvm.* intrinsics that work element by element, with the operands that stay scalar immediates.
ELEMENTWISE_INTRINSICS: dict[str, frozenset[int]] = {
    name: frozenset()
    for name in (
        "fma fmuladd sqrt fabs floor ceil trunc rint nearbyint roundeven round copysign minnum "
        "maxnum minimum maximum minimumnum maximumnum smin smax umin umax ctpop bitreverse bswap "
        "fshl fshr canonicalize sadd.sat uadd.sat ssub.sat usub.sat sshl.sat ushl.sat "
        "sadd.with.overflow uadd.with.overflow ssub.with.overflow usub.with.overflow "
        "smul.with.overflow umul.with.overflow fptosi.sat fptoui.sat ldexp exp2 log2 ptrmask "
        "sin cos exp log pow exp10 log10 tan"
    ).split()
}
ELEMENTWISE_INTRINSICS |= {n: frozenset({1}) for n in ("ctlz", "cttz", "abs", "is.fpclass", "powi")}

DROPPED = (
    "llvm.lifetime.",
    "llvm.assume",
    "llvm.dbg.",
    "llvm.donothing",
    "llvm.prefetch",
    "llvm.experimental.noalias.scope.decl",
    "llvm.invariant.",
    "llvm.sideeffect",
)


def is_intrinsic_call(inst: Instruction) -> bool:
    return inst.callee_name.startswith("llvm.")


def call(e: Emitter, inst: Instruction, vector_functions: VectorFunctions) -> None:
    name = inst.callee_name
    if name.startswith(DROPPED):
        return
    if name.startswith("llvm."):
        _intrinsic(e, inst, name)
        return
    if name == "sampan.any":
        e.scalars[inst] = e.any(e.vector(inst.operands[0]))
        return
    if name == "sampan.all":
        e.scalars[inst] = _all(e, e.vector(inst.operands[0]))
        return
    if name in abi.BARRIERS:
        _barrier(e, inst, name)
        return
    if name.startswith("sampan."):
        raise Refused(f"the intrinsic {name}", inst)
    callee = inst.callee
    if isinstance(callee, Function):
        if not callee.is_declaration:
            _device_function(e, inst, callee, vector_functions)
            return
        if name in ("sampan_assert_fail", "sampan_trap"):
            _report_thread(e, inst)
            return
        if name == "sampan_yield":
            e.call(name, VOID, [e.scalar(v) for v in inst.arguments])
            return
        if name.startswith("sampan_named_"):
            raise Refused("a barrier of some threads of the block", inst)
        if name == "sampan_cluster_arrive":
            return  # whoever waits arrives there
        if name in abi.CLUSTER_LOOKUPS:
            if e.is_device_function:
                raise Refused("other blocks' shared memory in a function that is not inlined", inst)
            if e.divergence.is_uniform(inst):
                e.scalars[inst] = e.call(name, inst.type, [e.scalar(v) for v in inst.arguments])
                return
        if name.startswith("sampan_"):
            serialize(e, inst, skip_last=True)
            return
        raise Refused(f"a call of {name}, which is not defined", inst)
    _indirect(e, inst)


def _all(e: Emitter, condition: Value) -> Value:
    """Whether it holds for every active lane."""
    bits = e.bits(condition)
    everyone = ConstInt(bits.type, (1 << e.width) - 1)
    mask = e.mask()
    if mask is not None:  # what inactive lanes have may be poison
        bits = e.bits(e.emit("select", condition.type, [mask, condition, e.all_lanes()]))
    return e.icmp("eq", bits, everyone)


Uniform = tuple[int, ...]  # the numbers of the parameters that are the same for all lanes


class VectorFunctions:
    """Answers with the vector form of a device function, requesting it to be made: its name, and
    which of the given parameters it takes as scalars."""

    def __init__(self, request: Callable[[Function, Uniform], tuple[str, Uniform]]) -> None:
        self.request = request


def _intrinsic(e: Emitter, inst: Instruction, name: str) -> None:
    if name.startswith(("llvm.expect", "llvm.launder", "llvm.strip.invariant", "llvm.ssa.copy")):
        if e.divergence.shape(inst).is_strided:
            e.scalars[inst] = e.scalar(inst.operands[0])
        else:
            e.vectors[inst] = e.vector(inst.operands[0])
        return
    base = _base_name(name)
    if e.divergence.shape(inst).is_uniform and inst.type is not VOID:
        new = e.call(name, inst.type, [e.scalar(v) for v in inst.arguments])
        _copy_flags(e, inst, new)
        e.scalars[inst] = new
        return
    if base not in ELEMENTWISE_INTRINSICS:
        raise Refused(f"the intrinsic {name}", inst)
    immediate = ELEMENTWISE_INTRINSICS[base]
    arguments = [a if i in immediate else e.vector(a) for i, a in enumerate(inst.arguments)]
    result = e.widen_type(inst.type)
    suffixes = _suffixes(base, result, arguments)
    new = e.call(f"llvm.{base}.{suffixes}", result, arguments)
    _copy_flags(e, inst, new)
    e.vectors[inst] = new


def _copy_flags(e: Emitter, inst: Instruction, new: Instruction) -> None:
    keep = e.keep_flags(inst)
    if keep:
        new.attrs["flags"] = keep


def _base_name(name: str) -> str:
    """llvm.fma.f32 -> fma; llvm.sadd.with.overflow.i32 -> sadd.with.overflow."""
    parts = name.removeprefix("llvm.").split(".")
    while parts and _is_type_suffix(parts[-1]):
        parts.pop()
    return ".".join(parts)


def _is_type_suffix(part: str) -> bool:
    return part in ("bf16", "p0") or (
        part[:1] in "ifv" and part[1:].replace("f", "").replace("i", "").isdigit()
    )


def _suffixes(base: str, result: Type, arguments: list[Value]) -> str:
    if base in ("fptosi.sat", "fptoui.sat", "ldexp", "ptrmask"):
        second = arguments[-1] if base in ("ldexp", "ptrmask") else arguments[0]
        return f"{type_suffix(result)}.{type_suffix(second.type)}"
    if base == "powi":
        return f"{type_suffix(result)}.{type_suffix(arguments[1].type)}"
    return type_suffix(arguments[0].type)


def _barrier(e: Emitter, inst: Instruction, name: str) -> None:
    """Left for the block level, with what it needs to know: is a lane here, and the payload."""
    if e.is_device_function:
        raise Refused("a barrier in a function that is not inlined", inst)
    if name != "sampan.barrier.reduce":
        stop = e.call(name.replace("sampan.", "sampan.gang."), VOID, [e.any_active()])
        if SOFT in inst.attrs:
            stop.attrs[SOFT] = True
        return
    predicate, operation = inst.operands[:2]
    lanes = e.vector(predicate)
    nonzero = e.icmp("ne", lanes, e.zero(lanes.type))
    mask = e.mask_or_all()
    true_bits = e.bits(e.select(mask, nonzero, e.zero(e.mask_type)))
    count = e.call(f"llvm.ctpop.{type_suffix(true_bits.type)}", true_bits.type, [true_bits])
    active_bits = e.bits(mask)
    active = e.call(f"llvm.ctpop.{type_suffix(active_bits.type)}", active_bits.type, [active_bits])
    result = e.call(
        "sampan.gang.barrier.reduce",
        I32,
        [e.any_active(), e.resize(count, I32), e.resize(active, I32), e.scalar(operation)],
    )
    if e.divergence.is_uniform(inst):
        e.scalars[inst] = result
    else:
        e.vectors[inst] = e.splat(result)


def _device_function(
    e: Emitter, inst: Instruction, callee: Function, vector_functions: VectorFunctions
) -> None:
    # Through an address that all lanes share, a texture's say, memory is read once for all.
    shared = tuple(
        number
        for number, argument in enumerate(inst.arguments)
        if argument.type in (PTR, I64) and e.divergence.is_uniform(argument)
    )
    name, uniform = vector_functions.request(callee, shared)
    signature = vector_signature(e, inst.attrs["function_type"], uniform)
    target = e.module.get_or_declare(name, signature)
    _guarded_call(e, inst, target, signature, uniform)


def vector_signature(e: Emitter, scalar: FunctionType, uniform: Uniform = ()) -> FunctionType:
    result = scalar.result if scalar.result is VOID else e.widen_type(scalar.result)
    parameters = (
        t if number in uniform else e.widen_type(t) for number, t in enumerate(scalar.params)
    )
    return function_type(result, (PTR, e.mask_type, *parameters))


def _guarded_call(
    e: Emitter, inst: Instruction, target: Value, signature: FunctionType, uniform: Uniform = ()
) -> None:
    """Calls the vector form unless no lane is active (a recursion would never end)."""
    values = (
        e.scalar(argument) if number in uniform else e.vector(argument)
        for number, argument in enumerate(inst.arguments)
    )
    arguments = [e.scalar_self(), e.mask_or_all(), *values]
    active = e.any_active()
    if active.type is I1 and not isinstance(active, Instruction):
        result = e.call_value(target, signature, arguments)
        if inst.type is not VOID:
            e.vectors[inst] = result
        return
    before = e.block
    inside = e.new_block("call")
    e.block = inside
    after = e.new_block("call.done")
    e.block = before
    e.branch(active, inside, after)
    e.block = inside
    result = e.call_value(target, signature, arguments)
    e.jump(after)
    e.block = after
    if inst.type is not VOID:
        phi = e.emit("phi", signature.result, [])
        phi.add_incoming(e.poison(signature.result), before)
        phi.add_incoming(result, inside)
        e.vectors[inst] = phi


def _indirect(e: Emitter, inst: Instruction) -> None:
    """Calls each distinct target once, with the mask of the lanes that want it."""
    signature = vector_signature(e, inst.attrs["function_type"])
    slot = e.width.bit_length() - 1
    if e.divergence.is_uniform(inst.callee):
        entry = _vector_entry(e, e.safe_pointer(e.scalar(inst.callee)), slot)
        _guarded_call(e, inst, entry, signature)
        return
    targets = e.vector(inst.callee)
    arguments = [e.scalar_self(), *map(e.vector, inst.arguments)]
    wanted = e.mask_or_all()
    result_type = signature.result
    before = e.block
    head = e.new_block("targets")
    e.block = head
    body = e.new_block("target")
    e.block = body
    done = e.new_block("targets.done")
    e.block = before
    e.jump(head)
    e.block = head
    remaining = e.emit("phi", e.mask_type, [])
    remaining.add_incoming(wanted, before)
    total = None
    if result_type is not VOID:
        total = e.emit("phi", result_type, [])
        total.add_incoming(e.poison(result_type), before)
    e.branch(e.any(remaining), body, done)
    e.block = body
    lane = e.first_active(remaining, I64)
    target = e.emit("extractelement", PTR, [targets, lane])
    same = e.icmp("eq", targets, e.splat(target))
    chosen = e.select(remaining, same, e.zero(e.mask_type))
    result = e.call_value(
        _vector_entry(e, target, slot), signature, [arguments[0], chosen, *arguments[1:]]
    )
    rest = e.select(chosen, e.zero(e.mask_type), remaining)
    remaining.add_incoming(rest, e.block)
    if total is not None:
        total.add_incoming(e.select(chosen, result, total), e.block)
        e.vectors[inst] = total
    e.jump(head)
    e.block = done


def _vector_entry(e: Emitter, descriptor: Value, slot: int) -> Value:
    address = e.emit(
        "getelementptr",
        PTR,
        [descriptor, const_int(I64, 0), const_int(I64, slot)],
        source_type=array_type(8, PTR),
    )
    return e.emit("load", PTR, [address], align=8)


def _report_thread(e: Emitter, inst: Instruction) -> None:
    """A failed assert or a trap: by the first active lane, after telling which thread it is."""

    def body(lane: Value, fetch: Callable[[Value], Value]) -> None:
        base = e.call("sampan.gang.linear", I32, [])
        linear = e.emit("add", I32, [base, e.resize(lane, I32)])
        e.call("sampan.gang.set.thread", VOID, [linear])
        new = e.emit("call", inst.type, [*map(fetch, inst.arguments), inst.callee])
        new.attrs = dict(inst.attrs)

    for_each_active_lane(e, list(inst.arguments), VOID, body)
