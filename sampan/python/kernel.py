"""Kernels as Python callables, in CuPy's shape: `kernel(grid, block, args, shared_mem=0)`."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampan.frontend.signatures import KernelSignature
from sampan.python import layout, runtime, streams
from sampan.python.arguments import Packer, declaration
from sampan.python.errors import ConfigurationError
from sampan.python.launches import Extents, extents, shape_bytes
from sampan.python.module import Unit, unit_of
from sampan.python.streams import Launch, Stream

_MAX_DYNAMIC_SHARED = 8  # cudaFuncAttributeMaxDynamicSharedMemorySize
_PREPARED = 256  # launch shapes that a kernel remembers


@dataclass(frozen=True)
class KernelParameter:
    """A parameter of a kernel: its C++ `type`, the NumPy `dtype` of what goes there (of the
    elements, if it is a pointer; None where NumPy has none), and whether it is a pointer through
    which the kernel may write."""

    name: str
    type: str
    dtype: np.dtype[Any] | None
    is_pointer: bool
    writes: bool

    def __str__(self) -> str:
        """As C++ declares it."""
        return declaration(self.type, self.name)


class Kernel:
    """A kernel of a module.

    Calling it launches a grid and waits for its end:

        kernel(grid, block, args, shared_mem=0)

    `grid` and `block`: a tuple of one to three integers, x first. `args`: a tuple with one value
    for each parameter. Pointers take NumPy arrays, or arrays of other libraries in the CPU's memory
    (by `__array_interface__`, `__cuda_array_interface__`, DLPack or the buffer protocol), of the
    dtype that the pointer says, C-contiguous, and writable if the kernel may write there; they are
    never copied. None is a null pointer. Numbers are converted to the parameter's type, if it can
    hold them; classes passed by value take structured scalars. `shared_mem`: bytes of dynamic
    shared memory. `stream`: where to launch without waiting (default: the stream of an enclosing
    `with`).

    Raises ArgumentError, ConfigurationError, CompileError, and KernelError if the kernel fails.
    The GIL is released while it runs. Any thread may call it.
    """

    def __init__(self, unit: Unit, signature: KernelSignature, cooperative: bool = False) -> None:
        self._unit = unit
        self._cooperative = cooperative
        self._signature = signature
        self._packer = Packer(signature)
        self._max_dynamic: int | None = None
        self._lock = threading.Lock()
        # (grid, block, shared_mem) as they were given -> the kernel's handle, the packed shape
        self._prepared: dict[Any, tuple[int, bytes]] = {}
        self._run = runtime.library().sampan_embed_run

    def __call__(
        self,
        grid: Extents,
        block: Extents,
        args: Sequence[Any],
        shared_mem: int = 0,
        *,
        stream: Stream | None = None,
    ) -> None:
        try:
            prepared = self._prepared.get((grid, block, shared_mem))
        except TypeError:  # lists cannot be looked up
            prepared = None
        if prepared is None:
            prepared = self._prepare(grid, block, shared_mem)
        keep: list[object] = []
        packed = self._packer.pack(args, keep)
        handle, shape = prepared
        if stream is None:
            stream = streams.current()
        if stream is not None:
            self._start(handle, shape, packed, stream, [args, keep])
            return
        unfinished = ctypes.c_void_p()
        code = self._run(handle, shape, packed, streams.default_handle(), unfinished)
        if code == runtime.UNFINISHED:
            code = runtime.finish(unfinished.value)
        failure = runtime.launch_failure(code, self.name) if code else None
        if self._signature.prints:
            runtime.show_output()
        if failure is not None:
            raise failure

    def _prepare(self, grid: Any, block: Any, shared_mem: Any) -> tuple[int, bytes]:
        name = self.name
        blocks, threads = extents(grid, "grid", name), extents(block, "block", name)
        try:
            shared = int(shared_mem.__index__())
        except AttributeError:
            raise ConfigurationError(
                f"{name}: shared_mem={shared_mem!r} is not a number of bytes"
            ) from None
        # First what needs no compiling: the general limits.
        most = runtime.limits()
        shape_bytes(name, blocks, threads, shared, most.block_threads, most.shared_optin)
        handle = self._unit.for_launch(self._signature, blocks, threads)
        description = _describe(handle)
        room = self._room(description)
        shape = shape_bytes(
            name, blocks, threads, shared, description.max_threads, room, self._cooperative
        )
        with self._lock:
            if self._max_dynamic is not None:
                _allow_shared(handle, self._max_dynamic)
            if len(self._prepared) >= _PREPARED:
                self._prepared.clear()
            prepared = (handle, shape)
            try:
                self._prepared[(grid, block, shared_mem)] = prepared
            except TypeError:
                pass
        return prepared

    def _start(
        self, handle: int, shape: bytes, packed: bytes, stream: Stream, keep: object
    ) -> None:
        launch = ctypes.c_void_p()
        code = runtime.library().sampan_embed_start(
            handle, shape, packed, stream.handle, ctypes.byref(launch)
        )
        if code:
            raise runtime.launch_failure(code, self.name)
        stream._add(Launch(launch.value or 0, self.name, self._signature.prints, keep))

    # -- what is known of it -----------------------------------------------------------------------

    @property
    def name(self) -> str:
        """As C++ writes it."""
        return self._signature.source_name

    @property
    def mangled_name(self) -> str:
        return self._signature.name

    @property
    def parameters(self) -> tuple[KernelParameter, ...]:
        """What it takes, in order."""
        result = []
        for parameter in self._signature.parameters:
            pointer = parameter.type.kind == "pointer"
            held = parameter.type.element if pointer else parameter.type
            dtype = layout.dtype_of(held) if held is not None and held.kind != "void" else None
            result.append(
                KernelParameter(
                    parameter.name, parameter.type.name, dtype, pointer, parameter.writes
                )
            )
        return tuple(result)

    @property
    def attributes(self) -> dict[str, int]:
        """What CuPy calls so, as far as it is true here: sizes in bytes and limits."""
        described = self._general()
        return {
            "max_threads_per_block": int(described.max_threads),
            "shared_size_bytes": int(described.static_shared),
            "const_size_bytes": int(described.constant_bytes),
            "max_dynamic_shared_size_bytes": self._room(described),
        }

    @property
    def max_threads_per_block(self) -> int:
        """1024, or what the kernel's __launch_bounds__ say."""
        return self.attributes["max_threads_per_block"]

    @property
    def shared_size_bytes(self) -> int:
        """Bytes of static shared memory."""
        return self.attributes["shared_size_bytes"]

    @property
    def const_size_bytes(self) -> int:
        """Bytes of the module's __constant__ variables."""
        return self.attributes["const_size_bytes"]

    @property
    def max_dynamic_shared_size_bytes(self) -> int:
        """How many bytes of dynamic shared memory a launch may ask for. Can be set."""
        return self.attributes["max_dynamic_shared_size_bytes"]

    @max_dynamic_shared_size_bytes.setter
    def max_dynamic_shared_size_bytes(self, size: int) -> None:
        static, most = self.shared_size_bytes, runtime.limits().shared_optin
        if not 0 <= size <= most - static:
            raise ConfigurationError(
                f"{self.name}: {size} bytes of dynamic shared memory beside {static} static ones; "
                f"the limit is {most} together"
            )
        with self._lock:
            self._max_dynamic = size
            self._prepared.clear()

    @property
    def vectorized(self) -> bool:
        """Whether it runs as vector code; `fallback_reason` says why not."""
        return bool(self._general().vector)

    @property
    def fallback_reason(self) -> str:
        """Why it does not run as vector code; empty if it does."""
        return (self._general().reason or b"").decode("utf-8", "replace")

    def _general(self) -> runtime.KernelDescription:
        return _describe(self._unit.general().kernel(self._signature.name))

    def _room(self, described: runtime.KernelDescription) -> int:
        if self._max_dynamic is not None:
            return self._max_dynamic
        return int(max(0, runtime.limits().shared_default - described.static_shared))

    def __repr__(self) -> str:
        parameters = ", ".join(map(str, self.parameters))
        return f"<sampan.Kernel {self.name}({parameters})>"


