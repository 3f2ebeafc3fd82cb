"""Objects that are compiled apart and linked later, by sampan-nvcc and by other linkers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sampan import device_objects
from sampan.cli import main
from sampan.toolkit import toolkit

from .conftest import NvccRun

MAIN = r"""
#include <cstdio>
extern __device__ int helper(int);
__managed__ int m = 5;
static __device__ int own = 1;
__global__ void k(int *p) { *p = helper(3) + m + own; }
int other();
int main() {
  int *p, two = 2;
  cudaMallocManaged(&p, 4);
  cudaMemcpyToSymbol(own, &two, 4);
  m += 1;
  k<<<1, 1>>>(p);
  cudaDeviceSynchronize();
  std::printf("%d %d\n", *p, other());
}
"""
HELPER = r"""
static __device__ int own = 4;
__device__ int helper(int x) { return x * own * 10; }
static __global__ void k(int *p) { *p = helper(5); }
int other() {
  int *p;
  cudaMallocManaged(&p, 4);
  k<<<1, 1>>>(p);
  cudaDeviceSynchronize();
  return *p;
}
"""
SAYS = "128 200\n"


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with main.o and helper.o, compiled with -dc."""
    folder = tmp_path_factory.mktemp("objects")
    (folder / "main.cu").write_text(MAIN)
    (folder / "helper.cu").write_text(HELPER)
    for name in ("main", "helper"):
        assert main(["cc", "-dc", f"{folder}/{name}.cu", "-o", f"{folder}/{name}.o"]) == 0
    return folder


