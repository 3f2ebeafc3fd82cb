"""SPIR-V for OpenCL devices: LLVM's spirv64 back end, with OpenCL's builtin functions.

Sources: the OpenCL SPIR-V environment specification, the OpenCL C specification (work-item and
synchronisation functions), and LLVM's SPIR-V target documentation. Version 1.2 of SPIR-V is the
newest that every OpenCL 2.1 device and the translators of LLVM 15 take.
"""

from __future__ import annotations

import array
import subprocess
import sys
from dataclasses import dataclass, field

from llvmlite import binding as llvm

from sampan import codegen
from sampan.codegen import CpuTarget
from sampan.diagnostics import UnsupportedError
from sampan.frontend.emit import Emit
from sampan.ir.core import Function, Value
from sampan.ir.reader import read_module
from sampan.ir.types import I32, I64, VOID, Type, function_type, vector_type
from sampan.ir.writer import write_module
from sampan.simt_exit import intrinsics, odd_integers

TRIPLE = "spirv64v1.2-unknown-unknown"
_WARP_TRIPLE = "spirv64v1.3-unknown-unknown"  # the first with votes and shuffles
FORMAT = 1  # SAMPAN_SPIRV
_BUILTINS = {
    "tid": "_Z12get_local_idj",
    "ctaid": "_Z12get_group_idj",
    "nctaid": "_Z14get_num_groupsj",
}
_VOTE = "sampan.spirv.ballot"  # i32 (i32), until LLVM has optimised
_FENCES = 3  # CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE


@dataclass(frozen=True)
class Spirv:
    """The SimtTarget (simt_exit/base.py)."""

    name: str = "spirv"
    suffix: str = "spv"
    device: str = "an OpenCL device"
    format: int = FORMAT
    kernel_convention: str = "spir_kernel"
    warp_metadata: dict[str, str] = field(
        default_factory=lambda: {"intel_reqd_sub_group_size": "!{i32 32}"}
    )
    warp_code: CpuTarget = field(default_factory=lambda: codegen.make_target(_WARP_TRIPLE, "", ""))
    code: CpuTarget = field(default_factory=lambda: codegen.make_target(TRIPLE, "", ""))

    def register(self, e: Emit, name: str, axis: int) -> Value:
        found = _call(e, _BUILTINS[name], I64, [e.integer(axis)], "memory(none)")
        return e.cast("trunc", found, I32)

    def barrier(self, e: Emit) -> None:
        _call(e, "_Z7barrierj", VOID, [e.integer(_FENCES)], "convergent")

    def lane(self, e: Emit) -> Value:
        return _call(e, "_Z22get_sub_group_local_idv", I32, [], "memory(none)")

    def shuffle(self, e: Emit, value: Value, lane: Value) -> Value:
        return _call(e, "_Z17sub_group_shufflejj", I32, [value, lane], "convergent")

    def ballot(self, e: Emit, condition: Value) -> Value:
        return _call(e, _VOTE, I32, [e.cast("zext", condition, I32)], "convergent")

    def warp_barrier(self, e: Emit) -> None:
        _call(e, "_Z17sub_group_barrierj", VOID, [e.integer(_FENCES)], "convergent")

    def multiply_high(self, e: Emit, left: Value, right: Value, signed: bool) -> Value:
        name = "_Z6mul_hill" if signed else "_Z6mul_himm"
        return _call(e, name, I64, [left, right], "memory(none)")

    def emit(self, text: str) -> bytes:
        """In a process of its own: where LLVM's back end has no code for something, it ends the
        process."""
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=text.encode(), capture_output=True
        )
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = next((line for line in said if "LLVM ERROR" in line), said[-1] if said else "")
        raise UnsupportedError(
            f"LLVM's SPIR-V back end has no code for these kernels: {reason}",
            hint="the CPU's paths run them: leave SAMPAN_DEVICE unset",
        )

    def emit_here(self, text: str) -> bytes:
        optimized = codegen.parse(text)
        code = codegen.make_target(optimized.triple, "", "")
        codegen.optimize(optimized, code)
        # Now, because LLVM would make them again.
        legal = read_module(str(optimized))
        for function in list(legal.functions.values()):
            intrinsics.lower(function)
            _lower_votes(function)
            odd_integers.lower(function)
            _check_integers(function)
        legal.functions.pop(_VOTE, None)
        module = codegen.parse(write_module(legal))
        return tidy(codegen.emit_object(module, code))


def _check_integers(function: Function) -> None:
    """LLVM's back end computes with integers of other sizes as if they were of the next of these,
    and forgets what lies above them."""
    for inst in function.instructions():
        for value in (inst, *inst.operands):
            if odd_integers.is_odd(value.type):
                raise ValueError(f"integers of {value.type.bits} bits")  # type: ignore[attr-defined]


def _lower_votes(function: Function) -> None:
    """Not earlier: LLVM makes vectors of bits of a vector's bits, and SPIR-V has none."""
    for inst in function.instructions():
        if inst.callee_name == _VOTE:
            assert function.module is not None
            e = Emit(function.module, inst)
            name = "_Z16sub_group_balloti"
            votes = _call(e, name, vector_type(4, I32), inst.arguments, "convergent")
            inst.replace_all_uses_with(e.inst("extractelement", I32, [votes, e.integer(0)]))
            inst.erase()


def _call(e: Emit, name: str, result: Type, arguments: list[Value], attribute: str) -> Value:
    """A call of a builtin function, declared if need be."""
    signature = function_type(result, tuple(argument.type for argument in arguments))
    e.module.get_or_declare(name, signature, f"nounwind {attribute}")
    return e.call(name, signature, arguments)


# Opcodes of the SPIR-V specification, section 3.49.
_TYPE_INT, _TYPE_FLOAT, _CONSTANT, _CONSTANT_NULL = 21, 22, 43, 46
_HEADER_WORDS = 5


def tidy(binary: bytes) -> bytes:
    """The module with scalar zeros as plain constants: LLVM writes OpConstantNull, which older
    translators to LLVM take for aggregates only."""
    words = array.array("I", binary)
    out = words[:_HEADER_WORDS]
    widths: dict[int, int] = {}
    place = _HEADER_WORDS
    while place < len(words):
        count, opcode = words[place] >> 16, words[place] & 0xFFFF
        inst = words[place : place + count]
        place += count
        if opcode in (_TYPE_INT, _TYPE_FLOAT):
            widths[inst[1]] = inst[2]
        elif opcode == _CONSTANT_NULL and inst[1] in widths:
            zeros = [0] * (2 if widths[inst[1]] > 32 else 1)
            head = [(3 + len(zeros)) << 16 | _CONSTANT, inst[1], inst[2]]
            inst = array.array("I", [*head, *zeros])
        out.extend(inst)
    return out.tobytes()


if __name__ == "__main__":
    # It would make additions with a carry of comparisons, which translators to LLVM lack.
    llvm.set_option("", "--disable-cgp")
    llvm.set_option("", "--disable-lsr")  # it would make integers of odd sizes
    sys.stdout.buffer.write(Spirv().emit_here(sys.stdin.buffer.read().decode()))
