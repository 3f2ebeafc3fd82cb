"""Where in a kernel an error happened, from the traceback through generated code."""

from __future__ import annotations

import traceback
from typing import Any

from sampan.ir.core import Instruction
from sampan.ir.interp_compile import FunctionCompiler
from sampan.ir.interp_errors import KernelError, MemoryFault, StackOverflow
from sampan.ir.interp_memory import Memory
from sampan.ir.writer import write_instruction

# By the name of a generated file: who wrote it, and the instruction behind each of its lines.
CompiledFiles = dict[str, tuple[FunctionCompiler, list[Instruction | None]]]


def located(error: BaseException, compiled: CompiledFiles, memory: Memory) -> KernelError:
    """The error as a KernelError that names the function and instruction it happened in."""
    kind = type(error) if isinstance(error, KernelError) else MemoryFault
    text = str(error) if isinstance(error, KernelError) else ""
    if isinstance(error, RecursionError):
        return StackOverflow("stack overflow: calls are nested too deeply")
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        found = compiled.get(frame.f_code.co_filename)
        if found is None:
            continue
        compiler, origins = found
        inst = origins[line - 1]
        if inst is None:
            break
        if not text:
            text = _bad_access(compiler, inst, frame.f_locals, memory)
        where = f"@{compiler.function.name}: {write_instruction(inst)}"
        thread = frame.f_locals.get("T")
        if thread is not None:
            where += (
                f"\n    in block ({thread.ctaid_x},{thread.ctaid_y},{thread.ctaid_z}),"
                f" thread ({thread.tid_x},{thread.tid_y},{thread.tid_z})"
            )
        made = kind(f"{text}\n    {where}")
        made.instruction = inst
        return made
    return kind(text or f"{type(error).__name__}: {error}")


def _bad_access(
    compiler: FunctionCompiler, inst: Instruction, values: dict[str, Any], memory: Memory
) -> str:
    index = 1 if inst.op == "store" else 0
    if inst.op not in ("load", "store", "atomicrmw", "cmpxchg"):
        return "bad memory access"
    text = compiler.operand(inst.operands[index])
    address = int(text) if text.isdigit() else values.get(text, 0)
    return f"{inst.op} at {address:#x}: {memory.describe(address)}"
