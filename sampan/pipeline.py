"""The device half of the compiler, stage by stage: LLVM IR of clang's in, an object file out.

read -> lower NVVM -> per kernel: vector code or lane code -> fill descriptors -> write -> LLVM
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from sampan import abi, codegen, config, debug_info, line_tables, remarks
from sampan.codegen import CpuTarget
from sampan.conventions import keep_results_in_registers
from sampan.diagnostics import SampanError
from sampan.dump import Dump
from sampan.fibre.alignment import check_alignment
from sampan.fibre.block_loop import make_block_entry, never_waits
from sampan.fibre.lower import SUFFIX as LANE_SUFFIX
from sampan.fibre.lower import lower_lanes
from sampan.frontend import calling_convention, fused, nvvm, weak_order
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.descriptors import fill_descriptor
from sampan.frontend.launched_shapes import LaunchedShapes
from sampan.frontend.metadata import strip_metadata
from sampan.frontend.nvvm import DeviceModule
from sampan.frontend.reach import Reach, reachable_globals
from sampan.interpret.module import interpreted_object
from sampan.ir.core import VARIABLE, Function, GlobalVariable, Module
from sampan.ir.reader import read_module
from sampan.ir.types import size_of
from sampan.ir.verify import verify
from sampan.ir.writer import write_module
from sampan.module_object import CompiledKernel, Variant, descriptor_text
from sampan.remarks import Remark
from sampan.simt_exit.module import device_code, device_object
from sampan.targets.spirv import Spirv
from sampan.targets.widths import GangPlan
from sampan.vector_forms import VectorForms, bug_warning, vectorize, vectorize_common
from sampan.vectorize import late
from sampan.vectorize.module import ModuleVectorizer

# What becomes of kernels: vector code where possible; lane code; lane code for a debugger, not
# optimised; none, as the interpreter runs them; code for OpenCL devices.
VECTOR, FIBRE, DEBUG, INTERP, OPENCL = "vector", "fibre", "debug", "interp", "opencl"
PATHS = (VECTOR, FIBRE, DEBUG, INTERP, OPENCL)
_NOT_VECTOR = {FIBRE: "the fibre path was asked for", DEBUG: "compiled for a debugger (-G)"}
# What the machine code may be left as, by the names that --emit has.
LLVM, ASSEMBLY, OBJECT, SPIRV = "llvm", "asm", "obj", "spirv"
EMITTERS: dict[str, Callable[[Any, CpuTarget, int], bytes]] = {
    LLVM: lambda module, target, level: str(module).encode(),
    ASSEMBLY: lambda module, target, level: codegen.emit_assembly(module, target, level).encode(),
    OBJECT: codegen.emit_object,
}


@dataclass(frozen=True)
class DeviceObject:
    """The machine code of one translation unit's device half, and how its kernels will run."""

    data: bytes
    kernels: list[CompiledKernel]
    warnings: list[str] = field(default_factory=list)
    remarks: tuple[Remark, ...] = ()


def compile_device(
    text: str,
    module_id: str,
    target: CpuTarget,
    path: str = VECTOR,
    dump: Dump | None = None,
    *,
    rdc: bool = False,
    only: Container[str] | None = None,
    block_shape: BlockShape | None = None,
    with_remarks: bool = False,
    form: str = OBJECT,
    lowered: DeviceModule | None = None,
    shapes: LaunchedShapes | None = None,
) -> DeviceObject:
    """Compiles the device IR that clang wrote. Raises CompileError for what is not supported.

    `rdc`: the text is that of all files of a program, merged (frontend.separate).
    `only`: the mangled names of the kernels to compile, instead of all.
    `block_shape`: threads of a block in x, y, z. The result is for such blocks only, in the one
    form that fits them, and launching it with others is an error that nobody notices.
    `form`: what `data` is, of EMITTERS; or SPIRV, whatever the path.
    `lowered`: what `lower_device` made of the text, if it has been called; it is used up.
    `shapes`: see `lower_to_code`.
    Where a bug of ours spoils the vector code, all is compiled for the fibre path, with a warning.
    """
    dump = dump or Dump(None)

    def make(path: str, lowered: DeviceModule | None = None) -> DeviceObject:
        with remarks.collecting(with_remarks):
            return _compile(
                text, module_id, target, path, dump, rdc, only, block_shape, form, lowered, shapes
            )

    return sparing_bugs(lambda path: make(path, lowered), make, path)


