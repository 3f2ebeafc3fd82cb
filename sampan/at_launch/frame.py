"""What of a module's device half is in the program from the start: all but the kernels' code."""

from __future__ import annotations

from sampan import codegen
from sampan.codegen import CpuTarget
from sampan.frontend.nvvm import DeviceModule
from sampan.frontend.reach import Reach, reachable_globals
from sampan.ir.core import GlobalVariable, Module
from sampan.ir.writer import write_module
from sampan.module_object import CompiledKernel, descriptor_text
from sampan.pipeline import local_bytes_of

# Device variables have symbols of this form, which the program exports to the kernels' libraries.
SHARED_PREFIX = "sampan.shared."
EXPORT_FLAG = f"--export-dynamic-symbol={SHARED_PREFIX}*"
REASON = "it is compiled when it is launched"


def can_wait(device: DeviceModule) -> bool:
    """Whether the kernels can be compiled one by one, each into a library of its own.

    Not where the code of one must know that of another: functions whose address a kernel may store
    for another kernel to call, and kernels that kernels launch. Nor where the host half names
    device variables by their symbols.
    """
    return (
        bool(device.kernels)
        and not device.descriptors
        and not device.managed
        and "sampan_launch_buffer" not in device.module.functions
    )


def share_variables(device: DeviceModule, module_id: str) -> list[GlobalVariable]:
    """Gives the variables that all kernels have in common symbols that other objects can name.

    These are the ones that the host can find, the ones that kernels can change, and what those
    point at. Constants are not: each object has its own. Managed variables have symbols.
    """
    module = device.module
    found = [variable.variable for variable in device.variables]
    found += [variable for variable in module.variables.values() if not variable.is_const]
    shared = reachable_globals(module, found)
    chosen = [variable for variable in module.variables.values() if variable in shared]
    for variable in chosen:
        if not variable.linkage and "hidden" in variable.prefix_text:
            continue
        del module.variables[variable.name]
        variable.name = f"{SHARED_PREFIX}{module_id}.{variable.name}"
        variable.linkage = ""
        module.variables[variable.name] = variable
    return chosen


def import_variables(shared: list[GlobalVariable]) -> None:
    """Makes declarations of the variables, for the library of a kernel."""
    for variable in shared:
        variable.initializer = None
        variable.linkage = "external"


def frame_object(
    device: DeviceModule, shared: list[GlobalVariable], module_id: str, target: CpuTarget
) -> tuple[bytes, list[CompiledKernel]]:
    """The object file with the shared variables and the module's descriptor. Leaves `device` as it
    is, so that its kernels can be compiled from it."""
    module = Module()
    module.triple, module.datalayout = device.module.triple, device.module.datalayout
    module.named_types = device.module.named_types
    module.variables = {variable.name: variable for variable in shared}
    reach = Reach(device.module)
    kernels = [
        CompiledKernel(kernel, [], REASON, local_bytes_of(reach.closure([kernel.function])))
        for kernel in device.kernels
    ]
    text = write_module(module) + descriptor_text(module_id, kernels, device.variables)
    return codegen.emit_object(codegen.parse(text), target, level=0), kernels
