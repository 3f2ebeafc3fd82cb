"""What a vector function knows of its place: read from `self`, as the caller left it there."""

from __future__ import annotations

from sampan import abi
from sampan.block.builder import ScalarBuilder
from sampan.ir.core import Function, Value
from sampan.ir.types import I32, PTR


def run(function: Function) -> None:
    """Replaces the `sampan.*` intrinsics of a widened device function (argument 0 is `self`)."""
    calls = [i for i in function.instructions() if i.callee_name.startswith("sampan.")]
    if not calls:
        return
    me = function.args[0]
    b = ScalarBuilder(function)
    b.block, b.before = function.entry, function.entry.terminator
    launch = b.load(PTR, me, abi.THREAD_LAUNCH)
    values: dict[str, Value] = {"sampan.self": me}

    def value_of(name: str) -> Value:
        if name not in values:
            values[name] = load(name, name.removeprefix("sampan."))
        return values[name]

    def load(name: str, tail: str) -> Value:
        b.block, b.before = function.entry, function.entry.terminator
        axis = "xyz".find(tail[-1])
        if tail == "gang.linear":
            return b.load(I32, me, abi.THREAD_LINEAR_TID)
        if tail == "shared.base":
            return b.load(PTR, me, abi.THREAD_SHARED)
        if tail == "block.threads":
            return b.load(I32, launch, abi.LAUNCH_BLOCK_THREADS)
        if tail == "dynamic.shared.size":
            return b.load(I32, launch, abi.LAUNCH_DYNAMIC_SHARED)
        if tail.startswith("ctaid."):
            return b.load(I32, me, abi.THREAD_CTAID + 4 * axis)
        if tail.startswith("ntid."):
            return b.load(I32, launch, abi.LAUNCH_BLOCK + 4 * axis)
        if name in abi.CLUSTER_REGISTERS:
            return b.load(I32, launch, abi.CLUSTER_REGISTERS[name])
        if tail.startswith("nctaid."):
            return b.load(I32, launch, abi.LAUNCH_GRID + 4 * axis)
        raise AssertionError(f"no rule for sampan.{tail} in a device function")

    for call in calls:
        if call.callee_name == "sampan.gang.set.thread":
            nx, ny = value_of("sampan.ntid.x"), value_of("sampan.ntid.y")
            assert call.block is not None
            b.block, b.before = call.block, call
            set_thread(b, me, call.operands[0], nx, ny)
        else:
            value = value_of(call.callee_name)
            call.replace_all_uses_with(value) if call.users else None
        call.erase()


def set_thread(b: ScalarBuilder, me: Value, linear: Value, nx: Value, ny: Value) -> None:
    """Writes the thread's index to `self`, for the runtime's report of a fault."""
    row = b.binary("udiv", linear, nx)
    parts = [b.binary("urem", linear, nx), b.binary("urem", row, ny), b.binary("udiv", row, ny)]
    for i, value in enumerate(parts):
        b.store(value, me, abi.THREAD_TID + 4 * i)
