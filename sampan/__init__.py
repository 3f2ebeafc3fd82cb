"""Runs CUDA programs and kernels on CPUs.

    import numpy as np, sampan

    double = sampan.RawKernel(r'''
    extern "C" __global__ void twice(float *x, int n) {
      int i = blockIdx.x * blockDim.x + threadIdx.x;
      if (i < n) x[i] *= 2;
    }''', "twice")
    x = np.arange(1000, dtype=np.float32)
    double((4,), (256,), (x, x.size))

Names are loaded when they are first used: importing the package costs next to nothing.
`%load_ext sampan` makes the cell magic `%%cuda` known in IPython and Jupyter. See docs/python.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sampan.python.errors import (
        ArgumentError,
        CompileError,
        CompileWarning,
        ConfigurationError,
        KernelError,
        LaunchError,
        MissingToolError,
        NameNotFoundError,
        SampanError,
        UnsupportedError,
        UsageError,
    )
    from sampan.python.kernel import Kernel, KernelParameter, RawKernel, RawModule
    from sampan.python.streams import Event, Stream, synchronize

__all__ = [
    "ArgumentError",
    "CompileError",
    "CompileWarning",
    "ConfigurationError",
    "Event",
    "Kernel",
    "KernelError",
    "KernelParameter",
    "LaunchError",
    "MissingToolError",
    "NameNotFoundError",
    "RawKernel",
    "RawModule",
    "SampanError",
    "Stream",
    "UnsupportedError",
    "UsageError",
    "synchronize",
]

_HOME = {
    "Event": "streams",
    "Kernel": "kernel",
    "KernelParameter": "kernel",
    "RawKernel": "kernel",
    "RawModule": "kernel",
    "Stream": "streams",
    "synchronize": "streams",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'sampan' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"sampan.python.{_HOME.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext sampan` calls: makes `%%cuda` known."""
    from sampan.python.magic import register

    register(shell)
