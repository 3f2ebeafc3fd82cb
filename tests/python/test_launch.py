"""Launching kernels from Python: shapes, arguments, variables, templates, streams, threads."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from array import array
from typing import Any

import numpy as np
import pytest

import sampan

SOURCE = r"""
struct Particle { float x, y; int id; double weight[3]; };
enum Mode : int { ADD, MULTIPLY };
__constant__ float coefficients[2][3];
__device__ int counter = 5;
namespace tools { __device__ double factor = 2; }

extern "C" __global__ void saxpy(const float *x, float *y, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
template <typename T> __global__ void scale(T *x, T f, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= f;
}
namespace tools {
template <typename T, int N> __global__ void fill(T *x) { x[threadIdx.x] = N; }
__global__ void apply(double *x) { x[threadIdx.x] *= factor; }
}
__global__ void use_variables(float *out) {
  out[threadIdx.x] = coefficients[1][threadIdx.x];
  if (threadIdx.x == 0) atomicAdd(&counter, 2);
}
extern "C" __global__ void by_value(Particle p, float4 v, Mode mode, bool flag, unsigned char small,
                                    long long big, double *out) {
  out[0] = p.x; out[1] = p.y; out[2] = p.id; out[3] = p.weight[2]; out[4] = v.z;
  out[5] = mode; out[6] = flag; out[7] = small; out[8] = (double)big;
}
extern "C" __global__ void where(int *out) {
  extern __shared__ int scratch[];
  int t = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  scratch[t] = t;
  __syncthreads();
  int threads = blockDim.x * blockDim.y * blockDim.z;
  int block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  out[block * threads + t] = block * 10000 + scratch[threads - 1 - t];
}
extern "C" __global__ void move_particles(Particle *p) { p[threadIdx.x].x += p[threadIdx.x].id; }
extern "C" __global__ void double_w(float4 *v) { v[threadIdx.x].w *= 2; }
extern "C" __global__ void bytes(char *c, const void *any, int **table) {
  c[0] = ((const char *)any)[0];
  *table[0] = 7;
}
"""
PARTICLE = np.dtype([("x", "f4"), ("y", "f4"), ("id", "i4"), ("weight", "f8", (3,))], align=True)


@pytest.fixture(scope="module")
def module() -> sampan.RawModule:
    return sampan.RawModule(
        SOURCE, name_expressions=("scale<float>", "scale<double>", "tools::fill<short, 3>")
    )


@pytest.mark.parametrize("threads", [1, 7, 32, 100, 256])
def test_saxpy_with_blocks_of_any_size(module: sampan.RawModule, threads: int) -> None:
    x, y = np.arange(1000, dtype=np.float32), np.ones(1000, np.float32)
    blocks = -(-1000 // threads)
    module.get_function("saxpy")((blocks,), (threads,), (x, y, 2.0, 1000))
    np.testing.assert_array_equal(y, 1 + 2 * np.arange(1000, dtype=np.float32))


@pytest.mark.parametrize(
    ("grid", "block"), [(3, 5), ((2,), (33,)), ((2, 3), (8, 4)), ((2, 3, 2), (16, 3, 2))]
)
def test_grids_and_blocks_of_up_to_three_dimensions(
    module: sampan.RawModule, grid: Any, block: Any
) -> None:
    blocks, threads = int(np.prod(grid)), int(np.prod(block))
    out = np.zeros((blocks, threads), np.int32)
    module.get_function("where")(grid, block, (out,), shared_mem=4 * threads)
    expected = np.arange(blocks)[:, None] * 10000 + np.arange(threads)[::-1]
    np.testing.assert_array_equal(out, expected)


def test_more_block_shapes_than_are_compiled_for_use_the_general_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sampan.python.module.SHAPES_PER_KERNEL", 2)
    kernel = sampan.RawKernel(
        'extern "C" __global__ void size(int *out) { out[threadIdx.x] = blockDim.x; }', "size"
    )
    for threads in (1, 8, 16, 19, 8):
        out = np.zeros(20, np.int32)
        kernel((1,), (threads,), (out,))
        assert out.tolist() == [threads] * threads + [0] * (20 - threads)


def test_templates_are_found_by_name_expression(module: sampan.RawModule) -> None:
    single, double = np.ones(10, np.float32), np.ones(10)
    module.get_function("scale<float>")((1,), (32,), (single, 3, 10))
    module.get_function("scale<double>")((1,), (32,), (double, 0.1, 10))
    assert single.tolist() == [3] * 10 and double.tolist() == [0.1] * 10
    short = np.zeros(4, np.int16)
    module.get_function("tools::fill<short, 3>")((1,), (4,), (short,))
    assert short.tolist() == [3] * 4
    kernel = sampan.RawKernel(SOURCE, "scale<int>", ("-std=c++11",))
    whole = np.ones(4, np.int32)
    kernel((1,), (4,), (whole, 5, 3))
    assert whole.tolist() == [5, 5, 5, 1]


def test_kernels_are_found_by_the_name_in_the_source(module: sampan.RawModule) -> None:
    assert module.get_function("tools::apply").mangled_name == "_ZN5tools5applyEPd"
    assert "saxpy" in module.kernel_names and "tools::factor" in module.global_names


def test_device_variables_are_arrays(module: sampan.RawModule) -> None:
    coefficients, counter = module.get_global("coefficients"), module.get_global("counter")
    assert coefficients.shape == (2, 3) and coefficients.dtype == np.float32
    coefficients[...] = np.arange(6).reshape(2, 3)
    counter[...] = 10
    out = np.zeros(3, np.float32)
    module.get_function("use_variables")((1,), (3,), (out,))
    module.get_function("use_variables")((1,), (2,), (out,))
    assert out.tolist() == [3, 4, 5] and counter == 14
    module.get_global("tools::factor")[...] = 7
    x = np.ones(2)
    module.get_function("tools::apply")((1,), (2,), (x,))
    assert x.tolist() == [7, 7]


def test_values_are_converted_to_the_type_of_the_parameter(module: sampan.RawModule) -> None:
    particle = np.zeros((), PARTICLE)
    particle["x"], particle["y"], particle["id"], particle["weight"] = 1, 2, 3, (4, 5, 6)
    out = np.zeros(9)
    by_value = module.get_function("by_value")
    vector = np.arange(4, dtype=np.float32)
    by_value((1,), (1,), (particle, vector, np.int64(1), True, np.uint64(255), -(2**62), out))
    assert out.tolist() == [1, 2, 3, 6, 2, 1, 1, 255, -(2.0**62)]
    by_value((1,), (1,), (particle[()], (1, 2, 3, 4), 0, np.bool_(False), 7, np.int8(-1), out))
    assert out.tolist() == [1, 2, 3, 6, 3, 0, 0, 7, -1]


def test_a_ctypes_structure_is_passed_by_value(module: sampan.RawModule) -> None:
    class Vector(ctypes.Structure):
        _fields_ = (("v", ctypes.c_float * 4),)

    out = np.zeros(9)
    vector = Vector((1, 2, 3, 4))
    arguments = (np.zeros((), PARTICLE), vector, 0, False, 0, 0, out)
    module.get_function("by_value")((1,), (1,), arguments)
    assert out[4] == 3


def test_the_dtype_of_a_parameter_is_told(module: sampan.RawModule) -> None:
    kernel = module.get_function("move_particles")
    (parameter,) = kernel.parameters
    assert parameter.name == "p" and parameter.is_pointer and parameter.writes
    assert parameter.dtype is not None and parameter.dtype.itemsize == PARTICLE.itemsize
    for dtype in (PARTICLE, parameter.dtype):
        particles = np.zeros(3, dtype)
        particles["id"] = [1, 2, 3]
        kernel((1,), (3,), (particles,))
        assert particles["x"].tolist() == [1, 2, 3]


def test_memory_of_other_kinds(module: sampan.RawModule) -> None:
    floats = np.ones(8, np.float32)
    module.get_function("double_w")((1,), (2,), (floats,))
    assert floats.tolist() == [1, 1, 1, 2] * 2
    target, text = np.zeros(1, np.int32), bytearray(b"..")
    table = np.array([target.ctypes.data], np.uint64)
    module.get_function("bytes")((1,), (1,), (text, b"xyz", table))
    assert text == b"x." and target[0] == 7


class OnlyArrayInterface:
    def __init__(self, array: Any) -> None:
        self.__array_interface__ = array.__array_interface__
        self.keep = array


class OnlyCudaArrayInterface:
    def __init__(self, array: Any) -> None:
        self.__cuda_array_interface__ = array.__array_interface__
        self.keep = array


class OnlyDlpack:
    """As torch's CPU tensors: DLPack and nothing else."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


class OldDlpack(OnlyDlpack):
    """As exporters from before version 1.0, which know no max_version."""

    def __dlpack__(self) -> Any:
        return self.array.__dlpack__()


@pytest.mark.parametrize(
    "wrap", [OnlyArrayInterface, OnlyCudaArrayInterface, OnlyDlpack, OldDlpack, memoryview]
)
def test_arrays_of_other_libraries_are_not_copied(module: sampan.RawModule, wrap: Any) -> None:
    x, y = np.arange(8, dtype=np.float32), np.zeros(8, np.float32)
    saxpy = module.get_function("saxpy")
    saxpy((1,), (8,), (wrap(x), wrap(y), 1, 8))
    assert y.tolist() == x.tolist()
    saxpy((1,), (8,), (wrap(x[2:]), wrap(y[4:]), 10, 2))
    assert y.tolist() == [0, 1, 2, 3, 4 + 20, 5 + 30, 6, 7]


def test_arrays_of_the_standard_library(module: sampan.RawModule) -> None:
    x, y = array("f", [1, 2]), (ctypes.c_float * 2)(10, 20)
    module.get_function("saxpy")((1,), (2,), (x, y, 1, 2))
    assert list(y) == [11, 22]


def test_pointers_that_are_no_arrays(module: sampan.RawModule) -> None:
    y = np.zeros(2, np.float32)
    address = ctypes.c_void_p(y.ctypes.data)
    module.get_function("saxpy")((1,), (2,), (y + 1, address, 1, 2))
    assert y.tolist() == [1, 1]
    module.get_function("saxpy")((1,), (2,), (None, None, 1, 0))


def test_a_read_only_array_goes_where_the_kernel_only_reads(module: sampan.RawModule) -> None:
    x = np.ones(4, np.float32)
    x.flags.writeable = False
    y = np.zeros(4, np.float32)
    module.get_function("saxpy")((1,), (4,), (x, y, 1, 4))
    assert y.tolist() == [1] * 4


def test_modules_of_the_same_source_are_one() -> None:
    source = "__device__ int shared_by_all; __global__ void k(int *p) { *p = shared_by_all; }"
    sampan.RawModule(source).get_global("shared_by_all")[...] = 3
    out = np.zeros(1, np.int32)
    sampan.RawModule(source).get_function("k")((1,), (1,), (out,))
    assert out[0] == 3


def test_options_take_part() -> None:
    source = 'extern "C" __global__ void k(int *p) { *p = VALUE; }'
    out = np.zeros(1, np.int32)
    for value in (1, 2):
        sampan.RawKernel(source, "k", (f"-DVALUE={value}", "--std=c++17"))((1,), (1,), (out,))
        assert out[0] == value


def test_attributes(module: sampan.RawModule) -> None:
    source = """
        extern "C" __global__ void __launch_bounds__(128) k(int *p) {
          __shared__ int s[64];
          s[threadIdx.x % 64] = 1; __syncthreads(); *p = s[0];
        }"""
    kernel = sampan.RawKernel(source, "k")
    assert kernel.max_threads_per_block == 128 and kernel.shared_size_bytes == 256
    assert kernel.attributes["max_dynamic_shared_size_bytes"] == 48 * 1024 - 256
    assert "num_regs" not in kernel.attributes
    assert module.get_function("saxpy").const_size_bytes == 24
    assert kernel.vectorized and kernel.fallback_reason == ""


def test_more_dynamic_shared_memory_can_be_allowed(module: sampan.RawModule) -> None:
    where = module.get_function("where")
    out = np.zeros(8, np.int32)
    with pytest.raises(sampan.ConfigurationError, match="49153 bytes of dynamic shared memory"):
        where((1,), (8,), (out,), shared_mem=49153)
    where.max_dynamic_shared_size_bytes = 100_000
    where((1,), (8,), (out,), 100_000)
    assert out.tolist() == [7, 6, 5, 4, 3, 2, 1, 0]


def test_cooperative_launches() -> None:
    source = """
        #include <cooperative_groups.h>
        extern "C" __global__ void ring(int *x, int *y) {
          x[blockIdx.x] = blockIdx.x + 1;
          cooperative_groups::this_grid().sync();
          if (threadIdx.x == 0) y[blockIdx.x] = x[(blockIdx.x + 1) % gridDim.x];
        }"""
    x, y = np.zeros(4, np.int32), np.zeros(4, np.int32)
    kernel = sampan.RawKernel(source, "ring", enable_cooperative_groups=True)
    kernel((4,), (32,), (x, y))
    assert y.tolist() == [2, 3, 4, 1]
    with pytest.raises(sampan.KernelError, match="too many blocks"):
        kernel((1 << 20,), (32,), (x, y))


def test_streams_run_beside_python_and_keep_their_arrays(module: sampan.RawModule) -> None:
    saxpy = module.get_function("saxpy")
    y = np.zeros(1000, np.float32)
    stream = sampan.Stream()
    start = stream.record()
    with stream:
        for _ in range(100):
            saxpy((4,), (256,), (np.ones(1000, np.float32), y, 1, 1000))
    end = stream.record()
    end.synchronize()
    assert end.elapsed_ms(start) > 0 and end.done
    stream.synchronize()
    assert stream.done and (y == 100).all()


def test_a_launch_without_a_stream_waits_for_those_in_streams(module: sampan.RawModule) -> None:
    saxpy, scale = module.get_function("saxpy"), module.get_function("scale<float>")
    one, other = sampan.Stream(), sampan.Stream()
    x, y, n = np.ones(1 << 16, np.float32), np.zeros(1 << 16, np.float32), 1 << 16
    for _ in range(20):
        saxpy((n // 256,), (256,), (x, y, 1, n), stream=one)
    other.wait_event(one.record())
    saxpy((n // 256,), (256,), (x, y, 1, n), stream=other)
    scale((n // 256,), (256,), (y, 2, n))
    assert (y == 42).all()
    sampan.synchronize()


def test_threads_race_for_the_first_compilation_and_compile_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sampan.python import stages

    calls: list[str] = []
    for name in ("translate", "build"):
        original = getattr(stages, name)

        def counted(*words: Any, original: Any = original, name: str = name) -> Any:
            calls.append(name)
            return original(*words)

        monkeypatch.setattr(stages, name, counted)
    source = 'extern "C" __global__ void raced(int *p) { atomicAdd(p, (int)blockDim.x); }'
    kernel = sampan.RawKernel(source, "raced")
    totals = [np.zeros(1, np.int32) for _ in range(8)]
    ready = threading.Barrier(8)

    def work(total: Any) -> None:
        ready.wait()
        for _ in range(50):
            kernel((2,), (32,), (total,))

    threads = [threading.Thread(target=work, args=(total,)) for total in totals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [int(total[0]) for total in totals] == [50 * 2 * 32 * 32] * 8
    assert sorted(calls) == ["build", "translate"]


def test_what_kernels_print_goes_where_python_prints(capsys: pytest.CaptureFixture[str]) -> None:
    code = """
        extern "C" __global__ void say(int i) {
          printf("device %d\\n", i);
          if (i == 2) __trap();
        }"""
    say, stream = sampan.RawKernel(code, "say"), sampan.Stream()
    print("first")
    say((1,), (1,), (0,))
    print("second")
    say((1,), (1,), (1,), stream=stream)
    stream.synchronize()
    with pytest.raises(sampan.KernelError):
        say((1,), (1,), (2,))
    assert capsys.readouterr().out.splitlines() == [
        "first",
        "device 0",
        "second",
        "device 1",
        "device 2",
    ]


def test_faulthandler_does_not_take_a_fault_of_a_kernel_for_its_own() -> None:
    program = """
import faulthandler
faulthandler.enable()
import sampan
bad = sampan.RawKernel('extern "C" __global__ void bad(int *p) { *p = 1; }', "bad")
for _ in range(2):
    try:
        bad((1,), (1,), (None,))
    except sampan.KernelError as error:
        print(error.name)
faulthandler._sigsegv()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "cudaErrorIllegalAddress\n" * 2
    assert done.returncode == -11 and done.stderr.startswith("Fatal Python error: Segmentation")


def test_huge_grids_use_the_general_form(
    module: sampan.RawModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other forms rely on `blockIdx * blockDim + threadIdx` being an int."""
    monkeypatch.setattr("sampan.python.module._LARGEST_INDEX", 100)
    kernel = module.get_function("saxpy")
    x, y = np.ones(128, np.float32), np.zeros(128, np.float32)
    general = module._unit.general().kernel(kernel.mangled_name)
    assert module._unit.for_launch(kernel._signature, (2, 1, 1), (64, 1, 1)) == general
    kernel((2,), (64,), (x, y, 1, 128))
    assert (y == 1).all()


def test_the_gil_is_released_while_a_kernel_runs() -> None:
    """The kernel waits for what another Python thread writes."""
    source = """
        extern "C" __global__ void wait_for(volatile int *flag, volatile int *seen) {
          *seen = 1;
          while (*flag == 0) __nanosleep(1000);
          *seen = 2;
        }"""
    kernel = sampan.RawKernel(source, "wait_for")
    flag, seen = np.zeros(1, np.int32), np.zeros(1, np.int32)
    thread = threading.Thread(target=lambda: kernel((1,), (1,), (flag, seen)))
    thread.start()
    while not seen[0]:
        thread.join(0.001)
        assert thread.is_alive() or seen[0]
    flag[0] = 1
    thread.join(300)
    assert seen[0] == 2
