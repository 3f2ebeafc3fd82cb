"""One function a kernel: every call inlined, and what the device has no means for refused.

Requires: SIMT level. Establishes: in each kernel no call but of sampan.* intrinsics, `llvm.*` and
the runtime functions that the exit lowers itself; no `memcpy` and its kin, no vectors.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan import abi
from sampan.canonicalize import inline_calls, memory_intrinsics, promote, scalarize
from sampan.demangle import demangle
from sampan.diagnostics import UnsupportedError
from sampan.frontend.locations import unsupported
from sampan.frontend.nvvm import Kernel
from sampan.ir.cfg import remove_unreachable_blocks
from sampan.ir.core import Function, Instruction
from sampan.ir.edit import remove_terminator
from sampan.ir.types import VOID

# What the device's user reads of a construct that it cannot run.
_WORDS = {
    "sampan.barrier.grid": "a barrier of the whole grid",
    "sampan.barrier.cluster": "a barrier of a cluster",
    "sampan_named_barrier": "a barrier of some threads of the block",
    "sampan_named_arrive": "a barrier of some threads of the block",
    "sampan_grid_can_meet": "a barrier of the whole grid",
    "sampan_cluster_arrive": "a barrier of a cluster",
    "sampan_cluster_map": "shared memory of a cluster",
    "sampan_cluster_rank": "shared memory of a cluster",
    "sampan_cluster_pointer": "shared memory of a cluster",
    "sampan_device_malloc": "malloc in a kernel",
    "sampan_device_free": "free in a kernel",
    "sampan_launch_buffer": "a kernel that launches kernels",
    "sampan_device_runtime": "the runtime API in a kernel",
    "sampan_clock64": "clock64()",
    "sampan_globaltimer": "a clock",
}
_WARP = {
    "read": "a warp shuffle",
    "ballot": "a warp vote",
    "match": "a warp match",
    "reduce": "a warp reduction",
    "sync": "__syncwarp",
    "activemask": "__activemask",
    "mma": "a matrix product of a warp",
}
HINT = "the CPU's paths run it: leave SAMPAN_DEVICE unset"


def flatten(kernel: Kernel, device: str, allowed: Callable[[str], bool]) -> Function:
    """The kernel's function, changed in place. `allowed(name)`: whether the exit has code for an
    intrinsic or a runtime function. Raises UnsupportedError, with the line, for all others."""
    function = kernel.function
    remove_unreachable_blocks(function)
    inline_calls.run(function, lambda callee: True)
    remove_unreachable_blocks(function)
    promote.run(function)
    memory_intrinsics.run(function)
    scalarize.run(function)
    promote.run(function)
    _return_where_it_ends(function)
    for inst in function.instructions():
        if inst.op == "call":
            _check(kernel, inst, device, allowed)
    return function


def _return_where_it_ends(function: Function) -> None:
    """A thread that has failed returns: devices have no other way to end it."""
    for block in function.blocks:
        calls = [i for i in block.instructions if i.callee_name in abi.NORETURN_FUNCTIONS]
        if calls and block.terminator.op == "unreachable":
            remove_terminator(block)
            block.append(Instruction("ret", VOID))


def _check(kernel: Kernel, call: Instruction, device: str, allowed: Callable[[str], bool]) -> None:
    name = call.callee_name
    if name.startswith("llvm.") or allowed(name):
        return
    if not name:
        raise refused("a call through a function pointer, or a virtual call,", call, device)
    if isinstance(call.callee, Function) and call.callee.blocks:
        raise refused(f"{demangle(name)}, which calls itself,", call, device)
    raise refused(describe(name), call, device)


def describe(name: str) -> str:
    """An intrinsic or a runtime function in the words of CUDA."""
    if name.startswith("sampan.warp."):
        return _WARP.get(name.split(".")[2], name)
    return _WORDS.get(name, name)


def refused(what: str, inst: Instruction, device: str) -> UnsupportedError:
    return unsupported(f"{what} does not run on {device}", inst, HINT)
