"""Lays out shared variables and replaces them by offsets from `sampan.shared.base`.

A variable has one offset in all kernels that reach it, because a function that is not inlined may
be called from several; variables that no kernel uses together may overlap. The dynamic part
(`extern __shared__`) starts behind the static part, rounded up to 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sampan import abi
from sampan.demangle import demangle
from sampan.diagnostics import CompileError, UnsupportedError
from sampan.frontend.expand_constants import expand_constants
from sampan.frontend.reach import Reach
from sampan.ir.constants import const_int
from sampan.ir.core import (
    Function,
    GlobalVariable,
    Instruction,
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.types import I8, I64, PTR, align_of, size_of

SHARED_SPACE = 3
# The most static shared memory of a kernel on every compute capability (CUDA C++ Programming Guide,
# technical specifications). More is possible only as dynamic shared memory.
STATIC_LIMIT = 48 * 1024


@dataclass(frozen=True)
class SharedLayout:
    """Where shared variables lie. `dynamic_start` holds every function that may name one."""

    offsets: dict[GlobalVariable, int]
    static_bytes: dict[Function, int]  # of each kernel
    dynamic_start: dict[Function, int]

    @property
    def static_limit(self) -> int:
        """No kernel's dynamic part starts behind this."""
        return max((round_up(n, 16) for n in self.static_bytes.values()), default=0)


def shared_variables(module: Module) -> list[GlobalVariable]:
    """To be called while address spaces are still there."""
    found = [v for v in module.variables.values() if v.addrspace == SHARED_SPACE]
    for variable in found:
        if variable.initializer is not None and not isinstance(
            variable.initializer, (Undef, Poison)
        ):
            raise UnsupportedError(
                f"the shared variable {variable.name} has an initialiser",
                hint="assign it in the kernel, from one thread, before a __syncthreads()",
            )
    return found


def lay_out(
    variables: Sequence[GlobalVariable], kernels: Sequence[Function], reach: Reach
) -> SharedLayout:
    wanted = set(variables)
    closures = {kernel: reach.closure([kernel]) for kernel in kernels}
    used_by: dict[GlobalVariable, set[Function]] = {v: set() for v in variables}
    for kernel, functions in closures.items():
        for function in functions:
            for variable in reach.variables.get(function, ()):
                if variable in wanted:
                    used_by[variable].add(kernel)

    offsets: dict[GlobalVariable, int] = {}
    static = [v for v in variables if not is_dynamic(v)]
    for kernel in kernels:
        _check_limit(kernel, [v for v in static if kernel in used_by[v]])
    for variable in sorted(static, key=lambda v: -_alignment(v)):
        occupied = sorted(
            (offsets[other], offsets[other] + size_of(other.value_type))
            for other in offsets
            if used_by[other] & used_by[variable]
        )
        offsets[variable] = _first_gap(occupied, variable)

    static_bytes = dict.fromkeys(kernels, 0)
    for variable in static:
        for kernel in used_by[variable]:
            end = offsets[variable] + size_of(variable.value_type)
            static_bytes[kernel] = max(static_bytes[kernel], end)
    dynamic_start = _dynamic_starts(variables, kernels, closures, reach, static_bytes)
    return SharedLayout(offsets, static_bytes, dynamic_start)


def _check_limit(kernel: Function, variables: Sequence[GlobalVariable]) -> None:
    """By what the kernel uses itself: gaps that other kernels make do not count."""
    total = sum(size_of(v.value_type) for v in variables)
    if total > STATIC_LIMIT:
        raise CompileError(
            f"kernel {demangle(kernel.name)} has {total} bytes of static shared memory; the limit "
            f"is {STATIC_LIMIT}",
            hint="more is possible as dynamic shared memory (extern __shared__), whose limit "
            "cudaFuncSetAttribute raises",
        )


def _dynamic_starts(
    variables: Sequence[GlobalVariable],
    kernels: Sequence[Function],
    closures: dict[Function, list[Function]],
    reach: Reach,
    static_bytes: dict[Function, int],
) -> dict[Function, int]:
    """Raises static sizes until all kernels that reach a user of a dynamic variable agree."""
    dynamic = {v for v in variables if is_dynamic(v)}
    users: dict[Function, list[Function]] = {}
    for kernel in kernels:
        for function in closures[kernel]:
            if dynamic.intersection(reach.variables.get(function, ())):
                users.setdefault(function, []).append(kernel)
    changed = True
    while changed:
        changed = False
        for function, group in users.items():
            aligned = [_alignment(v) for v in reach.variables[function] if v in dynamic]
            alignment = max(abi.DYNAMIC_SHARED_ALIGN, *aligned)
            start = round_up(max(static_bytes[kernel] for kernel in group), alignment)
            for kernel in group:
                if round_up(static_bytes[kernel], abi.DYNAMIC_SHARED_ALIGN) != start:
                    static_bytes[kernel] = start
                    changed = True
    return {
        function: round_up(static_bytes[group[0]], abi.DYNAMIC_SHARED_ALIGN)
        for function, group in users.items()
    }


def replace_shared(
    module: Module, variables: Sequence[GlobalVariable], layout: SharedLayout
) -> None:
    """Requires collapsed address spaces, and none of the variables in an initialiser
    (shared_constants). Establishes: no shared variable is left."""
    wanted: set[Value] = set(variables)
    if not wanted:
        return
    for function in list(module.functions.values()):
        if function.blocks:
            _replace_in(function, wanted, layout)
    for variable in variables:
        module.variables.pop(variable.name, None)


def _replace_in(function: Function, wanted: set[Value], layout: SharedLayout) -> None:
    expand_constants(function, lambda value: value in wanted)
    module = function.module
    assert module is not None
    addresses: dict[GlobalVariable, Value] = {}
    position = entry_position(function)
    base: Instruction | None = None
    for inst in function.instructions():
        for index, operand in enumerate(inst.operands):
            if not isinstance(operand, GlobalVariable) or operand not in wanted:
                continue
            if operand not in addresses:
                if base is None:
                    intrinsic_type = abi.INTRINSICS["sampan.shared.base"]
                    callee = module.get_or_declare("sampan.shared.base", intrinsic_type)
                    base = Instruction("call", PTR, [callee], function_type=intrinsic_type)
                    base.insert_before(position)
                dynamic = is_dynamic(operand)
                offset = layout.dynamic_start[function] if dynamic else layout.offsets[operand]
                addresses[operand] = Instruction(
                    "getelementptr",
                    PTR,
                    [base, const_int(I64, offset)],
                    source_type=I8,
                    flags=frozenset({"inbounds"}),
                ).insert_before(position)
            inst.set_operand(index, addresses[operand])


def entry_position(function: Function) -> Instruction:
    """Where values for the whole function go: the first instruction that is not an alloca."""
    return next(i for i in function.entry.instructions if i.op not in ("alloca", "phi"))


def is_dynamic(variable: GlobalVariable) -> bool:
    return variable.initializer is None


def round_up(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment


def _alignment(variable: GlobalVariable) -> int:
    return variable.align or align_of(variable.value_type)


def _first_gap(occupied: Sequence[tuple[int, int]], variable: GlobalVariable) -> int:
    """The lowest aligned offset where the variable overlaps none of the sorted intervals."""
    alignment = _alignment(variable)
    size = size_of(variable.value_type)
    place = 0
    for start, end in occupied:
        if place + size <= start:
            break
        place = max(place, round_up(end, alignment))
    return place
