"""Which functions can tell that threads share a warp, themselves or in what they call.

Warp-wide operations can, and so can volatile accesses: code from before `__syncwarp` exchanges
values through volatile shared memory and counts on the lanes of a warp being in step.
"""

from __future__ import annotations

from sampan.frontend.nvvm import DeviceModule
from sampan.frontend.reach import Reach
from sampan.ir.core import Function, Instruction

_MEETING = "sampan.warp."


class WarpUse:
    """Answers for the functions of one module, at SIMT level."""

    def __init__(self, device: DeviceModule) -> None:
        self.reach = Reach(device.module)
        self.functions = list(device.module.functions.values())
        self.meeting = {f for f in self.functions if any(map(_meets, f.instructions()))}
        self.telling = self.meeting | {
            f for f in self.functions if any(map(_is_volatile, f.instructions()))
        }
        self.gathering = self.meeting | {
            f for f in self.functions if any(map(_is_barrier, f.instructions()))
        }
        self.closures: dict[Function, frozenset[Function]] = {}
        self.meets_indirectly = any(self._meets(f) for f in device.descriptors)

    def tells_warps(self, function: Function) -> bool:
        """Whether the function, or one it may call, depends on which threads share a warp."""
        return not self.telling.isdisjoint(self._closure(function))

    def belongs_in_kernels(self, function: Function) -> bool:
        """Whether threads may meet inside the function, at a barrier or as lanes of a warp: the
        kernel's own code is where that is best known."""
        return not self.gathering.isdisjoint(self._closure(function))

    def meets_in_call(self, call: Instruction) -> bool:
        """Whether lanes may meet inside the function that is called."""
        callee = call.callee
        return self._meets(callee) if isinstance(callee, Function) else self.meets_indirectly

    def _meets(self, function: Function) -> bool:
        return not self.meeting.isdisjoint(self._closure(function))

    def _closure(self, function: Function) -> frozenset[Function]:
        if function not in self.closures:
            self.closures[function] = frozenset(self.reach.closure([function]))
        return self.closures[function]


def _meets(inst: Instruction) -> bool:
    return inst.callee_name.startswith(_MEETING)


def _is_barrier(inst: Instruction) -> bool:
    return inst.callee_name.startswith("sampan.barrier")


def _is_volatile(inst: Instruction) -> bool:
    return inst.op in ("load", "store") and bool(inst.attrs.get("volatile"))
