"""What holds at the LINEAR, WARP and BLOCK levels, checked where SAMPAN_VERIFY asks for it.

These levels need to know shapes, so they are functions of their own beside `ir.verify`.
"""

from __future__ import annotations

from sampan import config
from sampan.ir.core import Function, Instruction
from sampan.ir.errors import IRError
from sampan.ir.types import I1
from sampan.ir.verify import verify
from sampan.simt.divergence import Divergence
from sampan.vectorize.masks import Masks


def canonical(function: Function) -> None:
    if config.VERIFY.get():
        verify(function, "CANONICAL")


def linear(function: Function, divergence: Divergence, masks: Masks) -> None:
    """No branch on a varying condition; every block has a mask that its uses may read."""
    if not config.VERIFY.get():
        return
    verify(function, "LINEAR")
    for block in function.blocks:
        terminator = block.terminator
        if terminator.operands and terminator.op == "br":
            if not divergence.is_uniform(terminator.operands[0]):
                raise IRError(f"{function.name}: block {block.name} branches on a varying value")
        mask = masks.of.get(block)
        if mask is None or mask.type is not I1:
            raise IRError(f"{function.name}: block {block.name} has no mask")


def warp(function: Function) -> None:
    """Sound SSA; nothing that tells single lanes apart is left but the gang's place."""
    if not config.VERIFY.get():
        return
    verify(function, "WARP")
    for inst in function.instructions():
        name = inst.callee_name
        if name.startswith("sampan.") and not name.startswith(_OF_GANGS):
            raise IRError(f"{function.name}: {name} is left at the WARP level")


def block(function: Function) -> None:
    """Sound SSA; no intrinsic of Sampan's is left."""
    if not config.VERIFY.get():
        return
    verify(function, "BLOCK")
    left = [i for i in function.instructions() if _is_intrinsic(i)]
    if left:
        raise IRError(f"{function.name}: {left[0].callee_name} is left at the BLOCK level")


def _is_intrinsic(inst: Instruction) -> bool:
    return inst.callee_name.startswith("sampan.")


_OF_GANGS = (
    "sampan.gang.",
    "sampan.block.",
    "sampan.ctaid.",
    "sampan.ntid.",
    "sampan.nctaid.",
    "sampan.cluster.",
    "sampan.shared.base",
    "sampan.dynamic.",
    "sampan.self",
)
