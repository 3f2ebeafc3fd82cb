"""What goes wrong is a Python exception that says what to do, and the next launch works."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

import sampan

SOURCE = r"""
#include <cassert>
struct Pair { int a; double b; };
extern "C" __global__ void saxpy(const float *x, float *y, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
extern "C" __global__ void only_reads(float *x, float *out) { *out = *x; }
extern "C" __global__ void takes(unsigned char c, bool b, Pair p, float4 *v, double *d, half_t *);
extern "C" __global__ void store(int *p, int i) { p[i] = 1; }
extern "C" __global__ void check(int *p) { assert(p[0] == 0); }
extern "C" __global__ void trap() { __trap(); }
extern "C" __global__ void __launch_bounds__(64) bounded() {}
""".replace(", half_t *);", ") {}")


@pytest.fixture(scope="module")
def module() -> sampan.RawModule:
    return sampan.RawModule(SOURCE)


F4 = np.ones(4, np.float32)
READ_ONLY = np.ones(4, np.float32)
READ_ONLY.flags.writeable = False
UNALIGNED = np.zeros(17, np.uint8)[1:].view(np.float32)
PAIR = np.zeros((), np.dtype([("a", "i4"), ("b", "f8")], align=True))
PACKED = np.zeros((), np.dtype([("a", "i4"), ("b", "f8")]))


class OnGpu:
    def __dlpack__(self, **options: Any) -> Any:
        raise AssertionError("must not be asked for")

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0


@pytest.mark.parametrize(
    ("kernel", "arguments", "message"),
    [
        ("saxpy", (F4, F4, 1), r"saxpy takes 4 arguments, not 3: saxpy\(const float \*x, float"),
        ("trap", (F4,), r"trap takes 0 arguments, not 1: trap\(\)"),
        (
            "saxpy",
            (F4, F4.astype(np.int32), 1, 4),
            r"argument 2 \(float \*y\): an array of int32 for float \*, which wants float32\n"
            r"hint: x.astype\(np.float32\) converts into a copy; x.view",
        ),
        ("saxpy", (F4, F4.astype(">f4"), 1, 4), "argument 2.*array of >f4 for float"),
        ("saxpy", (F4, np.ones(4), 1, 4), "argument 2.*array of float64.*wants float32"),
        ("saxpy", (3, F4, 1, 4), "argument 1.*the int 3 is no array"),
        ("saxpy", (np.float32(3), F4, 1, 4), "argument 1.*the float32 3.0 is no array"),
        ("saxpy", ([1.0], F4, 1, 4), "argument 1.*a list is no array"),
        ("saxpy", (F4, F4, F4, 4), "argument 3.*a NumPy array of float32 is no real number"),
        ("saxpy", (F4, F4, 1j, 4), r"argument 3.*the complex 1j is no real number"),
        ("saxpy", (F4, F4, 1e39, 4), "argument 3.*1e\\+39 is too large for float"),
        ("saxpy", (F4, F4, 10**400, 4), "argument 3.*too large for a floating-point number"),
        ("saxpy", (F4, F4, 1, 4.0), r"argument 4 \(int n\): the float 4.0 is no integer\nhint: wr"),
        ("saxpy", (F4, F4, 1, 1 << 31), "argument 4.*2147483648 is out of range: -2147483648 to"),
        ("saxpy", (F4, F4, 1, "4"), "argument 4.*a str is no integer"),
        (
            "saxpy",
            (F4, READ_ONLY, 1, 4),
            r"argument 2 \(float \*y\): the array is read-only, and the kernel may write.*\n"
            r"hint: declare the parameter const, or pass x.copy",
        ),
        ("saxpy", (F4, np.ones((4, 4), np.float32).T, 1, 4), "argument 2.*is not contiguous"),
        ("saxpy", (F4, np.ones(8, np.float32)[::2], 1, 4), "argument 2.*is not contiguous"),
        ("saxpy", (F4, b"0123", 1, 4), "argument 2.*array of uint8 for float"),
        ("saxpy", (F4, UNALIGNED, 1, 4), "argument 2.*is no multiple of 4 bytes"),
        ("saxpy", (OnGpu(), F4, 1, 4), r"argument 1.*OnGpu on another device(.|\n)*tensor.cpu"),
        ("takes", (256, True, PAIR, F4, None), "argument 1.*256 is out of range: 0 to 255"),
        ("takes", (-1, True, PAIR, F4, None), "argument 1.*-1 is out of range: 0 to 255"),
        ("takes", (0, 2, PAIR, F4, None), "argument 2.*the int 2 is no truth value"),
        ("takes", (0, 1, PACKED, F4, None), r"argument 3.*is no Pair; it wants(.|\n)*align=True"),
        ("takes", (0, 1, 5, F4, None), "argument 3.*the int 5 is no Pair"),
        ("takes", (0, 1, PAIR, np.ones(3, np.float32), None), "argument 4.*12 bytes.*16 bytes"),
        ("takes", (0, 1, PAIR, F4, np.ones(2, np.complex128)), "argument 5.*complex128.*float64"),
    ],
)
def test_arguments_that_do_not_fit(
    module: sampan.RawModule, kernel: str, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(sampan.ArgumentError, match=message) as caught:
        module.get_function(kernel)((1,), (1,), arguments)
    assert isinstance(caught.value, TypeError) and isinstance(caught.value, sampan.LaunchError)


def test_whether_a_kernel_writes_is_seen_in_its_code(module: sampan.RawModule) -> None:
    out = np.zeros(1, np.float32)
    module.get_function("only_reads")((1,), (1,), (READ_ONLY, out))
    assert out[0] == 1


@pytest.mark.parametrize(
    ("kernel", "grid", "block", "shared", "message"),
    [
        ("trap", (0,), (1,), 0, "a grid of 0 x 1 x 1 blocks; each must be at least 1"),
        ("trap", (1, 70000), (1,), 0, "a grid of 1 x 70000 x 1 blocks; .* at most 2147483647, 65"),
        ("trap", (1,), (1025,), 0, "a block of 1025 x 1 x 1 threads; .* at most 1024, 1024, 64"),
        ("trap", (1,), (64, 32), 0, "a block of 64 x 32 x 1 = 2048 threads; the limit is 1024"),
        ("trap", (-1,), (1,), 0, "a grid of -1 x 1 x 1"),
        ("trap", (1, 1, 1, 1), (1,), 0, r"the grid \(1, 1, 1, 1\) is not a tuple of one to three"),
        ("trap", (1,), (1.5,), 0, r"the block \(1.5,\) is not a tuple of one to three integers"),
        ("trap", (1,), "x", 0, "the block 'x' is not a tuple"),
        ("trap", (1,), (1,), 1 << 20, "1048576 bytes of dynamic shared memory"),
        ("trap", (1,), (1,), -1, "-1 bytes of dynamic shared memory"),
        ("trap", (1,), (1,), 0.5, "shared_mem=0.5 is not a number of bytes"),
        ("bounded", (1,), (65,), 0, "a block of 65 threads; its __launch_bounds__ allow 64"),
    ],
)
def test_impossible_launches(
    module: sampan.RawModule, kernel: str, grid: Any, block: Any, shared: Any, message: str
) -> None:
    with pytest.raises(sampan.ConfigurationError, match=message) as caught:
        module.get_function(kernel)(grid, block, (), shared_mem=shared)
    assert isinstance(caught.value, ValueError)


def test_unknown_names(module: sampan.RawModule) -> None:
    with pytest.raises(
        sampan.NameNotFoundError,
        match=r"has no kernel saxy; it has saxpy, only_"
        r"(.|\n)*did you mean saxpy\?",
    ):
        module.get_function("saxy")
    with pytest.raises(sampan.NameNotFoundError, match="has no device variable x, nor any other"):
        module.get_global("x")
    template = "template <class T> __global__ void scale(T *x) {}"
    with pytest.raises(sampan.NameNotFoundError, match="template exists only if name_expressions"):
        sampan.RawModule(template).get_function("scale")
    with pytest.raises(sampan.NameNotFoundError, match="nor any other"):
        sampan.RawKernel("int not_a_kernel;", "k")((1,), (1,), ())


def test_a_source_that_does_not_compile_shows_the_line() -> None:
    source = 'extern "C" __global__ void k(int *p) {\n  p[0] = undefined_thing;\n}'
    kernel = sampan.RawKernel(source, "k")
    with pytest.raises(sampan.CompileError) as caught:
        kernel((1,), (1,), (F4,))
    text = str(caught.value)
    assert "k.cu:2:10: error: use of undeclared identifier 'undefined_thing'" in text
    assert "p[0] = undefined_thing;" in text and "^~~" in text


def test_an_unsupported_construct_shows_the_line() -> None:
    source = 'extern "C" __global__ void k() {\n  asm volatile("wgmma.fence.sync.aligned;");\n}'
    with pytest.raises(sampan.UnsupportedError, match=r"k\.cu:2.*wgmma"):
        sampan.RawKernel(source, "k")((1,), (1,), ())


def test_a_name_expression_that_names_nothing() -> None:
    module = sampan.RawModule(
        "template <class T> __global__ void f(T *x) {}", name_expressions=("g<int>",)
    )
    with pytest.raises(sampan.CompileError, match=r"name_expressions\[0\]:1:.*'g'"):
        module.get_function("g<int>")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("-O3", r"options is the text '-O3'\nhint: write a tuple"),
        (("--nonsense",), "unknown option '--nonsense'"),
        (("other.cu",), "other.cu is not an option"),
        ((3,), "the option 3 is not a text"),
    ],
)
def test_options_that_make_no_sense(options: Any, message: str) -> None:
    with pytest.raises(sampan.UsageError, match=message):
        sampan.RawModule("", options=options)


def test_warnings_of_the_compiler_are_warnings() -> None:
    source = 'extern "C" __global__ void k(int *p) { int x = 1 / 0; *p = x; }'
    with pytest.warns(sampan.CompileWarning, match=r"k\.cu:1:.*division by zero"):
        sampan.RawKernel(source, "k").compile()


def test_a_fault_is_an_exception_and_the_next_launch_works(
    module: sampan.RawModule, capfd: pytest.CaptureFixture[str]
) -> None:
    store, memory = module.get_function("store"), np.zeros(4, np.int32)
    for _ in range(3):
        with pytest.raises(
            sampan.KernelError,
            match=r"kernel store, block \[[01],0,0\].*: illegal "
            r"memory access at address.*cudaErrorIllegalAddress",
        ) as caught:
            store((2,), (1,), (None, 0))
        assert caught.value.code == 700 and caught.value.name == "cudaErrorIllegalAddress"
        store((1,), (1,), (memory, 2))
        assert memory.tolist() == [0, 0, 1, 0]
    assert capfd.readouterr().err == ""


def test_assertions_and_traps(module: sampan.RawModule, capfd: pytest.CaptureFixture[str]) -> None:
    one = np.ones(1, np.int32)
    with pytest.raises(sampan.KernelError, match=r"RawModule\.cu:11: .*Assertion `p\[0\] == 0`"):
        module.get_function("check")((1,), (1,), (one,))
    with pytest.raises(sampan.KernelError, match=r"kernel trap.*: trap"):
        module.get_function("trap")((1,), (40,), ())
    module.get_function("check")((1,), (1,), (one - 1,))
    assert capfd.readouterr().err == ""


def test_a_fault_in_a_stream_is_told_when_it_is_synchronized(module: sampan.RawModule) -> None:
    stream, memory = sampan.Stream(), np.zeros(4, np.int32)
    store = module.get_function("store")
    with stream:
        store((1,), (1,), (memory, 0))
        store((1,), (1,), (None, 0))
        store((1,), (1,), (memory, 1))
    with pytest.raises(sampan.KernelError, match="illegal memory access"):
        stream.synchronize()
    assert memory.tolist() == [1, 1, 0, 0]
    stream.synchronize()


def test_a_fault_in_one_thread_does_not_touch_the_launches_of_another(
    module: sampan.RawModule,
) -> None:
    store, saxpy = module.get_function("store"), module.get_function("saxpy")
    faults: list[str] = []

    def fail() -> None:
        for _ in range(200):
            try:
                store((1,), (1,), (None, 0))
            except sampan.KernelError as error:
                faults.append(error.name)

    thread = threading.Thread(target=fail)
    thread.start()
    rounds = 0
    y = np.zeros(1024, np.float32)
    while thread.is_alive() or rounds < 200:
        saxpy((8,), (128,), (np.ones(1024, np.float32), y, 1, 1024))
        rounds += 1
    assert (y == rounds).all() and faults == ["cudaErrorIllegalAddress"] * 200


@pytest.mark.parametrize("stream", ["None", "sampan.Stream()"])
def test_ctrl_c_ends_a_kernel_that_never_ends(stream: str) -> None:
    program = f"""
import os, signal, threading, time, numpy as np, sampan
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
code = 'extern "C" __global__ void spin(volatile int *go, volatile int *seen)'
code += '{{ *seen = 1; while (*go); }}'
kernel, go, seen = sampan.RawKernel(code, "spin"), np.zeros(1, np.int32), np.zeros(1, np.int32)
go[0] = 1
def interrupt():
    while not seen[0]:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
stream = {stream}
try:
    kernel((2,), (40,), (go, seen), stream=stream)
    sampan.synchronize()
except KeyboardInterrupt:
    print("interrupted")
go[0] = 0
kernel((1,), (40,), (go, seen))
print("goes on")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=100
    )
    assert done.stdout == "interrupted\ngoes on\n", done.stderr


def test_a_forked_child_is_told_what_to_do() -> None:
    program = """
import os, sys, numpy as np, sampan
kernel = sampan.RawKernel('extern "C" __global__ void k(int *p) { *p = 1; }', "k")
kernel((1,), (1,), (np.zeros(1, np.int32),))
child = os.fork()
if child == 0:
    try:
        kernel((1,), (1,), (np.zeros(1, np.int32),))
    except sampan.KernelError as error:
        print(error, flush=True)
        os._exit(0)
    os._exit(1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "spawn" in done.stdout


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAMPAN_CACHE_DIR", str(tmp_path / "file"))
    source = 'extern "C" __global__ void uncached(int *p) { *p = 41; }'
    out = np.zeros(1, np.int32)
    sampan.RawKernel(source, "uncached")((1,), (1,), (out,))
    assert out[0] == 41
