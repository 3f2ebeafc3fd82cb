"""A scalar SIMT interpreter: the oracle that compiled code is compared with.

It runs kernels of SIMT-level modules (before or after `canonicalize`) thread by thread. Functions
are compiled to Python (interp_compile); where threads may run between each other's steps, the
generated code yields to a scheduler (interp_schedule): at barriers and warp-wide operations always,
at atomic and volatile accesses and on loops' back edges after random numbers of steps. Threads that
have returned count as arrived at barriers. Values of undefined operations are stated in
interp_values. Memory is checked (interp_memory).
"""

from __future__ import annotations

import itertools
import math
import random
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sampan.ir import interp_values as V
from sampan.ir.constants import elements_of
from sampan.ir.core import (
    Alias,
    Argument,
    ConstAggregate,
    Constant,
    ConstExpr,
    ConstFloat,
    ConstInt,
    ConstNull,
    Function,
    GlobalVariable,
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.errors import IRError
from sampan.ir.interp_analysis import interruptible
from sampan.ir.interp_compile import FunctionCompiler
from sampan.ir.interp_constants import fold, zero_of
from sampan.ir.interp_errors import (
    DeviceAssert,
    DeviceTrap,
    KernelError,
    MemoryFault,
    StackOverflow,
    Unreachable,
)
from sampan.ir.interp_locate import CompiledFiles, located
from sampan.ir.interp_memory import (
    Memory,
    accessors,
    bitcast,
    store_size,
)
from sampan.ir.interp_printf import format_arguments
from sampan.ir.interp_schedule import (
    BlockRun,
    ClusterRun,
    Deadlock,
    Lane,
    NamedBarriers,
    Scheduler,
    StepLimit,
    Thread,
    make_thread,
)
from sampan.ir.types import FloatType, IntType, Type, size_of

__all__ = [
    "Deadlock",
    "DeviceAssert",
    "DeviceTrap",
    "Interpreter",
    "KernelError",
    "MemoryFault",
    "StackOverflow",
    "StepLimit",
    "Unreachable",
]

if TYPE_CHECKING:
    import numpy as np

Dim = int | Sequence[int]
# Shared memory of a launch that does not say how much is static.
DEFAULT_STATIC_SHARED = 48 * 1024


class Interpreter:
    """Holds a module's memory and runs its kernels. `output` collects what printf wrote.

    With `memory` it shares one with other interpreters, in which the variables that `placed` names
    have their addresses and values already. Grids may then be run by several threads at once.
    """

    def __init__(
        self,
        module: Module,
        seed: int = 0,
        schedule: str = "random",
        blocks_at_once: int = 1,
        max_switches: int = 50_000_000,
        memory: Memory | None = None,
        placed: Mapping[str, int] | None = None,
    ) -> None:
        assert schedule in ("random", "round_robin"), schedule
        self.module = module
        self.memory = memory or Memory()
        self.output: list[str] = []
        self.print: Callable[[str], object] = self.output.append
        self.device: Any = None  # answers what kernels ask of the runtime (interpret.launches)
        self._lock = threading.RLock()  # guards compiling
        self.schedule = schedule
        self.blocks_at_once = blocks_at_once
        self.max_switches = max_switches
        self.random = random.Random(seed)
        self.addresses: dict[Value, int] = {}
        self._by_address: dict[int, Function] = {}
        self._generators = interruptible(module)
        self._names: dict[Function, str] = {}
        self._pooled: dict[int, str] = {}
        self._compiled: CompiledFiles = {}
        self._clock = itertools.count(1000, 17)
        self._globals = self._make_globals()
        self._place_globals(placed or {})

    # ---- Memory of the host's view ---------------------------------------------------------------

    def alloc(self, size: int, data: bytes = b"") -> int:
        """Device memory, zeroed or beginning with `data`; its address."""
        return self.memory.alloc(size, data)

    def bind(self, array: np.ndarray) -> int:
        """The address under which kernels see (and change) a host array."""
        return self.memory.bind(array)

    def read(self, address: int, size: int) -> bytes:
        return self.memory.read(address, size)

    def write(self, address: int, data: bytes) -> None:
        self.memory.write(address, data)

    def address_of(self, name: str) -> int:
        """Address of a device variable."""
        return self.addresses[self.module.variables[name]]

    # ---- Launching -------------------------------------------------------------------------------

    def launch(
        self,
        kernel_name: str,
        grid: Dim,
        block: Dim,
        args: Sequence[Any],
        dynamic_shared: int = 0,
        static_shared: int | None = None,
    ) -> None:
        """Runs a kernel to its end; raises KernelError if the kernel does something fatal.

        Arguments are ints (also addresses), floats, numpy arrays (bound for the launch and after),
        or bytes for a parameter passed by reference. With `static_shared` (the kernel's static
        shared bytes) the bounds of shared memory are exact.
        """
        kernel = self.module.functions[kernel_name]
        values = [self._argument(a, v) for a, v in zip(kernel.args, args, strict=True)]
        self.run_grid(kernel, _dim(grid), _dim(block), values, dynamic_shared, static_shared)

    def run_grid(
        self,
        kernel: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        values: list[Any],
        dynamic_shared: int = 0,
        static_shared: int | None = None,
        cooperative: bool = False,
        cluster: tuple[int, int, int] | None = None,
        launch: int = 0,
    ) -> None:
        """`launch`, with arguments as generated code represents them (interp_values).

        All blocks of a `cooperative` grid run interleaved, and at least those of a `cluster`.
        `launch`: the address of the runtime's SampanLaunch.
        """
        name = self.function_name(kernel)
        static = DEFAULT_STATIC_SHARED if static_shared is None else -(-static_shared // 16) * 16
        blocks = self._blocks(
            kernel, name, values, grid, block, static, dynamic_shared, cooperative, cluster, launch
        )
        together = max(self.blocks_at_once, math.prod(cluster or (1,)))
        try:
            if kernel in self._generators:
                scheduler = Scheduler(
                    self.random,
                    self.schedule == "round_robin",
                    math.prod(grid) + 1 if cooperative else together,
                    self.max_switches,
                )
                scheduler.run(blocks)
            else:
                for run in blocks:  # each was run when it was made
                    run.at_end()
        except (KeyError, IndexError, struct.error, RecursionError, KernelError) as error:
            raise located(error, self._compiled, self.memory) from error

    def call(self, name: str, args: Sequence[Any]) -> Any:
        """The result of one device function, called by one thread (for tests)."""
        function = self.module.functions[name]
        thread = make_thread((0, 0, 0), (0, 0, 0), (1, 1, 1), (1, 1, 1))
        thread.shared = self.memory.alloc(DEFAULT_STATIC_SHARED)
        values = [self._argument(a, v) for a, v in zip(function.args, args, strict=True)]
        try:
            code = self._globals[self.function_name(function)](thread, *values)
            if function not in self._generators:
                return code
            while True:
                code.send(None)
        except StopIteration as stop:
            return stop.value
        except (KeyError, IndexError, struct.error, RecursionError, KernelError) as error:
            raise located(error, self._compiled, self.memory) from error

    def _blocks(
        self,
        kernel: Function,
        name: str,
        values: list[Any],
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        static: int,
        dynamic: int,
        cooperative: bool,
        cluster: tuple[int, int, int] | None,
        launch: int,
    ) -> Iterator[BlockRun]:
        is_generator = kernel in self._generators
        extent = cluster or (1, 1, 1)
        size, bytes = math.prod(extent), static + dynamic
        group = ClusterRun()
        for number, (x, y, z) in enumerate(_cluster_order(grid, extent)):
            if number % size == 0:
                group = ClusterRun(extent, cluster is not None)
                group.live = size * math.prod(block)
                group.shared = [(self.memory.alloc(bytes), bytes) for _ in range(size)]
            shared = group.shared[number % size][0]
            run = BlockRun(partial(self.memory.free, shared))
            threads = []
            named = NamedBarriers()
            for tz, ty, tx in itertools.product(*(range(n) for n in reversed(block))):
                thread = make_thread((tx, ty, tz), (x, y, z), block, grid)
                thread.shared = shared
                thread.dynamic_shared = dynamic
                thread.cooperative = cooperative
                thread.cluster = group
                thread.launch = launch
                thread.named = named
                threads.append(thread)
            if not is_generator and self.schedule == "random":
                self.random.shuffle(threads)
            for thread in threads:
                # Looked up each time: the first call replaces a stub by the compiled function.
                code = self._globals[name](thread, *values)
                if is_generator:
                    run.live.append(Lane(run, thread, code))
            yield run

    def _argument(self, parameter: Argument, value: Any) -> Any:
        type = parameter.type
        if hasattr(value, "flags"):  # a numpy array
            return self.bind(value)
        if isinstance(value, (bytes, bytearray)):
            return self.alloc(len(value), bytes(value))
        if isinstance(type, FloatType):
            return V.ROUND[type.kind](float(value))
        if isinstance(type, IntType):
            return int(value) & ((1 << type.bits) - 1)
        return int(value) if type.is_pointer else value

    # ---- What generated code sees ----------------------------------------------------------------

    def _make_globals(self) -> dict[str, Any]:
        memory = self.memory
        names: dict[str, Any] = {
            "V": V,
            "F32": V.F32,
            "A": memory.regions,
            "M": memory,
            "W": memory.at,
            "R": self._slices().__next__,
            "clock": self._clock.__next__,
            "Unreachable": Unreachable,
            "bitcast": bitcast,
            "insert": _insert,
            "resolve": self._resolve,
            "vprintf": self._vprintf,
            "assert_fail": self._assert_fail,
            "trap": _trap,
            "device": _Device(self),
            "checked_load": self._checked_load,
            "checked_store": self._checked_store,
        }
        for code in "BHIQfd":
            names["U" + code] = struct.Struct("<" + code).unpack_from
            names["P" + code] = struct.Struct("<" + code).pack_into
        return names

    def _slices(self) -> Iterator[int]:
        if self.schedule == "round_robin":
            return itertools.repeat(32)
        # Mostly short, so that lanes interleave finely, with some long ones.
        lengths = [self.random.choice((0, 3, 10, 10, 40, 200)) for _ in range(4093)]
        return itertools.cycle(lengths)

    def _checked_load(self, type: Type, address: int) -> Any:
        return accessors(type)[0](*self.memory.place(address, store_size(type)))

    def _checked_store(self, type: Type, address: int, value: Any) -> None:
        accessors(type)[1](*self.memory.place(address, store_size(type)), value)

    def _resolve(self, pointer: int) -> Callable[..., Any]:
        """The code behind a function pointer: a descriptor's address, or the function's own."""
        function = self._by_address.get(pointer)
        if function is None:
            slot = int.from_bytes(self.memory.read(pointer, 8), "little")
            function = self._by_address.get(slot)
        if function is None or not function.blocks:
            raise MemoryFault(f"call of {pointer:#x}, which is no function")
        return self._globals[self.function_name(function)]

    def _vprintf(self, template: int, arguments: int) -> int:
        text, count = format_arguments(self.memory, self.memory.string(template), arguments)
        self.print(text)
        return count

    def _assert_fail(
        self, thread: Thread, message: int, file: int, line: int, function: int
    ) -> None:
        texts = [self.memory.string(p) if p else "?" for p in (message, file, function)]
        error = DeviceAssert(f"{texts[1]}:{line}: {texts[2]}: assertion `{texts[0]}' failed")
        error.details = (texts[0], texts[1], line, texts[2], thread)
        raise error

    # ---- What the code generator asks ------------------------------------------------------------

    def is_generator(self, function: Function) -> bool:
        return function in self._generators

    def pool(self, value: Any) -> str:
        """The name under which generated code finds a constant object."""
        with self._lock:
            name = self._pooled.get(id(value))
            if name is None:
                name = self._pooled[id(value)] = f"K{len(self._pooled)}"
                self._globals[name] = value  # also keeps it alive, so that its id stays its own
            return name

    def function_name(self, function: Function) -> str:
        """Its name in generated code; a stub that compiles it at the first call comes first."""
        with self._lock:
            name = self._names.get(function)
            if name is None:
                name = self._names[function] = f"f{len(self._names)}"

                def stub(thread: Thread, *args: Any) -> Any:
                    return self._compile(function, name)(thread, *args)

                self._globals[name] = stub
            return name

    def _compile(self, function: Function, name: str) -> Callable[..., Any]:
        file = f"<interpreter {name}>"
        with self._lock:
            if file not in self._compiled:
                compiler = FunctionCompiler(function, self)
                try:
                    text, origins = compiler.source(name)
                except IRError as error:
                    raise IRError(f"@{function.name}: {error}") from error
                self._compiled[file] = (compiler, origins)
                exec(compile(text, file, "exec"), self._globals)
            return self._globals[name]

    def source_of(self, function_name: str) -> str:
        """The Python text a function is compiled to (for debugging)."""
        return FunctionCompiler(self.module.functions[function_name], self).source("f")[0]

    def constant(self, value: Constant) -> Any:
        """A constant as the interpreter represents it."""
        if isinstance(value, ConstInt):
            return value.value
        if isinstance(value, ConstFloat):
            assert isinstance(value.type, FloatType)
            return V.from_bits(value.type.kind, value.bits)
        if isinstance(value, Alias):
            return self.constant(value.aliasee)
        if isinstance(value, (Function, GlobalVariable)):
            return self.addresses[value]
        if isinstance(value, ConstExpr):
            return fold(value, self.constant)
        if isinstance(value, (ConstNull, Undef, Poison)):
            return zero_of(value.type)
        elements = elements_of(value)
        if elements is None:
            raise IRError(f"the interpreter has no {type(value).__name__}")
        return tuple(self.constant(e) for e in elements)

    def _place_globals(self, placed: Mapping[str, int]) -> None:
        for function in self.module.functions.values():
            address = self.memory.alloc(0)
            self.addresses[function] = address
            self._by_address[address] = function
        variables = [v for v in self.module.variables.values() if not v.name.startswith("llvm.")]
        for variable in variables:
            if variable.name in placed:
                self.addresses[variable] = placed[variable.name]
                self._add_descriptor(variable)
        variables = [v for v in variables if v not in self.addresses]
        for variable in variables:
            self.addresses[variable] = self.memory.alloc(size_of(variable.value_type))
        for variable in variables:
            if variable.initializer is not None and size_of(variable.value_type):
                buffer, offset = self.memory.place(self.addresses[variable], 1)
                store = accessors(variable.value_type)[1]
                store(buffer, offset, self.constant(variable.initializer))

    def _add_descriptor(self, variable: GlobalVariable) -> None:
        """Where a function's descriptor lies elsewhere, no slot of it leads back to us."""
        table = variable.initializer
        if isinstance(table, ConstAggregate) and isinstance(table.operands[0], Function):
            self._by_address[self.addresses[variable]] = table.operands[0]


class _Device:
    """The runtime as kernels call it."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter

    def __getattr__(self, name: str) -> Any:
        if self.interpreter.device is None:
            raise KernelError("a kernel calls the runtime, which is not there")
        return getattr(self.interpreter.device, name)


def _cluster_order(
    grid: tuple[int, int, int], extent: tuple[int, int, int]
) -> Iterator[tuple[int, int, int]]:
    """The indices of all blocks of a grid, those of a cluster after each other, x fastest."""
    clusters = [n // size for n, size in zip(grid, extent, strict=True)]
    for z, y, x in itertools.product(*(range(n) for n in reversed(clusters))):
        for w, v, u in itertools.product(*(range(n) for n in reversed(extent))):
            yield x * extent[0] + u, y * extent[1] + v, z * extent[2] + w


def _dim(value: Dim) -> tuple[int, int, int]:
    if isinstance(value, int):
        return (value, 1, 1)
    x, y, z = (*value, 1, 1)[:3]
    return (x, y, z)


def _insert(aggregate: tuple[Any, ...], value: Any, path: tuple[int, ...]) -> tuple[Any, ...]:
    index = path[0]
    inner = value if len(path) == 1 else _insert(aggregate[index], value, path[1:])
    return (*aggregate[:index], inner, *aggregate[index + 1 :])


def _trap() -> None:
    raise DeviceTrap("__trap()")
