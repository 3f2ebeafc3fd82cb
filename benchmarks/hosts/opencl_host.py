"""Runs a plan (plan.h says what that is) on the OpenCL runtime that its environment names.

    opencl_host.py KERNEL.cl PLAN

Times are those of OpenCL's profiling events, from the first launch's start to the last one's end.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy
import pyopencl

SCALARS = {
    "i": lambda text: numpy.int32(int(text)),
    "f": lambda text: numpy.float32(float.fromhex(text)),
}


def main() -> None:
    warnings.simplefilter("ignore", pyopencl.CompilerWarning)
    source, plan = Path(sys.argv[1]), Path(sys.argv[2])
    device = pyopencl.get_platforms()[0].get_devices()[0]
    context = pyopencl.Context([device])
    profiling = pyopencl.command_queue_properties.PROFILING_ENABLE
    queue = pyopencl.CommandQueue(context, properties=profiling)
    program = pyopencl.Program(context, source.read_text()).build(
        ["-cl-std=CL3.0", "-cl-mad-enable", "-I", str(Path(__file__).parent)]
    )
    initial, buffers, restored, outputs, launches = [], [], [], [], []
    flags = pyopencl.mem_flags.READ_WRITE | pyopencl.mem_flags.COPY_HOST_PTR
    for line in plan.read_text().splitlines():
        kind, *words = line.split()
        if kind == "buffer":
            initial.append(numpy.fromfile(words[1], dtype=numpy.uint8))
            buffers.append(pyopencl.Buffer(context, flags, hostbuf=initial[-1]))
        elif kind == "restore":
            restored.append(int(words[0]))
        elif kind == "output":
            outputs.append((int(words[0]), words[1]))
        elif kind == "launch":
            grid, block = map(int, words[1:4]), tuple(map(int, words[4:7]))
            kernel = pyopencl.Kernel(program, words[0])
            arguments = (text.split(":") for text in words[7:])
            kernel.set_args(
                *(buffers[int(t)] if kind == "b" else SCALARS[kind](t) for kind, t in arguments)
            )
            size = tuple(g * b for g, b in zip(grid, block, strict=True))
            launches.append((kernel, size, block))

    def timed() -> float:
        events = [pyopencl.enqueue_nd_range_kernel(queue, *launch) for launch in launches]
        queue.finish()
        return (events[-1].profile.end - events[0].profile.start) * 1e-6

    print(f"ready {device.name.strip()}, {device.platform.version}", flush=True)
    for line in sys.stdin:
        untimed, count = map(int, line.split())
        times = []
        for _ in range(untimed + count):
            for buffer in restored:
                pyopencl.enqueue_copy(queue, buffers[buffer], initial[buffer])
            queue.finish()
            times.append(timed())
        print(json.dumps(times[untimed:]), flush=True)
    for buffer, name in outputs:
        content = numpy.empty_like(initial[buffer])
        pyopencl.enqueue_copy(queue, content, buffers[buffer])
        content.tofile(name)


main()
