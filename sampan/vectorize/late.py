"""What targets change after LLVM's optimiser, which would undo it: how masks are represented, and
single instructions (`VectorHooks.replace`)."""

from __future__ import annotations

from sampan.ir.builder import Builder
from sampan.ir.core import Module
from sampan.ir.types import VectorType
from sampan.targets.base import VectorHooks
from sampan.vectorize import wide_masks


def run(module: Module, hooks: VectorHooks) -> None:
    for function in module.functions.values():
        for inst in list(function.instructions()):
            if isinstance(inst.type, VectorType):
                new = hooks.replace(Builder.ahead_of(inst), inst)
                if new is not None:
                    inst.replace_all_uses_with(new)
                    inst.erase()
    wide_masks.run(module, hooks.mask_bits)