def sparing_bugs(
    make: Callable[[str], DeviceObject], again: Callable[[str], DeviceObject], path: str
) -> DeviceObject:
    """What `make` compiles for the path; what `again` does for FIBRE, and a warning, where a bug of
    ours spoils the vector code, unless the IR is to be verified."""
    try:
        return make(path)
    except SampanError:
        raise
    except Exception as error:
        if path != VECTOR or config.VERIFY.get():
            raise
        warning = bug_warning("vector code for a file", error, "its kernels run")
        device = again(FIBRE)
        return dataclasses.replace(device, warnings=[warning, *device.warnings], remarks=())


def _compile(
    text: str,
    module_id: str,
    target: CpuTarget,
    path: str,
    dump: Dump,
    rdc: bool,
    only: Container[str] | None,
    block_shape: BlockShape | None,
    form: str,
    lowered: DeviceModule | None = None,
    shapes: LaunchedShapes | None = None,
) -> DeviceObject:
    exit_to = Spirv() if path == OPENCL or form == SPIRV else None
    code = exit_to.code if exit_to else target
    settle = path != INTERP  # which shows races
    device = lowered or lower_device(text, module_id, code, dump, rdc=rdc, only=only, settle=settle)
    if path == INTERP:
        with dump.timed("write"):
            return DeviceObject(*interpreted_object(device, module_id, target))
    if exit_to:
        with dump.timed("simt-exit"):
            if form == SPIRV:
                return DeviceObject(device_code(device, exit_to, dump), [])
            return DeviceObject(*device_object(device, module_id, target, exit_to, dump))
    return compile_lowered(device, module_id, target, path, dump, block_shape, form, shapes=shapes)


def lower_device(
    text: str,
    module_id: str,
    target: CpuTarget,
    dump: Dump,
    *,
    rdc: bool = False,
    only: Container[str] | None = None,
    settle: bool = True,
) -> DeviceModule:
    """The first half of `compile_device`: the module at SIMT level. Raises CompileError.

    `settle`: see nvvm.lower."""

    def observe(label: str, module: Module) -> None:
        dump.stage(label, lambda: write_module(module))

    with dump.timed("read"):
        module = read_module(text)
    observe("read", module)
    if only is not None:
        nvvm.keep_kernels(module, only)
    with dump.timed("lower-nvvm"):
        device = nvvm.lower(module, target, module_id, rdc, observe, settle)
        if config.VERIFY.get():
            verify(module, "SIMT")
    return device


def compile_lowered(
    device: DeviceModule,
    module_id: str,
    target: CpuTarget,
    path: str,
    dump: Dump,
    block_shape: BlockShape | None = None,
    form: str = OBJECT,
    plan: GangPlan | None = None,
    shapes: LaunchedShapes | None = None,
) -> DeviceObject:
    """The second half: machine code for VECTOR, FIBRE or DEBUG, in a form of EMITTERS. Uses the
    module up. `plan`: the gangs of vector code, instead of those that fit best. `shapes`: as
    `lower_to_code` takes them."""
    code = lower_to_code(device, target, path, dump, block_shape, plan, shapes)
    with dump.timed("write"):
        written = write_module(device.module) + descriptor_text(
            module_id, code.kernels, device.variables, vector_bits=target.vector_bits
        )
    parsed = optimized(written, target, path, dump)
    level = optimizer_level(path)
    if dump.enabled:
        dump.stage("assembly", codegen.emit_assembly(parsed, target, level), "s")
    with dump.timed("llvm-emit"):
        data = EMITTERS[form](parsed, target, level)
    return DeviceObject(data, code.kernels, code.warnings, code.remarks)


@dataclass(frozen=True)
class LoweredCode:
    """What became of a module's kernels: the module holds their code, and no SIMT code any more."""

    kernels: list[CompiledKernel]
    warnings: list[str]
    remarks: tuple[Remark, ...]


