"""Modules: a source, compiled once, its kernels loaded when they are wanted.

A kernel is compiled anew for each shape of block it is launched with, so that blockDim is a
constant; a bounded number of times, after which the form for any block serves. Kernels that use
device variables exist in that form alone, because the variables must be the same for all.
"""

from __future__ import annotations

import ctypes
import difflib
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.signatures import KernelSignature, VariableSignature
from sampan.python import layout, runtime, stages
from sampan.python.errors import CompileWarning, NameNotFoundError, UsageError

SHAPES_PER_KERNEL = 16  # block shapes that a kernel is compiled for
_LARGEST_INDEX = 2**31 - 1


class Loaded:
    """A library of kernels in the process. It is never unloaded."""

    def __init__(self, translated: stages.Translated, label: str, *what: Any) -> None:
        path, module_id, cleanup = stages.build(translated, label, *what)
        with cleanup:
            self._library = ctypes.CDLL(str(path))
        module = runtime.library().sampan_embed_module(module_id.encode())
        assert module, f"{path} did not register its module"
        self._module: int = module

    def kernel(self, name: str) -> int:
        found: int | None = runtime.library().sampan_embed_kernel(self._module, name.encode())
        assert found, name
        return found

    def variable(self, name: str) -> tuple[int, int]:
        """Address and size in bytes."""
        size = ctypes.c_uint64()
        address = runtime.library().sampan_embed_variable(
            self._module, name.encode(), ctypes.byref(size)
        )
        assert address, name
        return address, size.value


class Unit:
    """One source with its options and name expressions: the process has one for all who use it."""

    def __init__(self, source: stages.Source) -> None:
        self.source = source
        self._lock = threading.RLock()
        self._translated: stages.Translated | None = None
        self._general: Loaded | None = None
        self._special: dict[tuple[str, BlockShape], int] = {}

    def translated(self) -> stages.Translated:
        """Stage 1, the first time. Threads that ask at the same time wait for one of them."""
        if self._translated is None:
            with self._lock:
                if self._translated is None:
                    translated = stages.translate(self.source)
                    for text in translated.warnings:
                        warnings.warn(text, CompileWarning, stacklevel=4)
                    self._translated = translated
        return self._translated

    def general(self) -> Loaded:
        """All kernels, for any block; with the module's device variables."""
        if self._general is None:
            with self._lock:
                if self._general is None:
                    self._general = Loaded(self.translated(), self.source.label)
        return self._general

    def for_launch(self, kernel: KernelSignature, grid: BlockShape, block: BlockShape) -> int:
        """The kernel's handle for launches of such grids with blocks of this shape."""
        if any(n * m > _LARGEST_INDEX for n, m in zip(grid, block, strict=True)):
            return self.general().kernel(kernel.name)  # the others rely on indices being ints
        key = (kernel.name, block)
        found = self._special.get(key)
        if found is not None:
            return found
        with self._lock:
            found = self._special.get(key)
            if found is None:
                others = sum(name == kernel.name for name, _ in self._special)
                if kernel.shares_variables or others >= SHAPES_PER_KERNEL:
                    return self.general().kernel(kernel.name)
                loaded = Loaded(self.translated(), self.source.label, kernel.name, block)
                found = self._special[key] = loaded.kernel(kernel.name)
        return found

    # -- names ------------------------------------------------------------------------------------

    def find_kernel(self, name: str) -> KernelSignature:
        """By mangled name, name expression, or the name in the source where only one has it."""
        translated = self.translated()
        kernels = translated.signatures.kernels
        mangled = translated.names.get(name, name)
        for kernel in kernels:
            if kernel.name == mangled:
                return kernel
        same = [k for k in kernels if _plain(k.source_name) == _plain(name)]
        if len(same) == 1:
            return same[0]
        known = [k.source_name for k in kernels] + list(translated.names)
        if same:
            raise NameNotFoundError(
                f"{self.source.label} has {len(same)} kernels called {name}",
                hint="ask for one by its mangled name: " + ", ".join(k.name for k in same),
            )
        raise self._unknown("kernel", name, known)

    def find_variable(self, name: str) -> VariableSignature:
        translated = self.translated()
        variables = translated.signatures.variables
        mangled = translated.names.get(name, name)
        for variable in variables:
            if variable.name == mangled or _plain(variable.source_name) == _plain(name):
                return variable
        raise self._unknown("device variable", name, [v.source_name for v in variables])

    def _unknown(self, what: str, name: str, known: list[str]) -> NameNotFoundError:
        known = list(dict.fromkeys(known))
        if not known:
            hint = "a kernel is a __global__ function" if what == "kernel" else ""
            if hint and self._templates:
                hint += "; a template exists only if name_expressions names it"
            return NameNotFoundError(
                f"{self.source.label} has no {what} {name}, nor any other", hint=hint
            )
        listed = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else ""
        if not close and what == "kernel" and self._templates:
            hint = f"a template exists only if it is named: name_expressions=({name + '<...>'!r},)"
        return NameNotFoundError(
            f"{self.source.label} has no {what} {name}; it has {listed}", hint=hint
        )

    @property
    def _templates(self) -> bool:
        return "template" in self.source.code

    def variable_array(self, variable: VariableSignature) -> np.ndarray[Any, Any]:
        """The memory of a device variable as an array of its type, else of bytes."""
        address, size = self.general().variable(variable.name)
        memory = (ctypes.c_uint8 * size).from_address(address)
        whole: np.ndarray[Any, Any] = np.ctypeslib.as_array(memory)
        dtype = layout.dtype_of(variable.type)
        if dtype is None or dtype.itemsize != size:
            return whole
        element, shape = _flattened(dtype)
        return np.asarray(whole.view(element).reshape(shape))


_units: dict[stages.Source, Unit] = {}
_units_lock = threading.Lock()


def unit_of(code: str, options: Sequence[str], name_expressions: Sequence[str], label: str) -> Unit:
    """The unit of a source: the same for the same text, options and name expressions."""
    if not isinstance(code, str):
        raise UsageError(f"the code is a {type(code).__name__}, not a text")
    if isinstance(options, str):
        stages.parse_options(options)  # says how options are written
    if isinstance(name_expressions, str):
        raise UsageError(
            f"name_expressions is the text {name_expressions!r}",
            hint=f"write a tuple of names: ({name_expressions!r},)",
        )
    source = stages.Source(code, tuple(options), tuple(name_expressions), label)
    stages.parse_options(source.options)
    with _units_lock:
        return _units.setdefault(source, Unit(source))


def _plain(name: str) -> str:
    return name.replace(" ", "").removeprefix("&").removeprefix("::")


def _flattened(dtype: layout.DType) -> tuple[layout.DType, tuple[int, ...]]:
    shape: tuple[int, ...] = ()
    while dtype.subdtype is not None:
        dtype, inner = dtype.subdtype
        shape += inner
    return dtype, shape