def output(program: Path) -> str:
    """Run in another folder and with an empty environment: neither Python nor Sampan is found."""
    done = subprocess.run([program], capture_output=True, text=True, cwd="/", env={}, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_link_joins_their_device_code(nvcc: NvccRun, objects: Path, tmp_path: Path) -> None:
    nvcc(objects / "main.o", objects / "helper.o", "-o", tmp_path / "program")
    assert output(tmp_path / "program") == SAYS
    needed = subprocess.run(["ldd", tmp_path / "program"], capture_output=True, text=True).stdout
    assert "sampan" not in needed and "python" not in needed


def test_device_link_makes_an_object_for_any_linker(
    nvcc: NvccRun, objects: Path, tmp_path: Path
) -> None:
    parts = [objects / "main.o", objects / "helper.o"]
    nvcc("-dlink", *parts, "-o", tmp_path / "device.o")
    linker = shutil.which("g++")
    command = [linker, *parts, tmp_path / "device.o"] if linker else [_host_linker(), *parts]
    command += [] if linker else [tmp_path / "device.o"]
    lib64 = toolkit() / "lib64"
    command += ["-o", tmp_path / "program", f"-L{lib64}", "-lcudart_static", "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    assert output(tmp_path / "program") == SAYS
    # As CMake links with the shared runtime: the libraries are in a file.
    (tmp_path / "libraries.rsp").write_text(f'-L"{lib64}" -lcudart')
    parts_and_device = [*parts, tmp_path / "device.o", f"@{tmp_path}/libraries.rsp"]
    subprocess.run([_host_linker(), *parts_and_device, "-o", tmp_path / "outside"], check=True)
    assert output(tmp_path / "outside") == SAYS
    # What is linked already is not linked again.
    nvcc(*parts, tmp_path / "device.o", "-o", tmp_path / "again")
    assert output(tmp_path / "again") == SAYS


def _host_linker() -> Path:
    return toolkit() / "bin" / "host-linker"


@pytest.mark.parametrize("how", ["path", "-l", "-l:"])
def test_archives_hold_device_code(nvcc: NvccRun, objects: Path, tmp_path: Path, how: str) -> None:
    if not shutil.which("ar"):
        pytest.fail("this test needs ar, of binutils")
    nvcc("-lib", objects / "helper.o", "-o", tmp_path / "libhelper.a")
    library = {
        "path": [tmp_path / "libhelper.a"],
        "-l": ["-L", tmp_path, "-lhelper"],
        "-l:": [f"-L{tmp_path}", "-l:libhelper.a"],
    }[how]
    nvcc(objects / "main.o", *library, "-o", tmp_path / "program")
    assert output(tmp_path / "program") == SAYS


def test_combined_objects_keep_both_parts(objects: Path, tmp_path: Path) -> None:
    from sampan.link import combine

    combine([objects / "main.o", objects / "helper.o"], tmp_path / "both.o")
    units = device_objects.read(tmp_path / "both.o").units
    assert [Path(unit.source).name for unit in units] == ["main.cu", "helper.cu"]


def test_objects_of_the_same_source_are_the_same(
    nvcc: NvccRun, objects: Path, tmp_path: Path
) -> None:
    nvcc("-dc", objects / "helper.cu", "-o", tmp_path / "again.o")
    assert (tmp_path / "again.o").read_bytes() == (objects / "helper.o").read_bytes()


def test_device_code_that_is_nowhere_is_named_with_its_line(
    nvcc: NvccRun, objects: Path, tmp_path: Path
) -> None:
    err = nvcc(objects / "main.o", "-o", tmp_path / "program", code=3).err
    assert "helper(int) is called from device code but not defined in any of the files" in err
    assert "main.cu:6:" in err
    assert not (tmp_path / "program").exists()


def test_device_code_that_is_there_twice(nvcc: NvccRun, objects: Path, tmp_path: Path) -> None:
    (tmp_path / "twin.cu").write_text("__device__ int helper(int x) { return x; }")
    parts = [objects / "main.o", objects / "helper.o"]
    err = nvcc("-rdc=true", *parts, tmp_path / "twin.cu", "-o", tmp_path / "p", code=3).err
    assert "twin.cu does not link" in err and "helper(int)" in err


def test_device_code_for_two_architectures(nvcc: NvccRun, objects: Path, tmp_path: Path) -> None:
    nvcc("-dc", "-arch=sm_90", objects / "helper.cu", "-o", tmp_path / "helper.o")
    err = nvcc(objects / "main.o", tmp_path / "helper.o", "-o", tmp_path / "p", code=3).err
    assert "for sm_80" in err and "for sm_90" in err and "same -arch" in err


def test_forgotten_device_link_says_so(objects: Path, tmp_path: Path) -> None:
    parts = [objects / "main.o", objects / "helper.o"]
    lib64 = toolkit() / "lib64"
    command = [_host_linker(), *parts, "-o", tmp_path / "p", f"-L{lib64}", "-lcudart_static"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "sampan_device_link_is_missing_use_sampan_nvcc_to_link" in done.stderr


def _patched(objects: Path, out: Path, old: bytes, new: bytes) -> Path:
    data = (objects / "helper.o").read_bytes()
    assert data.count(old) == 1 and len(old) == len(new)
    out.write_bytes(data.replace(old, new))
    return out


def _foreign(tmp_path: Path) -> Path:
    """An object as nvcc makes them: a fat binary in .nv_fatbin."""
    source, out = tmp_path / "foreign.c", tmp_path / "foreign.o"
    source.write_text(
        '__attribute__((section(".nv_fatbin"))) const unsigned char fat[] = '
        "{0x50, 0xed, 0x55, 0xba};"
    )
    subprocess.run([_host_linker(), "-x", "c", "-c", source, "-o", out], check=True)
    return out


def _other_processor(objects: Path, tmp_path: Path) -> Path:
    data = bytearray((objects / "helper.o").read_bytes())
    data[18:20] = (183).to_bytes(2, "little")  # EM_AARCH64
    (tmp_path / "arm.o").write_bytes(data)
    return tmp_path / "arm.o"


def _text(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "text.o").write_bytes(content)
    return tmp_path / "text.o"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o, t: _foreign(t), "was compiled by nvcc"),
        (lambda o, t: _other_processor(o, t), "another kind of processor"),
        (lambda o, t: _text(t, b"not an object"), "not an object file"),
        (lambda o, t: _text(t, (o / "helper.o").read_bytes()[:900]), "damaged"),
        (
            lambda o, t: _patched(o, t / "old.o", b'"llvm": ', b'"LLVM": '),
            "device code in it is damaged",
        ),
        (
            lambda o, t: _patched(o, t / "old.o", b"SAMPANDC\1", b"SAMPANDC\7"),
            "another version of Sampan",
        ),
    ],
    ids=["nvcc", "processor", "text", "cut", "record", "version"],
)
def test_objects_that_do_not_fit(
    nvcc: NvccRun, objects: Path, tmp_path: Path, make: object, message: str
) -> None:
    wrong = make(objects, tmp_path)  # type: ignore[operator]
    err = nvcc(objects / "main.o", wrong, "-o", tmp_path / "program", code=3).err
    assert message in err and str(wrong) in err
    assert "hint:" in err