def lower_to_code(
    device: DeviceModule,
    target: CpuTarget,
    path: str,
    dump: Dump,
    block_shape: BlockShape | None = None,
    plan: GangPlan | None = None,
    shapes: LaunchedShapes | None = None,
) -> LoweredCode:
    """Vector or lane code for VECTOR, FIBRE or DEBUG, ready to be written. `shapes`: what is known
    of launches, so that kernels get forms for common blocks beside those for any; None: they get
    none."""
    module = device.module

    def observe(label: str) -> None:
        dump.stage(label, lambda: write_module(module))

    warnings: list[str] = []
    forms: dict[Function, VectorForms] = {}
    with dump.timed("vectorize"):
        vectorizer = ModuleVectorizer(device, target.vectors, block_shape)
        # A function that is called by its address has one form for all blocks.
        common = None if device.descriptors else shapes
        for kernel in device.kernels:
            if path != VECTOR:
                made = VectorForms(reason=_NOT_VECTOR[path])
            elif common is None:
                made = vectorize(vectorizer, kernel, target, warnings, plan)
            else:
                made = vectorize_common(vectorizer, kernel, target, warnings, common)
            forms[kernel.function] = made
    if path == VECTOR:
        observe("vectorize")
    with dump.timed("lower-lanes"):
        kernels = _assemble(device, forms)
        if path == DEBUG:
            for function in list(module.functions.values()):
                if function.name.endswith(LANE_SUFFIX) and function.blocks:
                    check_alignment(function)
        keep_results_in_registers(module, target.triple)
    observe("lower-lanes")
    found = remarks.resolve(module)
    with dump.timed("write"):
        if path == DEBUG:
            debug_info.build(module)
            strip_metadata(module, frozenset({VARIABLE}))
        else:
            line_tables.build(module)
            strip_metadata(module)
        fused.run(module, target.vectors)
        weak_order.run(module, target)
        calling_convention.run(module, target)
    return LoweredCode(kernels, warnings, found)


def optimizer_level(path: str) -> int:
    """What LLVM is asked for."""
    return 0 if path == DEBUG else 2


def optimized(written: str, target: CpuTarget, path: str, dump: Dump) -> Any:
    """LLVM's module of the text, after its optimiser and the passes that follow it."""
    dump.stage("device", written)
    with dump.timed("llvm-optimize"):
        parsed = codegen.parse(written)
        codegen.optimize(parsed, target, optimizer_level(path))
    if path == VECTOR and target.vectors.mask_bits:
        with dump.timed("late"):
            read = read_module(str(parsed))
            late.run(read, target.vectors)
            parsed = codegen.parse(write_module(read))
    dump.stage("optimized", lambda: str(parsed))
    return parsed


def _assemble(device: DeviceModule, forms: dict[Function, VectorForms]) -> list[CompiledKernel]:
    """Makes the lane forms that are needed, fills descriptors, drops the SIMT originals."""
    module = device.module
    reach = Reach(module)
    fallback = [k for k in device.kernels if not forms[k.function].covers_every_block]
    roots = [k.function for k in fallback] + list(device.descriptors)
    needed = [f for f in reach.closure(roots) if f.blocks]
    for kernel in device.kernels:  # vector code may call lane forms through descriptors only
        assert forms[kernel.function].variants or kernel in fallback
    lanes = lower_lanes(module, needed, device.kernels)
    for function, descriptor in device.descriptors.items():
        slots = {0: lanes[function]}
        for form in forms.values():
            slots |= form.descriptor_slots.get(function, {})
        fill_descriptor(descriptor, slots)

    compiled = []
    entries: list[Function] = []
    for kernel in device.kernels:
        form = forms[kernel.function]
        variants = list(form.variants)
        entries += form.roots
        local_bytes = 0
        if kernel in fallback:
            reached = [lanes[f] for f in reach.closure([kernel.function]) if f in lanes]
            variant, entry = _lane_variant(
                module, kernel.function, lanes, reached, kernel.thread_axes
            )
            variants.append(variant)
            entries.append(entry)
            local_bytes = local_bytes_of(reached)
        compiled.append(CompiledKernel(kernel, variants, form.reason, local_bytes))
    _keep_only(module, [*entries, *(v.variable for v in device.variables)])
    return compiled


def _lane_variant(
    module: Module,
    kernel: Function,
    lanes: dict[Function, Function],
    reached: Sequence[Function],
    axes: int,
) -> tuple[Variant, Function]:
    lane = lanes[kernel]
    if never_waits(reached):
        entry = make_block_entry(module, kernel, lane, axes)
        return Variant(abi.BLOCK_VECTOR, 1, abi.ANY_BLOCK, 0, entry.name), entry
    return Variant(abi.LANE_FIBRE, 1, abi.ANY_BLOCK, 0, lane.name), lane


def local_bytes_of(reached: Sequence[Function]) -> int:
    """Private memory a thread needs for its variables, as cudaFuncGetAttributes reports it."""
    return sum(
        size_of(inst.attrs["allocated_type"])
        for function in reached
        for inst in function.instructions()
        if inst.op == "alloca"
    )


def _keep_only(module: Module, roots: Sequence[Function | GlobalVariable]) -> None:
    """Removes every function and variable that `roots` do not reach."""
    alive = reachable_globals(module, roots)
    dead = [f for f in module.functions.values() if f not in alive]
    for function in dead:
        for inst in function.instructions():
            inst.drop_operands()
        del module.functions[function.name]
    for name, variable in list(module.variables.items()):
        if variable not in alive:
            del module.variables[name]
