"""From what clang wrote for nvptx64 (RAW) to the SIMT level of docs/architecture.md.

`lower` runs the front end's passes in their order and returns the module with what later stages
and the module descriptor need to know about its kernels, variables and address-taken functions.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field

from sampan import abi
from sampan.codegen import CpuTarget
from sampan.demangle import demangle
from sampan.diagnostics import UnsupportedError
from sampan.frontend import (
    annotations,
    attributes,
    descriptors,
    fuse,
    intrinsics,
    intrinsics_math,
    kernel_params,
    managed,
    ptx,
    shared,
    warp_operations,
)
from sampan.frontend.addrspace import collapse
from sampan.frontend.device_launches import name_kernels
from sampan.frontend.emit import Emit
from sampan.frontend.half_conversion import lower_half_conversions
from sampan.frontend.library_calls import LIBRARY_CALLS
from sampan.frontend.locations import unsupported
from sampan.frontend.reach import Reach, reachable_globals
from sampan.frontend.settle_reads import settle_reads
from sampan.frontend.shared_constants import expand_shared_constants
from sampan.ir.constants import const_int
from sampan.ir.core import (
    Block,
    Function,
    GlobalVariable,
    InlineAsm,
    Instruction,
    Module,
    Value,
)
from sampan.ir.types import I64, VOID
from sampan.simt.thread_axes import ALL_AXES, thread_axes

assert intrinsics_math and warp_operations  # they fill intrinsics.LOWERINGS

KERNEL_CONVENTION = "ptx_kernel"
GLOBAL_SPACE = 1
CONSTANT_SPACE = 4
DEFAULT_MAX_THREADS = 1024
TEXTURE_HANDLE = "llvm.nvvm.texsurf.handle.internal"


@dataclass
class Kernel:
    """What the descriptor of a kernel says, beyond its code."""

    function: Function
    parameters: list[kernel_params.KernelParameter]
    static_shared: int
    max_threads: int
    cluster: tuple[int, int, int] = (0, 0, 0)  # __cluster_dims__
    thread_axes: int = ALL_AXES  # in how many axes of a block its threads differ

    @property
    def name(self) -> str:
        return self.function.name


@dataclass(frozen=True)
class Variable:
    """A device variable that the host can find by `name`, which its source gives it."""

    name: str
    variable: GlobalVariable
    flags: int


@dataclass
class DeviceModule:
    """A module at SIMT level."""

    module: Module
    kernels: list[Kernel]
    variables: list[Variable]
    descriptors: dict[Function, GlobalVariable] = field(default_factory=dict)
    managed: bool = False  # whether the host half names some of the variables by their symbols


Observer = Callable[[str, Module], None]


def lower(
    module: Module,
    target: CpuTarget,
    module_id: str = "",
    rdc: bool = False,
    observe: Observer = lambda name, module: None,
    settle: bool = True,
) -> DeviceModule:
    """Lowers `module` in place.

    `rdc`: it holds the device code of all files. `observe` is called with a label after each pass.
    `settle`: reads behind barriers are settled (settle_reads.py).
    """
    module.triple, module.datalayout = target.triple, target.datalayout
    module.module_asm.clear()
    module.comdats.clear()
    kernels = [f for f in module.functions.values() if f.cc == KERNEL_CONVENTION and f.blocks]
    max_threads = {kernel: _max_threads(kernel) for kernel in kernels}
    name_kernels(module, kernels)
    cluster_dims = annotations.cluster_dims(module)
    variables = host_variables(module)
    for reference in texture_references(module):
        assert isinstance(reference, GlobalVariable)
        reference.initializer = const_int(I64, 0)  # until the host binds it
    shared_variables = shared.shared_variables(module)
    shared_with_host = managed.managed_variables(module)
    constant = {v for v in module.variables.values() if v.addrspace == CONSTANT_SPACE}
    for function in module.functions.values():
        function.cc = ""
    _drop_dead(module, kernels, variables)
    observe("drop-dead", module)

    collapse(module)
    observe("collapse-address-spaces", module)
    kernel_params.lower_byval(module, kernels)
    observe("lower-byval", module)
    attributes.clean_attributes(module)
    observe("clean-attributes", module)

    expand_shared_constants(module, shared_variables)
    if settle:
        settle_reads(module, shared_variables)
    reach = Reach(module)
    layout = shared.lay_out(shared_variables, kernels, reach)
    shared.replace_shared(module, shared_variables, layout)
    observe("place-shared", module)
    _lower_calls(module, layout.static_limit)
    lower_half_conversions(module, target)
    observe("lower-intrinsics", module)
    fuse.fuse(module)
    observe("fuse", module)
    _check_defined(module, reach, rdc)
    made = descriptors.make_descriptors(module, reach)
    observe("make-descriptors", module)

    _internalize(module)
    _drop_dead(module, kernels, variables)
    described = [
        Variable(
            v.name,
            v,
            (abi.VAR_CONSTANT if v in constant else 0)
            | (abi.VAR_MANAGED if v in shared_with_host else 0),
        )
        for v in variables
    ]
    _expose(module, shared_with_host, module_id, rdc)
    observe("internalize", module)
    reach = Reach(module)
    return DeviceModule(
        module,
        [
            Kernel(
                kernel,
                kernel_params.kernel_parameters(kernel),
                layout.static_bytes[kernel],
                max_threads[kernel],
                cluster_dims.get(kernel, (0, 0, 0)),
                thread_axes(reach.closure([kernel])),
            )
            for kernel in kernels
        ],
        described,
        {f: d for f, d in made.items() if d.name in module.variables},
        bool(shared_with_host),
    )


def keep_kernels(module: Module, names: Container[str]) -> None:
    """Makes the other kernels plain functions, which `lower` drops."""
    for function in module.functions.values():
        if function.name not in names:
            function.cc = ""


def _max_threads(kernel: Function) -> int:
    text = attributes.string_attribute(kernel.attrs, "nvvm.maxntid")
    if not text:
        return DEFAULT_MAX_THREADS
    product = 1
    for part in text.split(","):
        product *= int(part)
    return product


def host_variables(module: Module) -> list[GlobalVariable]:
    """Variables the host may name: those clang keeps for that, and every other with a name of
    its own that is not constant data of the compiler's."""
    references = texture_references(module)
    return [
        v
        for v in module.variables.values()
        if not v.name.startswith(("llvm.", "."))
        and v.initializer is not None
        and v.addrspace in (GLOBAL_SPACE, CONSTANT_SPACE)
        and (
            "externally_initialized" in v.prefix_text
            or v.linkage in ("", "external")
            or v in references
        )
    ]