def test_a_shared_library_and_its_program_have_one_runtime(nvcc: NvccRun, tmp_path: Path) -> None:
    (tmp_path / "lib.cu").write_text(
        """__global__ void k(int *p) { *p += 1; }
        void add(int *p, cudaStream_t s) { k<<<1, 1, 0, s>>>(p); }"""
    )
    (tmp_path / "main.cu").write_text(
        r"""#include <cstdio>
        #include <dlfcn.h>
        __global__ void twice(int *p) { *p *= 2; }
        int main(int, char **argv) {
          void *library = dlopen(argv[1], RTLD_NOW);
          if (!library) return puts(dlerror()), 1;
          auto add = (void (*)(int *, cudaStream_t))dlsym(library, "_Z3addPiP11CUstream_st");
          cudaStream_t s;
          cudaStreamCreate(&s);
          int *p, n = 20;
          cudaMalloc(&p, 4);
          cudaMemcpyAsync(p, &n, 4, cudaMemcpyHostToDevice, s);
          add(p, s);
          twice<<<1, 1, 0, s>>>(p);
          cudaMemcpyAsync(&n, p, 4, cudaMemcpyDeviceToHost, s);
          cudaDeviceProp told;
          cudaGetDeviceProperties(&told, 0);
          printf("%d %d sm_%d%d\n", cudaStreamSynchronize(s), n, told.major, told.minor);
        }"""
    )
    nvcc("-shared", "-Xcompiler", "-fPIC", tmp_path / "lib.cu", "-o", tmp_path / "lib.so")
    for kind in ("static", "shared"):
        nvcc("-arch=sm_75", f"-cudart={kind}", tmp_path / "main.cu", "-o", tmp_path / kind, "-ldl")
        command = [tmp_path / kind, tmp_path / "lib.so"]
        done = subprocess.run(command, capture_output=True, text=True, env={}, timeout=60)
        assert done.stdout == "0 42 sm_75\n", done.stdout + done.stderr


def test_extended_lambdas_are_kernel_arguments(nvcc: NvccRun, tmp_path: Path) -> None:
    (tmp_path / "lambda.cu").write_text(
        r"""#include <cstdio>
        #ifndef __CUDACC_EXTENDED_LAMBDA__
        #error "no extended lambdas"
        #endif
        template <class F> __global__ void map(int *p, F f) { p[threadIdx.x] = f(threadIdx.x); }
        template <class F> int on_host(F f) { return f(3); }
        int main() {
          int *p, base = 10;
          cudaMallocManaged(&p, 32 * sizeof(int));
          auto both = [=] __host__ __device__(int i) { return base + i; };
          map<<<1, 32>>>(p, both);
          cudaDeviceSynchronize();
          int first = p[31];
          map<<<1, 32>>>(p, [base] __device__(int i) { return base * i; });
          cudaDeviceSynchronize();
          printf("%d %d %d\n", on_host(both), first, p[31]);
        }"""
    )
    nvcc("--extended-lambda", tmp_path / "lambda.cu", "-o", tmp_path / "program")
    assert output(tmp_path / "program") == "13 41 310\n"


def test_program_is_executable_for_all_who_may(
    nvcc: NvccRun, objects: Path, tmp_path: Path
) -> None:
    before = os.umask(0o027)
    try:
        nvcc(objects / "main.o", objects / "helper.o", "-o", tmp_path / "program")
    finally:
        os.umask(before)
    assert (tmp_path / "program").stat().st_mode & 0o777 == 0o750
