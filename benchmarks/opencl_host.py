"""Runs one benchmark kernel on an OpenCL CPU runtime; started by compare.py in the peers' venv.

    opencl_host.py KERNEL FOLDER

For each line on standard input one timed round; its time comes from the profiling events.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy
import pyopencl


def mandelbrot(context, queue, program):
    size, iterations = 1024, 256
    counts = numpy.zeros(size * size, dtype=numpy.int32)
    device = pyopencl.Buffer(context, pyopencl.mem_flags.READ_WRITE, counts.nbytes)
    kernel = program.mandelbrot
    kernel.set_args(device, numpy.int32(size), numpy.int32(iterations))

    def launch():
        return pyopencl.enqueue_nd_range_kernel(queue, kernel, (size, size), (32, 8))

    def checksum():
        pyopencl.enqueue_copy(queue, counts, device)
        return int(counts.sum(dtype=numpy.int64))

    return launch, checksum


def sgemm_tiled(context, queue, program):
    size, tile = 1024, 16
    index = numpy.arange(size * size)
    a = ((index * 7 % 13 - 6) / 8).astype(numpy.float32)
    b = ((index * 5 % 11 - 5) / 8).astype(numpy.float32)
    c = numpy.zeros(size * size, dtype=numpy.float32)
    flags = pyopencl.mem_flags.READ_WRITE | pyopencl.mem_flags.COPY_HOST_PTR
    buffers = [pyopencl.Buffer(context, flags, hostbuf=array) for array in (a, b, c)]
    kernel = program.sgemm
    kernel.set_args(*buffers, numpy.int32(size))

    def launch():
        return pyopencl.enqueue_nd_range_kernel(queue, kernel, (size, size), (tile, tile))

    def checksum():
        pyopencl.enqueue_copy(queue, c, buffers[2])
        return float((c.astype(numpy.float64) * (index % 31 + 1)).sum())

    return launch, checksum


def main() -> None:
    warnings.simplefilter("ignore", pyopencl.CompilerWarning)
    name, folder = sys.argv[1], Path(sys.argv[2])
    device = pyopencl.get_platforms()[0].get_devices()[0]
    context = pyopencl.Context([device])
    profiling = pyopencl.command_queue_properties.PROFILING_ENABLE
    queue = pyopencl.CommandQueue(context, properties=profiling)
    source = (folder / f"{name}.cl").read_text()
    program = pyopencl.Program(context, source).build("-cl-mad-enable")
    launch, checksum = {"mandelbrot": mandelbrot, "sgemm_tiled": sgemm_tiled}[name](
        context, queue, program
    )
    for _ in sys.stdin:
        event = launch()
        event.wait()
        milliseconds = (event.profile.end - event.profile.start) * 1e-6
        record = {
            "milliseconds": milliseconds,
            "checksum": checksum(),
            "device": f"{device.name.strip()}, {device.platform.version}",
        }
        print(json.dumps(record), flush=True)


main()
