"""The device half of the compiler, stage by stage: LLVM IR of clang's in, an object file out.

read -> lower NVVM -> per kernel: vector code or lane code -> fill descriptors -> write -> LLVM
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from sampan import abi, codegen, config, debug_info, line_tables, remarks
from sampan.codegen import CpuTarget
from sampan.conventions import keep_results_in_registers
from sampan.demangle import demangle
from sampan.diagnostics import SampanError
from sampan.dump import Dump
from sampan.fibre.alignment import check_alignment
from sampan.fibre.block_loop import make_block_entry, never_waits
from sampan.fibre.lower import SUFFIX as LANE_SUFFIX
from sampan.fibre.lower import lower_lanes
from sampan.frontend import calling_convention, nvvm, weak_order
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.descriptors import fill_descriptor
from sampan.frontend.locations import span_of
from sampan.frontend.metadata import strip_metadata
from sampan.frontend.nvvm import DeviceModule, Kernel
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
from sampan.targets.widths import GangPlan, gang_plans, plans_for_shape
from sampan.vectorize import late
from sampan.vectorize.module import Form, ModuleVectorizer
from sampan.vectorize.refused import Refused

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


@dataclass
class VectorForms:
    """What the vectoriser made of one kernel: variants in order of preference, or a refusal.

    `descriptor_slots` are vector forms of address-taken functions: slot -> form.
    """

    variants: list[Variant] = field(default_factory=list)
    reason: str = ""  # why there is no variant for any block
    roots: list[Function] = field(default_factory=list)  # the functions that variants enter
    descriptor_slots: dict[Function, dict[int, Function]] = field(default_factory=dict)

    one_shape: bool = False  # the variants are for blocks of one known shape

    @property
    def covers_every_block(self) -> bool:
        """Every block that will be launched has a variant."""
        if self.one_shape:
            return bool(self.variants)
        return any(variant.condition == abi.ANY_BLOCK for variant in self.variants)


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
) -> DeviceObject:
    """Compiles the device IR that clang wrote. Raises CompileError for what is not supported.

    `rdc`: the text is that of all files of a program, merged (frontend.separate).
    `only`: the mangled names of the kernels to compile, instead of all.
    `block_shape`: threads of a block in x, y, z. The result is for such blocks only, in the one
    form that fits them, and launching it with others is an error that nobody notices.
    `form`: what `data` is, of EMITTERS; or SPIRV, whatever the path.
    `lowered`: what `lower_device` made of the text, if it has been called; it is used up.
    Where a bug of ours spoils the vector code, all is compiled for the fibre path, with a warning.
    """
    dump = dump or Dump(None)
    try:
        with remarks.collecting(with_remarks):
            return _compile(
                text, module_id, target, path, dump, rdc, only, block_shape, form, lowered
            )
    except SampanError:
        raise
    except Exception as error:
        if path != VECTOR or config.VERIFY.get():
            raise
        warning = bug_warning("vector code for a file", error, "its kernels run")
        device = _compile(text, module_id, target, FIBRE, Dump(None), rdc, only, block_shape, form)
        return DeviceObject(device.data, device.kernels, [warning])


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
    return compile_lowered(device, module_id, target, path, dump, block_shape, form)


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
) -> DeviceObject:
    """The second half: machine code for VECTOR, FIBRE or DEBUG, in a form of EMITTERS. Uses the
    module up. `plan`: the gangs of vector code, instead of those that fit best."""
    module = device.module
    level = 0 if path == DEBUG else 2

    def observe(label: str) -> None:
        dump.stage(label, lambda: write_module(module))

    warnings: list[str] = []
    forms: dict[Function, VectorForms] = {}
    with dump.timed("vectorize"):
        vectorizer = ModuleVectorizer(device, target.vectors, block_shape)
        for kernel in device.kernels:
            forms[kernel.function] = (
                vectorize(vectorizer, kernel, target, warnings, plan)
                if path == VECTOR
                else VectorForms(reason=_NOT_VECTOR[path])
            )
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
        weak_order.run(module, target)
        calling_convention.run(module, target)
        written = write_module(module) + descriptor_text(
            module_id, kernels, device.variables, vector_bits=target.vector_bits
        )
    dump.stage("device", written)
    with dump.timed("llvm-optimize"):
        parsed = codegen.parse(written)
        codegen.optimize(parsed, target, level)
    if path == VECTOR and target.vectors.mask_bits:
        with dump.timed("late"):
            optimized = read_module(str(parsed))
            late.run(optimized, target.vectors)
            parsed = codegen.parse(write_module(optimized))
    dump.stage("optimized", lambda: str(parsed))
    if dump.enabled:
        dump.stage("assembly", codegen.emit_assembly(parsed, target, level), "s")
    with dump.timed("llvm-emit"):
        data = EMITTERS[form](parsed, target, level)
    return DeviceObject(data, kernels, warnings, found)


def bug_warning(what: str, error: Exception, consequence: str) -> str:
    """What the user reads where the vectoriser fails as it never should."""
    brief = f"{type(error).__name__}: {error}".split("\n")[0][:200]
    return (
        f"sampan: warning: {what} could not be made: {brief}\n"
        f"This is a bug in Sampan, not in your program; {consequence} thread by thread instead, "
        "right but slow. Please report it; SAMPAN_VERIFY=1 stops there and shows the details."
    )


def vectorize(
    vectorizer: ModuleVectorizer,
    kernel: Kernel,
    target: CpuTarget,
    warnings: list[str],
    asked: GangPlan | None = None,
) -> VectorForms:
    """Vector forms of a kernel, or a refusal with its reason. A bug of the vectoriser becomes a
    refusal and a warning, unless the IR is to be verified. `asked`: the one form to make, where
    the shape of blocks is known."""
    result = VectorForms()
    result.one_shape = vectorizer.block_shape is not None
    plans = [asked] if asked else _plans(vectorizer, kernel, target)
    forms: list[Form] = []
    place = kernel.function.metadata.get("dbg", "")
    while plans:
        plan = plans.pop(0)
        with remarks.about(kernel.function, preferred=not forms):
            try:
                form = vectorizer.vectorize(kernel, plan.width, plan.rows)
            except Refused as refusal:
                result.reason = describe_refusal(refusal, vectorizer.device.module)
                message = f"not vector code, but a thread at a time: {refusal.reason}"
                remarks.note("fallback", message, refusal.instruction or place)
                if refusal.branch is not None:
                    remarks.note("fallback", "the paths part here", refusal.branch)
                break
            except SampanError:
                raise
            except Exception as error:
                if config.VERIFY.get():
                    raise
                name = demangle(kernel.name)
                warnings.append(bug_warning(f"vector code for kernel {name}", error, "it runs"))
                return VectorForms(reason=f"a bug in Sampan ({type(error).__name__})")
            remarks.note("vectorized", f"vector code: {plan.width} threads at a time", place)
        forms.append(form)
        if result.one_shape and form.spilled and not plans and not asked:
            made = {(form.width, form.rows) for form in forms}
            narrow = _plans(vectorizer, kernel, target, narrow=True)
            plans = [plan for plan in narrow if (plan.width, plan.rows) not in made]
    if result.one_shape and not result.reason:
        forms = [min(forms, key=lambda form: form.cost)]  # of two alike the first
    elif len(forms) > 2 and forms[1].cost < forms[0].cost:
        del forms[0]  # the next one serves its blocks
    for form in forms:
        condition = form.rows.condition
        result.variants.append(
            Variant(form.kind, form.width, condition, form.scratch_per_gang, form.entry.name)
        )
        result.roots.append(form.entry)
    for (function, width, uniform), form in vectorizer.functions.items():
        if uniform:  # not what a pointer to the function reaches
            continue
        result.descriptor_slots.setdefault(function, {})[width.bit_length() - 1] = form
    return result


def _plans(
    vectorizer: ModuleVectorizer, kernel: Kernel, target: CpuTarget, narrow: bool = False
) -> list[GangPlan]:
    warp_wide, shape = vectorizer.is_warp_wide(kernel), vectorizer.block_shape
    if shape is None:
        return gang_plans(target.vectors, warp_wide)
    return plans_for_shape(target.vectors, warp_wide, shape, kernel.thread_axes, narrow)


def describe_refusal(refusal: Refused, module: Module) -> str:
    """The reason with its source line, as --stats shows it."""
    if refusal.instruction is None:
        return refusal.reason
    span = span_of(module, refusal.instruction)
    if not span:
        return refusal.reason
    parting = span_of(module, refusal.branch) if refusal.branch is not None else None
    where = f"{span}, parted at {parting}" if parting else f"{span}"
    return f"{refusal.reason} ({where})"


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
