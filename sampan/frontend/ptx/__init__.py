"""Inline PTX: parsed, and lowered to the SIMT level statement by statement.

`parse` makes statements of an asm template, `machine` holds the registers while they are lowered,
and the other files hold the instructions, by kind; each adds its own to `machine.OPCODES`. What an
instruction does follows the public PTX ISA reference. Whatever is not known is an error that quotes
the statement.
"""

from __future__ import annotations

from sampan.frontend.emit import Emit
from sampan.frontend.ptx import cluster, convert, floating, integer, logic, matrix, memory, warp
from sampan.frontend.ptx.machine import lower_asm
from sampan.ir.core import Instruction

for _part in (cluster, convert, floating, integer, logic, matrix, memory, warp):
    _part.register()


def lower(e: Emit, call: Instruction) -> None:
    """Replaces a call of inline assembly; UnsupportedError names the statement and its line."""
    lower_asm(e, call)


__all__ = ["lower"]
