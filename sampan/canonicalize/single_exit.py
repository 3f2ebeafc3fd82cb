"""One return block; `unreachable` flows into it.

Requires: SIMT level. Establishes: exactly one `ret`, no `unreachable`. What ends in
`unreachable` follows a call that does not come back (trap, assert), so that the branch to the
return block is never taken; having it keeps post-dominance simple.
"""

from __future__ import annotations

from sampan.ir.core import Block, Function, Instruction, Poison, Value
from sampan.ir.edit import jump, remove_terminator
from sampan.ir.types import VOID


def run(function: Function, context: object = None) -> bool:
    ends = [b for b in function.blocks if b.terminator.op in ("ret", "unreachable")]
    returns = [b for b in ends if b.terminator.op == "ret"]
    if len(returns) == 1 and len(ends) == 1 and len(returns[0].instructions) >= 1:
        return False
    result = function.result_type
    exit_block = function.add_block("exit")
    phi: Instruction | None = None
    if result is not VOID:
        phi = exit_block.append(Instruction("phi", result))
    for block in ends:
        value: Value | None = None
        if block.terminator.op == "ret" and block.terminator.operands:
            value = block.terminator.operands[0]
        remove_terminator(block)
        jump(block, exit_block)
        if phi is not None:
            phi.add_incoming(value if value is not None else Poison(result), block)
    _return(exit_block, phi)
    return True


def _return(block: Block, phi: Instruction | None) -> None:
    if phi is not None and not phi.operands:
        phi.replace_all_uses_with(Poison(phi.type)) if phi.users else None
        phi.erase()
        phi = None
        assert block.function is not None
        block.append(Instruction("ret", VOID, [Poison(block.function.result_type)]))
        return
    block.append(Instruction("ret", VOID, [phi] if phi is not None else []))
