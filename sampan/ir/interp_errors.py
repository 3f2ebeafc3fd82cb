"""What ends a kernel in the interpreter before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampan.ir.core import Instruction
    from sampan.ir.interp_schedule import Thread


class KernelError(Exception):
    """The program did something that ends a kernel. `instruction` did it, where that is known."""

    instruction: Instruction | None = None


class MemoryFault(KernelError):
    """An access outside of every living object."""


class DeviceTrap(KernelError):
    """__trap()."""


class DeviceAssert(KernelError):
    """A failed assert. `details`: message, file, line, function and the thread that failed."""

    details: tuple[str, str, int, str, Thread] | None = None


class StackOverflow(KernelError):
    """Calls are nested too deeply."""


class Unreachable(KernelError):
    """Control reached an `unreachable` instruction."""