def texture_references(module: Module) -> set[Value]:
    """Variables of type `texture` or `surface`: in device code an i64 each, without a value."""
    return {
        call.arguments[0]
        for name, function in module.functions.items()
        if name.startswith(TEXTURE_HANDLE)
        for call in function.users
        if isinstance(call, Instruction)
    }


def _expose(module: Module, variables: list[GlobalVariable], module_id: str, rdc: bool) -> None:
    """Gives managed variables the symbols by which the host half names them."""
    for variable in variables:
        if variable.name in module.variables:
            del module.variables[variable.name]
            variable.name = managed.shared_symbol(variable.name, module_id, rdc)
            variable.linkage, variable.prefix_text = "", "hidden"
            module.variables[variable.name] = variable


def _drop_dead(module: Module, kernels: list[Function], variables: list[GlobalVariable]) -> None:
    """Removes what neither kernels nor host-visible variables reach."""
    for name in [n for n in module.variables if n.startswith("llvm.")]:
        del module.variables[name]
    alive = reachable_globals(module, [*kernels, *variables])
    for name, function in list(module.functions.items()):
        if function not in alive:
            for inst in list(function.instructions()):
                inst.drop_operands()
            del module.functions[name]
    for name, variable in list(module.variables.items()):
        if variable not in alive:
            del module.variables[name]


