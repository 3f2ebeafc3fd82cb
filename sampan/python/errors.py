"""What can go wrong when Python launches kernels, as exceptions under `sampan.SampanError`.

SampanError
├── CompileError                  the source does not compile; the compiler's words, with lines
│   └── UnsupportedError          it is CUDA that Sampan does not support (yet)
├── UsageError                    an option or a knob makes no sense
├── MissingToolError              the machine lacks something
├── NameNotFoundError             the module has no kernel or variable of that name
├── LaunchError                   a launch was refused; nothing ran
│   ├── ArgumentError             also a TypeError: an argument does not fit its parameter
│   └── ConfigurationError        also a ValueError: grid, block, shared memory
└── KernelError                   also a RuntimeError: the kernel ran and failed
"""

from __future__ import annotations

from sampan.diagnostics import CompileError, MissingToolError, SampanError, UsageError
from sampan.diagnostics import UnsupportedError as UnsupportedError

__all__ = [
    "ArgumentError",
    "CompileError",
    "CompileWarning",
    "ConfigurationError",
    "KernelError",
    "LaunchError",
    "MissingToolError",
    "NameNotFoundError",
    "SampanError",
    "UnsupportedError",
    "UsageError",
]


class CompileWarning(UserWarning):
    """What the compiler warns of in a kernel's source."""


class NameNotFoundError(SampanError, LookupError):
    """The module has no kernel or variable of that name. The message lists those it has."""


class LaunchError(SampanError):
    """A launch was refused: no thread of it ran."""


class ArgumentError(LaunchError, TypeError):
    """An argument of a launch does not fit the kernel's parameter, or their number differs."""


class ConfigurationError(LaunchError, ValueError):
    """The grid, the block or the amount of dynamic shared memory is not possible."""


class KernelError(SampanError, RuntimeError):
    """A kernel failed while it ran. What it had written until then stays written.

    `code` is CUDA's error code and `name` its name, such as cudaErrorIllegalAddress.
    """

    def __init__(self, message: str, *, code: int = 0, name: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.name = name
