"""Runs a batch's kernels in the interpreter: -O0 IR, random schedules of the threads.

The oracle of the oracles: neither LLVM's optimiser nor any pass of ours stands between the source
and the result. The inputs are those of the programs' own main (support/), made again here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sampan import codegen
from sampan.frontend import nvvm
from sampan.ir.interp import Interpreter, KernelError
from sampan.ir.reader import read_module
from tests.fuzz.direct import device_ir
from tests.fuzz.paths import Outcome
from tests.fuzz.program import input_seed, kernel_p0
from tests.fuzz.source import Kernel


def run_interpreter(kernels: list[Kernel], folder: Path) -> list[Outcome]:
    module = read_module(device_ir(kernels, folder, optimize=0))
    device = nvvm.lower(module, codegen.host_target())
    interpreter = Interpreter(module)
    outcomes = []
    for kernel in kernels:
        prefix = f"_Z{len(kernel.name)}{kernel.name}P"
        code = next(k for k in device.kernels if k.name.startswith(prefix))
        # The order of the threads differs from kernel to kernel, and is the same each time.
        interpreter.random.seed(input_seed(kernel))
        outcomes.append(_run(interpreter, kernel, code))
        if outcomes[-1].problem:
            interpreter = Interpreter(module)  # whatever the fault left behind
    return outcomes


def _run(interpreter: Interpreter, kernel: Kernel, code: nvvm.Kernel) -> Outcome:
    inputs = _Inputs(input_seed(kernel))
    threads = kernel.threads

    def words(count: int, make: Callable[[], int]) -> np.ndarray:
        return np.array([make() for _ in range(count)], dtype=np.uint32)

    ints, reals = words(1024, inputs.integer), words(1024, inputs.real)
    memory = words(threads * 16, inputs.integer)
    octets = np.array([inputs.next() >> 16 & 255 for _ in range(threads * 16)], dtype=np.uint8)
    counters = words(144, inputs.integer)
    wide = np.array([inputs.next() for _ in range(32)], dtype=np.uint64)
    counters[128] = counters[129] = 0
    out, floats = np.zeros(threads * 8, np.uint32), np.zeros(16, np.float32)
    real_out = np.zeros(threads * 4, np.float32)
    settings = struct.pack("<if4i", input_seed(kernel) & 63, 1.5, 1, -2, 3, -4)
    arguments = [ints, reals, out, real_out, memory, octets, counters, wide, floats]
    arguments += [threads - kernel.tail, kernel_p0(kernel), 0.75, settings]
    try:
        interpreter.launch(
            code.name,
            kernel.grid,
            kernel.block,
            arguments,
            kernel.dynamic_shared,
            code.static_shared,
        )
    except KernelError as error:
        return Outcome(b"", str(error))
    canonical = real_out.view(np.uint32).copy()
    canonical[np.isnan(real_out)] = 0x7FC00000
    results = (out, canonical, memory, octets, counters, wide, floats)
    return Outcome(b"".join(a.tobytes() for a in results))


class _Inputs:
    """The input generator of support/, step for step."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def next(self) -> int:
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return self.state

    def integer(self) -> int:
        x = self.next()
        kind = x >> 30
        if kind == 0:
            return x >> 8 & 15
        if kind == 1:
            return ((x >> 8 & 1023) - 512) & 0xFFFFFFFF
        if kind == 2:
            return (x * 2654435761) & 0xFFFFFFFF
        return (0x80000000, 0xFFFFFFFF, 0, 0)[x >> 8 & 3]

    def real(self) -> int:
        x = self.next()
        kind = x >> 28
        if kind == 0:
            return 0x80000000
        if kind == 1:
            return 0x7F800000 if x >> 8 & 1 else 0x7FC00000
        if kind == 2:
            return x >> 8 & 0xFFFF
        if kind == 3:
            return (x * 2654435761) & 0xBFFFFFFF
        value = (x >> 8 & 0xFFFF) / 256.0 - 100.0
        return int(struct.unpack("<I", struct.pack("<f", value))[0])