def _lower_calls(module: Module, static_limit: int) -> None:
    for function in list(module.functions.values()):
        for inst in function.instructions():
            if inst.attrs.pop("syncscope", "") == "singlethread":
                inst.attrs["syncscope"] = "singlethread"
            if inst.op != "call" or inst.block is None:
                continue
            if isinstance(inst.callee, InlineAsm):
                ptx.lower(Emit(module, inst), inst)
            elif name := inst.callee_name:
                _lower_call(module, inst, name, static_limit)


def _lower_call(module: Module, call: Instruction, name: str, static_limit: int) -> None:
    short = name.removeprefix("llvm.nvvm.")
    e = Emit(module, call)
    if short == name:
        callee = call.callee
        assert isinstance(callee, Function)
        lowering = LIBRARY_CALLS.get(name) if callee.is_declaration else None
        if lowering is None:
            return
        result = lowering(e, call)
    elif short == "isspacep.shared":
        result = intrinsics.is_shared(e, call.arguments[0], static_limit)
    elif short == "isspacep.global":
        inside = intrinsics.is_shared(e, call.arguments[0], static_limit)
        result = e.binary("xor", inside, 1)
    else:
        found = _find_lowering(short)
        if found is None:
            raise unsupported(f"the GPU operation {short} is not supported", call)
        result = found(e, call)
    replace(call, result)


def _find_lowering(short: str) -> intrinsics.Lowering | None:
    """By full name, or without the type suffixes of an overloaded intrinsic."""
    while short:
        found = intrinsics.LOWERINGS.get(short)
        if found is not None:
            return found
        short, dot, _ = short.rpartition(".")
        if not dot:
            break
    return None


def replace(call: Instruction, result: Value | None) -> None:
    if call.users:
        assert result is not None, call.callee_name
        call.replace_all_uses_with(result)
    call.erase()


def _check_defined(module: Module, reach: Reach, rdc: bool) -> None:
    """Every device function must have a body now; a pure virtual one gets one that traps."""
    where = "any of the files that are linked" if rdc else "this file"
    hint = (
        "link the file that defines it as well; host functions cannot be called from device code"
        if rdc
        else "without -rdc=true device code is compiled one file at a time; host functions "
        "cannot be called from it at all"
    )
    taken = set(reach.address_taken)
    for function in list(module.functions.values()):
        if function.blocks or abi.is_runtime_or_intrinsic(function.name):
            continue
        calls = [u for u in function.users if isinstance(u, Instruction) and u.callee is function]
        if calls:
            raise unsupported(
                f"{demangle(function.name)} is called from device code but not defined in {where}",
                calls[0],
                hint,
            )
        if function in taken and function.name in LIBRARY_CALLS:
            block = Block("", function)
            function.blocks.append(block)
            end = block.append(Instruction("unreachable", VOID))
            e = Emit(module, end)
            e.sampan("sampan_trap", e.sampan("sampan.self"))
        elif function in taken:
            raise UnsupportedError(
                f"the address of {demangle(function.name)} is taken in device code, but it is not "
                f"defined in {where}"
            )
    for variable in module.variables.values():
        users = [u for u in variable.users if isinstance(u, Instruction)]
        if variable.initializer is None and users:
            raise unsupported(
                f"{demangle(variable.name)} is used in device code but not defined in {where}",
                users[0],
                hint,
            )


def _internalize(module: Module) -> None:
    """Nothing but the module descriptor is seen from outside. A variable that the host may write
    is not constant to LLVM, whatever the source says."""
    for function in module.functions.values():
        function.linkage = "internal" if function.blocks else ""
    for variable in module.variables.values():
        if "externally_initialized" in variable.prefix_text:
            variable.is_const = False
        variable.prefix_text = ""
        variable.comdat = ""
        variable.section = ""
        if variable.initializer is not None:
            variable.linkage = "internal"
