"""CuPy's RawKernel and RawModule, by Sampan's."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import sampan
from sampan.cupy_subset.arrays import MemoryPointer


def _arguments(args: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(ctypes.c_void_p(a.ptr) if isinstance(a, MemoryPointer) else a for a in args)


class Function:
    """A kernel of a RawModule."""

    def __init__(self, kernel: sampan.Kernel | sampan.RawKernel) -> None:
        object.__setattr__(self, "_kernel", kernel)

    def __call__(
        self, grid: Any, block: Any, args: Sequence[Any], *, shared_mem: int = 0, **more: Any
    ) -> None:
        from sampan.cupy_subset import cuda

        stream = more.pop("stream", None) or cuda.current_sampan_stream()
        self._kernel(grid, block, _arguments(args), shared_mem, stream=stream, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_kernel"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._kernel, name, value)


class RawKernel(Function):
    """One kernel. What concerns NVIDIA's compilers alone (`backend`, `jitify`) has no effect."""

    def __init__(
        self,
        code: str,
        name: str,
        options: Sequence[str] = (),
        backend: str = "nvrtc",
        *,
        translate_cucomplex: bool = False,
        enable_cooperative_groups: bool = False,
        jitify: bool = False,
    ) -> None:
        kernel = sampan.RawKernel(
            code, name, tuple(options), enable_cooperative_groups=enable_cooperative_groups
        )
        super().__init__(kernel)


class RawModule:
    """A module. `path`, which names a PTX or cubin file, is not possible: that is NVIDIA's code."""

    def __init__(
        self,
        *,
        code: str | None = None,
        path: str | None = None,
        options: Sequence[str] = (),
        backend: str = "nvrtc",
        translate_cucomplex: bool = False,
        enable_cooperative_groups: bool = False,
        name_expressions: Sequence[str] | None = None,
        jitify: bool = False,
    ) -> None:
        if code is None or path is not None:
            raise sampan.UsageError(
                f"RawModule(path={path!r}) wants a compiled file, which Sampan cannot run",
                hint="give the source: RawModule(code=...)",
            )
        self._module = sampan.RawModule(
            code,
            options=tuple(options),
            name_expressions=name_expressions,
            enable_cooperative_groups=enable_cooperative_groups,
        )

    def get_function(self, name: str) -> Function:
        return Function(self._module.get_function(name))

    def get_global(self, name: str) -> MemoryPointer:
        array = self._module.get_global(name)
        return MemoryPointer(array.__array_interface__["data"][0], array.nbytes, array)

    def compile(self, log_stream: Any = None) -> None:
        self._module.compile()
