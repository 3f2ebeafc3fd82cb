"""The form of a kernel that a device enters: a thread's code, with what the launch hands over.

`void NAME(ptr launch, ptr image, ptr shared, ptr meeting)`: the SampanDeviceLaunch, which ends with
the packed parameters; the module's variables; the block's shared memory, and 16 bytes of it for
reductions at barriers. No sampan.* intrinsic and no variable is left in it; atomic operations are
those that devices have (atomics).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sampan import abi
from sampan.fibre.clone import copy_body
from sampan.fibre.division import guard_divisions
from sampan.frontend.emit import Emit
from sampan.frontend.expand_constants import expand_constants
from sampan.frontend.nvvm import Kernel
from sampan.ir.constants import const_int
from sampan.ir.core import (
    Argument,
    ConstExpr,
    ConstInt,
    Function,
    GlobalVariable,
    Instruction,
    Module,
    Value,
)
from sampan.ir.types import (
    I1,
    I8,
    I32,
    PTR,
    VOID,
    FunctionType,
    Type,
    function_type,
    pointer_type,
    size_of,
)
from sampan.simt_exit import atomics, meetings, reports, warps
from sampan.simt_exit.base import GLOBAL, SHARED, SimtTarget
from sampan.simt_exit.image import Image

SUFFIX = ".simt"
_AXES = ("tid", "ctaid", "ntid", "nctaid")
_HINTS = ("llvm.lifetime.", "llvm.assume", "llvm.prefetch", "llvm.invariant.", "llvm.experimental.")
SPACES = (GLOBAL, GLOBAL, SHARED, SHARED)  # of the kernel's arguments
_REDUCTIONS = {0: ("add", 0), 1: ("and", 1), 2: ("or", 0)}  # of sampan.barrier.reduce


def allowed(name: str) -> bool:
    """Whether this file has code for an intrinsic or a function of the runtime."""
    part = name.split(".")
    if name.startswith("sampan.") and part[1] in (*_AXES, "laneid", "warpid", "shared", "dynamic"):
        return True
    if name in reports.CALLS or name in warps.OPERATIONS:
        return True
    return name in _LOWERINGS or part[:2] == ["sampan", "cluster"]


@dataclass(frozen=True)
class Form:
    """What the device runs of a kernel."""

    function: Function
    says: bool  # whether it prints or fails by itself
    warps: bool  # whether its groups of 32 threads work together


def lower(module: Module, kernel: Kernel, image: Image, target: SimtTarget) -> Form:
    """Makes the form; `kernel` is flat (flatten). Pointers have no address spaces yet."""
    signature = function_type(VOID, (PTR,) * 4)
    form = Function(kernel.name + SUFFIX, signature, module, "internal")
    for argument, name in zip(form.args, ("launch", "image", "shared", "meeting"), strict=True):
        argument.name = name
    form.attrs = "nounwind convergent"
    module.add_function(form)
    form.name = kernel.name  # for messages; it is the device's only function of that name
    uses_warps = meetings.uses_warps(kernel.function)
    body = _Body(module, form, image, target, uses_warps)
    body.build(kernel)
    atomics.lower(form, body.fence_word(), target.device)
    return Form(form, body.says, uses_warps)


class _Body:
    def __init__(
        self, module: Module, form: Function, image: Image, target: SimtTarget, warps: bool
    ) -> None:
        self.warps = warps
        self.module = module
        self.form = form
        self.image = image
        self.target = target
        self.launch, self.variables, self.shared, self.meeting = form.args
        self.registers: dict[str, Value] = {}
        self.says = False  # whether it prints or fails
        self.places: dict[GlobalVariable, Value] = {}
        self.head: Emit  # the end of the prologue

    def build(self, kernel: Kernel) -> None:
        prologue = self.form.add_block("prologue")
        branch = prologue.append(Instruction("br", VOID))
        self.head = Emit(self.module, branch)
        source = kernel.function
        values: dict[Value, Value] = {}
        for argument, parameter in zip(source.args, kernel.parameters, strict=True):
            place = self.head.offset(self.launch, abi.DEVICE_LAUNCH_PARAMS + parameter.offset)
            if parameter.by_reference:
                values[argument] = place
            else:
                values[argument] = self._parameter(parameter.type, place, parameter.offset)
        copy_body(source, self.form, values)
        branch.targets = [self.form.blocks[1]]
        for inst in list(self.form.blocks[1].instructions):
            if inst.op == "alloca" and not inst.operands:
                inst.detach()
                prologue.insert(0, inst)
        expand_constants(self.form, lambda v: isinstance(v, (GlobalVariable, ConstExpr)))
        for inst in list(self.form.instructions()):
            self._place_variables(inst)
            if inst.op == "call":
                self._call(inst)
        guard_divisions(self.form)
        if self.warps:
            self._check_warps(branch)

    def _check_warps(self, branch: Instruction) -> None:
        """No standard says which threads make a group; where they are no warp, none runs."""
        lane = self.target.lane(self.head)
        is_warp = self.head.compare("eq", lane, self._register("sampan.laneid"))
        report = self._report()
        failed = self.form.add_block("failed")
        e = Emit(self.module, failed.append(Instruction("ret", VOID)))
        place = e.offset(report, abi.DEVICE_REPORT_FAILED)
        e.inst("store", VOID, [e.integer(reports.NO_WARPS), place], align=4)
        branch.add_operand(is_warp)
        branch.targets.append(failed)

    def _parameter(self, type: Type, place: Value, offset: int) -> Value:
        alignment = min(16, offset & -offset) if offset else 16
        if type is I1:  # a bool is a byte in memory
            return self.head.cast("trunc", self.head.load(I8, place, 1), I1)
        return self.head.load(type, place, min(alignment, max(size_of(type), 1)))

    def _place_variables(self, inst: Instruction) -> None:
        for index, operand in enumerate(inst.operands):
            if isinstance(operand, GlobalVariable):
                if operand not in self.places:
                    offset = self.image.offsets[operand]
                    self.places[operand] = self.head.offset_bytes(self.variables, offset)
                inst.set_operand(index, self.places[operand])

    def fence_word(self) -> Value:
        place = self.head.offset(self.launch, abi.DEVICE_LAUNCH_FENCE)
        return self.head.load(PTR, place, 8)

    # ---- Calls -----------------------------------------------------------------------------------

    def _call(self, call: Instruction) -> None:
        name = call.callee_name
        if name.startswith(_HINTS):
            call.erase()
            return
        if not name.startswith("sampan"):
            return
        lowering = _LOWERINGS.get(name)
        if name in reports.CALLS:
            result = self._say(call)
        elif name in warps.OPERATIONS:
            result = warps.lower(Emit(self.module, call), call, self.target)
        elif lowering:
            result = lowering(self, Emit(self.module, call), call)
        else:
            result = self._register(name)
        if call.users:
            assert result is not None
            call.replace_all_uses_with(result)
        call.erase()

    def _say(self, call: Instruction) -> Value | None:
        self.says = True
        names = [f"sampan.{index}.{axis}" for index in ("ctaid", "tid") for axis in "xyz"]
        thread = tuple(map(self._register, names))
        return reports.say(self.form, call, self._report(), thread, self.target.device)

    def _report(self) -> Value:
        if "report" not in self.registers:
            place = self.head.offset(self.launch, abi.DEVICE_LAUNCH_REPORT)
            self.registers["report"] = self.head.load(PTR, place, 8)
        return self.registers["report"]

    def _register(self, name: str) -> Value:
        """Computed once, at the entry."""
        if name not in self.registers:
            self.registers[name] = self._find_register(name)
        return self.registers[name]

    def _find_register(self, name: str) -> Value:
        head = self.head
        _, kind, *rest = name.split(".")
        if kind == "ntid":  # not the device's: of threads that do the same one is launched
            place = head.offset(self.launch, abi.DEVICE_LAUNCH_BLOCK + 4 * "xyz".index(rest[0]))
            return head.load(I32, place, 4)
        if self.warps and kind == "tid":
            return self._of_line("xyz".index(rest[0]))
        if kind in _AXES:
            return self.target.register(head, kind, "xyz".index(rest[0]))
        if name == "sampan.shared.base":
            return self.shared
        if name == "sampan.dynamic.shared.size":
            place = head.offset(self.launch, abi.DEVICE_LAUNCH_DYNAMIC_SHARED)
            return head.load(I32, place, 4)
        if kind == "cluster":  # the runtime launches none
            return const_int(I32, int(rest[0] != "named"))
        linear = self._linear()
        if kind == "laneid":
            return head.binary("and", linear, abi.WARP_SIZE - 1)
        assert kind == "warpid", name
        return head.binary("lshr", linear, abi.WARP_SIZE.bit_length() - 1)

    def _of_line(self, axis: int) -> Value:
        """The runtime launches blocks as a line, so that 32 neighbours are a warp."""
        head = self.head
        rest = self._linear()
        for before in "xyz"[:axis]:
            rest = head.binary("udiv", rest, self._register(f"sampan.ntid.{before}"))
        if axis == 2:
            return rest
        return head.binary("urem", rest, self._register(f"sampan.ntid.{'xyz'[axis]}"))

    def _linear(self) -> Value:
        """The thread's index in its block."""
        if self.warps and "linear" not in self.registers:
            self.registers["linear"] = self.target.register(self.head, "tid", 0)
        if "linear" not in self.registers:
            tid = [self._register(f"sampan.tid.{axis}") for axis in "xyz"]
            ntid = [self._register(f"sampan.ntid.{axis}") for axis in "xy"]
            head = self.head
            above = head.binary("add", head.binary("mul", tid[2], ntid[1]), tid[1])
            place = head.binary("add", head.binary("mul", above, ntid[0]), tid[0])
            self.registers["linear"] = place
        return self.registers["linear"]

    def barrier(self, e: Emit, call: Instruction) -> None:
        self.target.barrier(e)

    def barrier_reduce(self, e: Emit, call: Instruction) -> Value:
        """The threads meet three times: to set the word, to add to it, and to read it."""
        predicate, kind = call.arguments
        assert isinstance(kind, ConstInt)
        operation, start = _REDUCTIONS[kind.value]
        e.inst("store", VOID, [e.integer(start), self.meeting], align=4)
        self.target.barrier(e)
        flag = e.cast("zext", e.compare("ne", predicate, 0), I32)
        e.inst(
            "atomicrmw",
            I32,
            [self.meeting, flag],
            operation=operation,
            ordering="monotonic",
            align=4,
        )
        self.target.barrier(e)
        result = e.load(I32, self.meeting, 4)
        self.target.barrier(e)
        return result

    def nothing(self, e: Emit, call: Instruction) -> None:
        """CUDA lets __nanosleep take any time down to none."""

    def self_pointer(self, e: Emit, call: Instruction) -> Value:
        """Used by calls of the runtime alone, which are lowered without it."""
        return self.launch


_LOWERINGS: dict[str, Callable[[_Body, Emit, Instruction], Value | None]] = {
    "sampan.barrier": _Body.barrier,
    "sampan.barrier.reduce": _Body.barrier_reduce,
    "sampan.self": _Body.self_pointer,
    "sampan_nanosleep": _Body.nothing,
}


def signature() -> FunctionType:
    """Of a finished form."""
    return function_type(VOID, tuple(map(pointer_type, SPACES)))


def argument_spaces(form: Function) -> dict[Argument, int]:
    return dict(zip(form.args, SPACES, strict=True))
