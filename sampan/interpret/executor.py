"""Runs the grids that a program launches in the interpreter, in the place of the thread pool.

The runtime calls us on threads of its own (`SampanExecutor` of sampan_abi.h). Each grid gets a
Python thread with a stack for deep recursion: kernels in different streams may wait for each other
and for the host.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import traceback
from typing import Any

from sampan.demangle import demangle
from sampan.frontend.locations import span_of
from sampan.interpret import structures as S
from sampan.interpret.launches import DeviceRuntime
from sampan.interpret.process_memory import Bounds, ProcessMemory
from sampan.ir.core import Argument
from sampan.ir.interp import Interpreter
from sampan.ir.interp_errors import (
    DeviceAssert,
    KernelError,
    MemoryFault,
    StackOverflow,
)
from sampan.ir.interp_memory import accessors
from sampan.ir.interp_schedule import StepLimit, Thread
from sampan.ir.reader import read_module

# Blocks of an ordinary grid that run interleaved.
BLOCKS_AT_ONCE = 3
# Calls of device functions that may be active in one thread.
RECURSION_LIMIT = 6000
STACK_BYTES = 256 << 20
INTERNAL_ERROR = 70  # diagnostics.ExitCode.INTERNAL

# Codes of cudaError_t.
_ASSERT, _ILLEGAL_ADDRESS, _TIMEOUT, _STACK, _FAILURE = 710, 700, 702, 714, 719
_CODES: list[tuple[type[KernelError], int]] = [
    (DeviceAssert, _ASSERT),
    (MemoryFault, _ILLEGAL_ADDRESS),
    (StackOverflow, _STACK),
    (StepLimit, _TIMEOUT),
]


class Executor:
    """Holds an interpreter for each module of the program; they share one memory."""

    def __init__(self, runtime: ctypes.CDLL, seed: int) -> None:
        self.runtime = runtime
        self.seed = seed
        self.memory = ProcessMemory(self._find_memory)
        self._interpreters: dict[int, Interpreter] = {}
        self._lock = threading.Lock()
        self._callback = S.EXECUTOR(self._on_grid)  # lives as long as the runtime may call it
        runtime.sampan_find_memory.argtypes = [ctypes.c_void_p] * 3
        runtime.sampan_vprintf.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        self._device = DeviceRuntime(runtime)
        runtime.sampan_set_executor(self._callback)
        sys.setrecursionlimit(RECURSION_LIMIT)
        threading.stack_size(STACK_BYTES)

    def _on_grid(self, grid: Any) -> None:
        worker = threading.Thread(target=self._run, args=(grid.contents,), daemon=True)
        worker.start()
        worker.join()

    def _run(self, grid: S.Grid) -> None:
        name = grid.kernel.contents.name.decode()
        try:
            self._interpret(grid, name)
        except KernelError as error:
            self._report(grid, name, error)
            grid.error = next((code for kind, code in _CODES if isinstance(error, kind)), _FAILURE)
        except BaseException:
            # Nothing above us can handle it, and the program must not go on with wrong data.
            sys.stderr.write(f"sampan: the interpreter failed in kernel {demangle(name)}\n")
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(INTERNAL_ERROR)

    def _interpret(self, grid: S.Grid, name: str) -> None:
        interpreter = self._interpreter(grid.code)
        self.memory.forget()
        kernel, launch = grid.kernel.contents, grid.launch.contents
        function = interpreter.module.functions[name]
        parameters = ctypes.string_at(launch.params, kernel.param_bytes)
        values, copies = [], []
        for index, argument in enumerate(function.args):
            offset, size = kernel.param_offsets[index], kernel.param_sizes[index]
            value = self._argument(argument, parameters[offset : offset + size])
            values.append(value)
            if _by_reference(argument):
                copies.append(value)
        interpreter.run_grid(
            function,
            tuple(launch.grid),
            tuple(launch.block),
            values,
            launch.dynamic_shared,
            kernel.static_shared,
            bool(grid.cooperative),
            tuple(launch.cluster) if launch.cluster_named else None,
            ctypes.addressof(launch),
        )
        for address in copies:
            self.memory.free(address)

    def _argument(self, argument: Argument, data: bytes) -> Any:
        if _by_reference(argument):
            return self.memory.alloc(len(data), data)
        return accessors(argument.type)[0](bytearray(data), 0)

    def _interpreter(self, code: Any) -> Interpreter:
        address = ctypes.addressof(code.contents)
        with self._lock:
            found = self._interpreters.get(address)
            if found is None:
                found = self._interpreters[address] = self._load(code.contents)
            return found

    def _load(self, code: S.Code) -> Interpreter:
        module = read_module(ctypes.string_at(code.text, code.size).decode())
        placed = {}
        for index in range(code.variable_count):
            variable = code.variables[index]
            placed[variable.name.decode()] = variable.address
            self.memory.add_fixed(variable.address, variable.size)
        interpreter = Interpreter(
            module, self.seed, blocks_at_once=BLOCKS_AT_ONCE, memory=self.memory, placed=placed
        )
        interpreter.print = self._print
        interpreter.device = self._device
        return interpreter

    def _print(self, text: str) -> None:
        argument = ctypes.c_char_p(text.encode("utf-8", "surrogateescape"))
        self.runtime.sampan_vprintf(b"%s", ctypes.addressof(argument))

    def _find_memory(self, address: int) -> Bounds | None:
        start, size = ctypes.c_void_p(), ctypes.c_uint64()
        found = self.runtime.sampan_find_memory(
            address, ctypes.addressof(start), ctypes.addressof(size)
        )
        return (start.value or 0, size.value) if found else None

    def _report(self, grid: S.Grid, name: str, error: KernelError) -> None:
        cause = error.__cause__
        if isinstance(cause, DeviceAssert) and cause.details:
            message, file, line, function, thread = cause.details
            text = f"{file}:{line}: {function}: {_place(thread)} Assertion `{message}` failed.\n"
        else:
            what = "illegal memory access: " if isinstance(error, MemoryFault) else ""
            text = f"sampan: kernel {demangle(name)}: {what}{error}\n"
            if error.instruction:
                span = span_of(self._interpreter(grid.code).module, error.instruction)
                text += f"    {span}\n" if span else ""
        sys.stderr.write(text)
        sys.stderr.flush()


def _place(thread: Thread) -> str:
    block = f"{thread.ctaid_x},{thread.ctaid_y},{thread.ctaid_z}"
    return f"block: [{block}], thread: [{thread.tid_x},{thread.tid_y},{thread.tid_z}]"


def _by_reference(argument: Argument) -> bool:
    return argument.attrs.startswith("byref(")