def _describe(handle: int) -> runtime.KernelDescription:
    description = runtime.KernelDescription()
    runtime.library().sampan_embed_describe(handle, ctypes.byref(description))
    return description


def _allow_shared(handle: int, size: int) -> None:
    runtime.check(
        runtime.library().cudaFuncSetAttribute(handle, _MAX_DYNAMIC_SHARED, size),
        f"{size} bytes of dynamic shared memory are not possible",
    )


class RawModule:
    """CUDA C++ source with any number of kernels and device variables, as CuPy's RawModule.

    `code`: the source. Functions for the host may be in it; they are not compiled. `options`: a
    tuple in the spelling of nvcc and NVRTC, such as ("-std=c++17", "-DN=4", "-use_fast_math").
    `name_expressions`: what to instantiate of templates, such as ("scale<float>",
    "ns::fill<double, 3>"); `get_function` and `get_global` take the same text.
    `enable_cooperative_groups`: launches are cooperative, so that blocks may wait for each other by
    grid.sync().

    It is compiled when it is first needed. Modules of the same text, options and name expressions
    are one, device variables included.
    """

    def __init__(
        self,
        code: str,
        *,
        options: Sequence[str] = (),
        name_expressions: Sequence[str] | None = None,
        enable_cooperative_groups: bool = False,
        label: str = "RawModule.cu",
    ) -> None:
        self._cooperative = enable_cooperative_groups
        self._unit = unit_of(code, options, name_expressions or (), label)
        self._functions: dict[str, Kernel] = {}

    @property
    def code(self) -> str:
        return self._unit.source.code

    @property
    def options(self) -> tuple[str, ...]:
        return self._unit.source.options

    @property
    def name_expressions(self) -> tuple[str, ...]:
        return self._unit.source.name_expressions

    @property
    def kernel_names(self) -> tuple[str, ...]:
        """All kernels, as C++ writes their names."""
        return tuple(k.source_name for k in self._unit.translated().signatures.kernels)

    @property
    def global_names(self) -> tuple[str, ...]:
        """All device variables, as C++ writes their names."""
        return tuple(v.source_name for v in self._unit.translated().signatures.variables)

    def compile(self) -> None:
        """Compiles it now, for any block. Raises CompileError, with the compiler's words."""
        self._unit.general()

    def get_function(self, name: str) -> Kernel:
        """The kernel of that name: as in the source, a name expression, or mangled.

        Raises NameNotFoundError, which lists those that exist.
        """
        found = self._functions.get(name)
        if found is None:
            found = Kernel(self._unit, self._unit.find_kernel(name), self._cooperative)
            found = self._functions.setdefault(name, found)
        return found

    def get_global(self, name: str) -> np.ndarray[Any, Any]:
        """The memory of a __device__, __constant__ or __managed__ variable as an array, of its type
        and shape (of no dimensions for one number: write `array[...] = 3`).

        Raises NameNotFoundError, which lists those that exist.
        """
        return self._unit.variable_array(self._unit.find_variable(name))

    def __repr__(self) -> str:
        return f"<sampan.RawModule {self._unit.source.label}>"


