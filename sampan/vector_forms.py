"""A kernel's vector code: in which forms it is made, and which of them are kept."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from sampan import abi, config, remarks
from sampan.codegen import CpuTarget
from sampan.demangle import demangle
from sampan.diagnostics import SampanError
from sampan.frontend.launched_shapes import LaunchedShapes, common_shapes, has_other_shapes
from sampan.frontend.locations import span_of
from sampan.frontend.nvvm import Kernel
from sampan.ir.core import Function, Module
from sampan.module_object import Variant
from sampan.targets.widths import GangPlan, gang_plans, plans_for_shape
from sampan.vectorize.module import Form, ModuleVectorizer
from sampan.vectorize.refused import Refused


@dataclass
class VectorForms:
    """What the vectoriser made of one kernel: variants in order of preference, or a refusal.

    `descriptor_slots` are vector forms of address-taken functions: slot -> form.
    """

    variants: list[Variant] = field(default_factory=list)
    reason: str = ""  # why there is no variant for any block
    roots: list[Function] = field(default_factory=list)  # the functions that variants enter
    descriptor_slots: dict[Function, dict[int, Function]] = field(default_factory=dict)

    spoiled: bool = False  # by a bug of the vectoriser: no form of the kernel is to be used
    one_shape: bool = False  # the variants are for blocks of one known shape

    @property
    def covers_every_block(self) -> bool:
        """Every block that will be launched has a variant."""
        if self.one_shape:
            return bool(self.variants)
        return any(variant.condition == abi.ANY_BLOCK for variant in self.variants)


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
    least: bool = False,
    spoken_of: bool = True,
) -> VectorForms:
    """Vector forms of a kernel, or a refusal with its reason. A bug of the vectoriser becomes a
    refusal and a warning, unless the IR is to be verified. `asked`: the one form to make, where
    the shape of blocks is known. `least`: of forms for any block, only the one that serves all.
    `spoken_of`: whether remarks are about these forms."""
    result = VectorForms()
    result.one_shape = vectorizer.block_shape is not None
    plans = [asked] if asked else _plans(vectorizer, kernel, target)
    if least:
        del plans[:-1]
    forms: list[Form] = []
    place = kernel.function.metadata.get("dbg", "")
    while plans:
        plan = plans.pop(0)
        with remarks.about(kernel.function, preferred=spoken_of and not forms):
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
                reason = f"a bug in Sampan ({type(error).__name__})"
                return VectorForms(reason=reason, spoiled=True)
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


def vectorize_common(
    vectorizer: ModuleVectorizer,
    kernel: Kernel,
    target: CpuTarget,
    warnings: list[str],
    launched: LaunchedShapes,
) -> VectorForms:
    """Forms for the shapes of blocks that are common (launched_shapes.py), and for any block: those
    that `vectorize` makes, or one alone where other blocks than the common ones are unlikely."""
    result = VectorForms()
    for shape in common_shapes(kernel, launched):
        spoken_of = not result.variants
        one = vectorizer.for_shape(shape)
        special = vectorize(one, kernel, target, warnings, spoken_of=spoken_of)
        if special.spoiled:
            return dataclasses.replace(special, one_shape=False)
        result.variants += [
            dataclasses.replace(variant, condition=abi.BLOCK_SHAPE, block=shape)
            for variant in special.variants
        ]
        result.roots += special.roots
    least = bool(result.variants) and not has_other_shapes(kernel, launched)
    spoken_of = not result.variants
    general = vectorize(vectorizer, kernel, target, warnings, least=least, spoken_of=spoken_of)
    if general.spoiled:
        return general
    result.variants += general.variants
    result.roots += general.roots
    result.reason = general.reason
    result.descriptor_slots = general.descriptor_slots
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
