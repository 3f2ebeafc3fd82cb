"""Removes instructions whose results nobody uses.

Requires: SIMT level. Establishes: every instruction has a user or an effect (cycles of phis that
only feed each other stay).
"""

from __future__ import annotations

from sampan.ir.core import BINARY, CASTS, Function, Instruction

_PURE = (
    BINARY
    | CASTS
    | frozenset(
        "fneg freeze icmp fcmp select phi getelementptr extractvalue insertvalue extractelement "
        "insertelement shufflevector alloca".split()
    )
)
_PURE_CALLS = tuple(
    f"sampan.{name}" for name in ("tid.", "ctaid.", "ntid.", "nctaid.", "cluster.", "laneid")
)


def run(function: Function, context: object = None) -> bool:
    work = [inst for inst in function.instructions() if is_dead(inst)]
    dead: set[Instruction] = set()
    while work:
        inst = work.pop()
        if inst in dead:
            continue
        dead.add(inst)
        operands = list(inst.operands)
        inst.drop_operands()
        work += [o for o in operands if isinstance(o, Instruction) and is_dead(o)]
    if not dead:
        return False
    for block in function.blocks:
        block.instructions = [inst for inst in block.instructions if inst not in dead]
    for inst in dead:
        inst.block = None
    return True


def is_dead(inst: Instruction) -> bool:
    return not inst.users and not has_effect(inst)


def has_effect(inst: Instruction) -> bool:
    """Whether the instruction does more than compute its result."""
    if inst.op == "load":
        return bool(inst.attrs.get("volatile") or inst.attrs.get("ordering"))
    if inst.op == "call":
        name = inst.callee_name
        if name.startswith(_PURE_CALLS):
            return False
        callee = inst.callee  # of an indirect call, any value
        words = inst.attrs.get("fn_attrs", "") + " "
        words += callee.attrs if isinstance(callee, Function) else ""
        pure = "memory(none)" in words and "willreturn" in words and "nounwind" in words
        return not (pure and name.startswith("llvm."))
    return inst.op not in _PURE