class RawKernel:
    """One kernel, given as CUDA C++ source and its name, as CuPy's RawKernel.

        add = sampan.RawKernel(code, "add")
        add((blocks,), (threads,), (x, y, np.float32(2), n))

    `code`, `options` and `enable_cooperative_groups` are those of RawModule; `name` may also be a
    name expression, such as "scale<float>". It is compiled at the first call, and anew for each
    shape of block. Calls and attributes are those of Kernel.
    """

    def __init__(
        self,
        code: str,
        name: str,
        options: Sequence[str] = (),
        *,
        enable_cooperative_groups: bool = False,
    ) -> None:
        self._module = RawModule(
            code,
            options=options,
            name_expressions=(name,) if "<" in name else (),
            enable_cooperative_groups=enable_cooperative_groups,
            label=f"{_file_name(name)}.cu",
        )
        self._name = name
        self._kernel: Kernel | None = None

    def __call__(
        self,
        grid: Extents,
        block: Extents,
        args: Sequence[Any],
        shared_mem: int = 0,
        *,
        stream: Stream | None = None,
    ) -> None:
        """Launches a grid and waits for its end. See Kernel."""
        (self._kernel or self.kernel)(grid, block, args, shared_mem, stream=stream)

    @property
    def kernel(self) -> Kernel:
        """The compiled kernel. Raises CompileError or NameNotFoundError."""
        if self._kernel is None:
            self._kernel = self._module.get_function(self._name)
        return self._kernel

    @property
    def name(self) -> str:
        return self._name

    @property
    def code(self) -> str:
        return self._module.code

    @property
    def options(self) -> tuple[str, ...]:
        return self._module.options

    def compile(self) -> None:
        """Compiles it now, for any block. Raises CompileError, with the compiler's words."""
        self.kernel  # noqa: B018
        self._module.compile()

    @property
    def parameters(self) -> tuple[KernelParameter, ...]:
        """What it takes, in order."""
        return self.kernel.parameters

    @property
    def attributes(self) -> dict[str, int]:
        """Limits and sizes in bytes: see Kernel.attributes."""
        return self.kernel.attributes

    @property
    def max_threads_per_block(self) -> int:
        return self.kernel.max_threads_per_block

    @property
    def shared_size_bytes(self) -> int:
        return self.kernel.shared_size_bytes

    @property
    def const_size_bytes(self) -> int:
        return self.kernel.const_size_bytes

    @property
    def max_dynamic_shared_size_bytes(self) -> int:
        """How many bytes of dynamic shared memory a launch may ask for. Can be set."""
        return self.kernel.max_dynamic_shared_size_bytes

    @max_dynamic_shared_size_bytes.setter
    def max_dynamic_shared_size_bytes(self, size: int) -> None:
        self.kernel.max_dynamic_shared_size_bytes = size

    @property
    def vectorized(self) -> bool:
        """Whether it runs as vector code; `fallback_reason` says why not."""
        return self.kernel.vectorized

    @property
    def fallback_reason(self) -> str:
        """Why it does not run as vector code; empty if it does."""
        return self.kernel.fallback_reason

    def __repr__(self) -> str:
        return f"<sampan.RawKernel {self._name}>"


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name) or "kernel"
