"""Emitting calls: of defined functions, intrinsics, the execution model and the runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.ir.core import Function, Instruction, Value
from sampan.ir.errors import IRError
from sampan.ir.interp_analysis import YIELDING, waits
from sampan.ir.interp_intrinsics import IGNORED, SCALAR, base_name, reduction
from sampan.ir.types import VOID, StructType, VectorType

if TYPE_CHECKING:
    from sampan.ir.interp_instructions import InstructionEmitter

_REGISTERS = {
    f"sampan.{group}.{axis}": f"T.{group}_{axis}"
    for group in ("tid", "ctaid", "ntid", "nctaid")
    for axis in "xyz"
}
_REGISTERS |= {
    "sampan.laneid": "T.lane & 31",
    "sampan.warpid": "T.lane >> 5",
    "sampan.shared.base": "T.shared",
    "sampan.dynamic.shared.size": "T.dynamic_shared",
    "sampan.self": "T.address",
    "sampan_grid_can_meet": "int(T.cooperative)",
    "sampan.cluster.x": "T.cluster.extent[0]",
    "sampan.cluster.y": "T.cluster.extent[1]",
    "sampan.cluster.z": "T.cluster.extent[2]",
    "sampan.cluster.named": "int(T.cluster.named)",
    "sampan_clock64": "clock()",
    "sampan_globaltimer": "clock()",
    "llvm.stacksave": "0",
}
# Runtime functions, by what they call in the generated code's globals; `{self}` is dropped.
_RUNTIME = {
    "sampan_vprintf": "vprintf({0}, {1})",
    "vprintf": "vprintf({0}, {1})",
    "sampan_assert_fail": "assert_fail(T, {1}, {2}, {3}, {4})",
    "sampan_trap": "trap()",
    "llvm.trap": "trap()",
    "sampan_named_arrive": "T.named.arrive({1}, {2})",
    "sampan_cluster_arrive": "T.cluster.arrive(T)",
    "sampan_cluster_map": "T.cluster.map({1}, {2})",
    "sampan_cluster_rank": "T.cluster.rank_of({1})",
    "sampan_cluster_pointer": "T.cluster.pointer(T, {1})",
    "sampan_launch_buffer": "device.buffer(T, {1}, {2})",
    "sampan_device_runtime": ("device.call(T, {1}, {2}, ({3}, {4}, {5}, {6}, {7}, {8}, {9}))"),
    "sampan_device_malloc": "M.malloc({0})",
    "sampan_device_free": "M.free({0})",
    "llvm.stackrestore": "None",
    "llvm.memcpy": "M.copy({0}, {1}, {2})",
    "llvm.memmove": "M.copy({0}, {1}, {2})",
    "llvm.memset": "M.fill({0}, {1}, {2})",
}


class CallEmitter:
    """Emits the call instructions of one function."""

    def __init__(self, compiler: InstructionEmitter) -> None:
        self.compiler = compiler

    def emit(self, inst: Instruction) -> None:
        callee = inst.callee
        if not isinstance(callee, Function):
            self._indirect(inst, callee)
        elif callee.blocks:
            arguments = ["T", *map(self.compiler.operand, inst.arguments)]
            call = f"{self.compiler.linker.function_name(callee)}({', '.join(arguments)})"
            if self.compiler.linker.is_generator(callee):
                call = f"yield from {call}"
            self._result(inst, call)
        else:
            self._external(inst, callee.name)

    def _result(self, inst: Instruction, expression: str) -> None:
        if inst.type is VOID:
            self.compiler.emit(expression)
        else:
            self.compiler.assign(inst, expression)

    def _indirect(self, inst: Instruction, callee: Value) -> None:
        if not hasattr(callee, "users") or callee.__class__.__name__ == "InlineAsm":
            raise IRError("the interpreter has no inline assembly")
        c = self.compiler
        arguments = ["T", *map(c.operand, inst.arguments)]
        target = f"resolve({c.operand(callee)})"
        self._result(inst, f"yield from {target}({', '.join(arguments)})")

    def _external(self, inst: Instruction, name: str) -> None:
        c = self.compiler
        arguments = [c.operand(a) for a in inst.arguments]
        if name in _REGISTERS:
            self._result(inst, _REGISTERS[name])
        elif waits(name):
            # What the lane waits for; the scheduler sends the result.
            inside = ", ".join([repr(name), *arguments])
            self._result(inst, f"yield ({inside},)")
        elif name in YIELDING:
            c.emit("yield 0")
        elif self._runtime(inst, name, arguments):
            pass
        elif name.startswith("llvm."):
            self._intrinsic(inst, name, arguments)
        else:
            raise IRError(f"the interpreter does not know the function @{name}")

    def _runtime(self, inst: Instruction, name: str, arguments: list[str]) -> bool:
        for known, template in _RUNTIME.items():
            if name == known or (known.startswith("llvm.") and name.startswith(known + ".")):
                self._result(inst, template.format(*arguments))
                return True
        return False

    def _intrinsic(self, inst: Instruction, name: str, arguments: list[str]) -> None:
        c = self.compiler
        base = base_name(name)
        if base in IGNORED:
            if inst.type is not VOID:
                c.assign(inst, arguments[0] if arguments else "0")
            return
        if base.startswith("vector.reduce."):
            self._reduce(inst, base)
            return
        make = SCALAR.get(base)
        if make is None:
            raise IRError(f"the interpreter does not know the intrinsic @{name}")
        types = [a.type for a in inst.arguments]
        result = inst.type
        vector = next((t for t in (*types, result) if isinstance(t, VectorType)), None)
        if vector is None:
            c.assign(inst, make(result, types, arguments))
            return
        if isinstance(result, StructType):
            raise IRError(f"the interpreter has no @{name}")
        parts = []
        for lane in range(vector.count):
            picked = [
                f"{text}[{lane}]" if t.is_vector else text
                for t, text in zip(types, arguments, strict=True)
            ]
            parts.append(make(result.scalar, [t.scalar for t in types], picked))
        c.assign(inst, c.tuple_of(parts))

    def _reduce(self, inst: Instruction, base: str) -> None:
        c = self.compiler
        operation = base.split(".")[2]
        (vector,) = inst.arguments[-1:]
        text = reduction(operation, vector.type.scalar, c.elements(vector))
        if text is None:
            raise IRError(f"the interpreter does not know llvm.{base}")
        c.assign(inst, text)
