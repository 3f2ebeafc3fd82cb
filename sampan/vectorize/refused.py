"""The vectoriser's way to say that a function takes the lane-fibre path, and why."""

from __future__ import annotations

from sampan.ir.core import Instruction


class Refused(Exception):
    """`reason` is one clause a user can read; `instruction` is where, if it is one place; `branch`
    is where the threads part on the way there, if that is why."""

    def __init__(
        self,
        reason: str,
        instruction: Instruction | None = None,
        branch: Instruction | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.instruction = instruction
        self.branch = branch
