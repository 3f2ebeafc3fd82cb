"""Code for several levels of an instruction set in one object; the program chooses at its start.

Each level's code is made and optimised as a module of its own, whose functions name their CPU, so
that one object can hold all. A frame has what they share: the variables, and a constructor that
registers the description of the code that this machine shall run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sampan import codegen, cross, pipeline, remarks
from sampan.at_launch.frame import SHARED_PREFIX, import_variables, share_variables
from sampan.codegen import CpuTarget
from sampan.dump import Dump
from sampan.frontend.descriptors import DESCRIPTOR_TYPE, SLOTS
from sampan.frontend.launched_shapes import LaunchedShapes
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.core import ConstAggregate, ConstNull, GlobalVariable, Module
from sampan.ir.lexer import quoted_name
from sampan.ir.types import PTR, size_of
from sampan.ir.writer import write_module
from sampan.module_object import constructor_text, module_text, register_call
from sampan.pipeline import DeviceObject, LoweredCode
from sampan.targets.base import Level, Machine
from sampan.targets.registry import TARGETS


@dataclass(frozen=True)
class _Made:
    """One level's module of LLVM's. `tables` are the descriptors whose forms it has."""

    level: Level
    module: Any
    code: LoweredCode
    tables: frozenset[str]


def levels_here() -> tuple[Machine, ...]:
    """What a program for machines of this kind has code for, the best first; nothing where all
    have the same instructions, or where other code than that for this machine is made by name."""
    target = next((one for one in TARGETS.values() if one.is_here), None)
    return tuple(Machine(target, level) for level in target.chosen_at_start) if target else ()


def compile_levels(
    text: str,
    module_id: str,
    machines: Sequence[Machine],
    path: str,
    dump: Dump,
    *,
    rdc: bool = False,
    with_remarks: bool = False,
    shapes: LaunchedShapes | None = None,
) -> DeviceObject:
    """As pipeline.compile_device, for each of `machines`, the best first. Remarks, the dump and
    what is said of the kernels are of the best. Raises CompileError."""

    def make(path: str) -> DeviceObject:
        made: list[_Made] = []
        frame = ""
        for machine in machines:
            first = not made
            with remarks.collecting(with_remarks and first):
                own = dump if first else Dump(None)
                target = _target(machine)
                device = pipeline.lower_device(text, module_id, target, own, rdc=rdc)
                shared = share_variables(device, module_id)
                if first:
                    frame = _frame(device, shared)
                made.append(_level(device, shared, module_id, machine, path, own, shapes))
        return _joined(frame, made, _target(machines[-1]), path, dump)

    return pipeline.sparing_bugs(make, make, path)


def _target(machine: Machine) -> CpuTarget:
    """Functions carry their CPU with them, as they will share a module."""
    level = machine.level
    names = f'"target-cpu"="{level.cpu}" "target-features"="{level.features}"'
    return dataclasses.replace(cross.cpu_target(machine), function_attributes=names)


def _level(
    device: DeviceModule,
    shared: list[GlobalVariable],
    module_id: str,
    machine: Machine,
    path: str,
    dump: Dump,
    shapes: LaunchedShapes | None,
) -> _Made:
    target, name = _target(machine), machine.level.name
    module = device.module
    code = pipeline.lower_to_code(device, target, path, dump, shapes=shapes)
    held = [one for one in shared if module.variables.get(one.name) is one]
    tables = {}
    for descriptor in device.descriptors.values():
        if descriptor in held:
            tables[descriptor.name] = GlobalVariable(
                _table(descriptor.name, name),
                DESCRIPTOR_TYPE,
                descriptor.initializer,
                is_const=True,
                prefix_text="hidden",
            )
    import_variables(held)
    for table in tables.values():
        module.variables[table.name] = table
    written = write_module(module) + module_text(
        module_id, code.kernels, device.variables, level=name
    )
    parsed = pipeline.optimized(written, target, path, dump)
    return _Made(machine.level, parsed, code, frozenset(tables))


def _table(descriptor: str, level: str) -> str:
    return f"sampan.{level}.{descriptor}"


def _frame(device: DeviceModule, shared: Sequence[GlobalVariable]) -> str:
    """The variables that all levels share. Leaves `device` as it is. Descriptors among them are
    empty: their forms are those of the level that runs."""
    module = Module()
    module.triple, module.datalayout = device.module.triple, device.module.datalayout
    module.named_types = device.module.named_types
    descriptors = set(device.descriptors.values())
    for variable in shared:
        held = variable
        if variable in descriptors:
            held = GlobalVariable(variable.name, DESCRIPTOR_TYPE, None, align=variable.align)
            held.initializer = ConstAggregate(DESCRIPTOR_TYPE, [ConstNull(PTR)] * SLOTS)
        module.variables[variable.name] = held
    return write_module(module)


def _joined(
    frame: str, levels: Sequence[_Made], least: CpuTarget, path: str, dump: Dump
) -> DeviceObject:
    with dump.timed("llvm-emit"):
        whole = codegen.parse(frame + _constructor(levels))
        for made in levels:
            whole.link_in(made.module)
        internal = (SHARED_PREFIX, *(f"sampan.{made.level.name}." for made in levels))
        for variable in whole.global_variables:
            if not variable.is_declaration and variable.name.startswith(internal):
                variable.linkage = "internal"
        data = codegen.emit_object(whole, least, pipeline.optimizer_level(path))
    best = levels[0].code
    warnings = dict.fromkeys(text for made in levels for text in made.code.warnings)
    return DeviceObject(data, best.kernels, list(warnings), best.remarks)


def _constructor(levels: Sequence[_Made]) -> str:
    """Registers the best level that the machine has, and fills the descriptors with its forms."""
    body = [f"%level = call i32 @sampan_cpu_level(i32 {levels[-1].level.number})"]
    for number in (made.level.number for made in levels):
        body.append(f"%is.{number} = icmp uge i32 %level, {number}")

    def chosen(symbols: Sequence[str], result: str) -> str:
        found = symbols[-1]
        better = list(zip(levels, symbols, strict=True))[:-1]
        for step, (made, symbol) in enumerate(reversed(better)):
            value = f"%{result}.{step}"
            body.append(f"{value} = select i1 %is.{made.level.number}, ptr {symbol}, ptr {found}")
            found = value
        return found

    declared = ["declare i32 @sampan_cpu_level(i32)"]
    modules = [f"@sampan.{made.level.name}.module" for made in levels]
    declared += [f"{one} = external hidden constant i8" for one in modules]
    for number, name in enumerate(sorted(frozenset().union(*(made.tables for made in levels)))):
        tables = []
        for made in levels:
            symbol = f"@{quoted_name(_table(name, made.level.name))}"
            if name in made.tables:
                declared.append(f"{symbol} = external hidden constant i8")
            tables.append(symbol if name in made.tables else f"@{quoted_name(name)}")
        body.append(
            f"call void @llvm.memmove.p0.p0.i64(ptr @{quoted_name(name)}, "
            f"ptr {chosen(tables, f'table.{number}')}, i64 {size_of(DESCRIPTOR_TYPE)}, i1 false)"
        )
    declared.append("declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)")
    body.append(register_call(chosen(modules, "module")))
    return constructor_text(body, declared)
