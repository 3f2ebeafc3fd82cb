"""The driver: several sources, libraries, separate compilation, managed variables, errors."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest

from sampan.diagnostics import CompileError, UnsupportedError, UsageError
from sampan.driver import CompileOptions, compile_kernels_library, compile_program
from sampan.frontend.clang import ClangOptions
from sampan.frontend.host import register_early
from sampan.pipeline import FIBRE

FIBRES = CompileOptions(path=FIBRE)


def write(folder: Path, **sources: str) -> list[Path]:
    files = []
    for name, text in sources.items():
        stem, _, suffix = name.rpartition("_")
        files.append(folder / f"{stem}.{suffix}")
        files[-1].write_text(text)
    return files


def run(program: Path) -> str:
    done = subprocess.run([program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_cuda_and_host_sources_become_one_program(tmp_path: Path) -> None:
    sources = write(
        tmp_path,
        main_cu="""
            #include <cstdio>
            int twice(int);
            void second(int *);
            static __global__ void kernel(int *p) { *p = 20; }
            int main() {
              int *p; cudaMallocManaged(&p, 4);
              kernel<<<1, 1>>>(p); cudaDeviceSynchronize();
              second(p);
              printf("%d\\n", twice(*p));
            }""",
        second_cu="""
            static __global__ void kernel(int *p) { *p += 1; }
            void second(int *p) { kernel<<<1, 1>>>(p); cudaDeviceSynchronize(); }""",
        host_cpp="int twice(int x) { return 2 * x; }",
    )
    built = compile_program(sources, FIBRES, tmp_path / "program")
    assert run(built.path) == "42\n"
    assert [kernel.path for kernel in built.kernels] == [FIBRE, FIBRE]
    assert {path.name for path in built.reads} >= {"main.cu", "second.cu", "host.cpp"}


def test_separate_compilation_joins_device_code_of_several_files(tmp_path: Path) -> None:
    sources = write(
        tmp_path,
        a_cu="""
            #include <cstdio>
            extern __device__ int counter;
            __device__ int add(int);
            static __device__ int own = 3;
            __managed__ int result;
            static __global__ void kernel() { result = add(counter) + own; }
            void other();
            int main() {
              kernel<<<1, 1>>>(); cudaDeviceSynchronize();
              int first = result, five = 5;
              cudaMemcpyToSymbol(own, &five, 4);
              other();
              kernel<<<1, 1>>>(); cudaDeviceSynchronize();
              printf("%d %d\\n", first, result);
            }""",
        b_cu="""
            __device__ int counter = 100;
            __device__ int add(int x) { return x + 10; }
            static __global__ void kernel() { counter = 200; }
            void other() { kernel<<<1, 1>>>(); cudaDeviceSynchronize(); }""",
    )
    options = CompileOptions(path=FIBRE, clang=ClangOptions(rdc=True))
    assert run(compile_program(sources, options, tmp_path / "program").path) == "113 215\n"


def test_host_and_device_share_managed_variables(tmp_path: Path) -> None:
    sources = write(
        tmp_path,
        m_cu="""
            #include <cstdio>
            __managed__ int number = 7;
            static __managed__ float list[3] = {1, 2, 3};
            __global__ void kernel() { number += 1; list[2] = list[1] + number; }
            int main() {
              number += 1;
              kernel<<<1, 1>>>(); cudaDeviceSynchronize();
              printf("%d %g\\n", number, list[2]);
            }""",
    )
    assert run(compile_program(sources, FIBRES, tmp_path / "program").path) == "9 11\n"


def test_a_library_offers_its_functions(tmp_path: Path) -> None:
    source = """
        __global__ void kernel(int *out, int n) {
          if (threadIdx.x < n) out[threadIdx.x] = threadIdx.x;
        }
        extern "C" int fill(int *out, int n) {
          int *p; cudaMalloc(&p, n * 4);
          kernel<<<1, 64>>>(p, n);
          return cudaMemcpy(out, p, n * 4, cudaMemcpyDeviceToHost);
        }"""
    built = compile_kernels_library(source, FIBRES, tmp_path / "kernels.so")
    out = (ctypes.c_int * 50)()
    assert ctypes.CDLL(str(built.path)).fill(out, 50) == 0
    assert list(out) == list(range(50))


def test_a_dump_holds_every_stage_in_order(tmp_path: Path) -> None:
    sources = write(tmp_path, k_cu="__global__ void k(int *p) { *p = 1; }\nint main() {}\n")
    compile_program(sources, FIBRES, tmp_path / "program", tmp_path / "dump")
    names = [path.name for path in sorted((tmp_path / "dump" / "k").iterdir())]
    labels = [name.split("-", 1)[1].split(".")[0] for name in names if name[0].isdigit()]
    assert labels[0] == "host" and labels[1] == "read" and labels[-2:] == ["optimized", "assembly"]
    assert "lower-lanes" in labels
    unchanged = tmp_path / "dump" / "k"
    assert any(f.read_text() == "(unchanged)\n" for f in unchanged.glob("*.ll"))
    assert "clang" in (unchanged / "timings.txt").read_text()


def test_the_same_source_gives_the_same_program(tmp_path: Path) -> None:
    sources = write(tmp_path, k_cu="__global__ void k(float *p) { *p += 1; }\nint main() {}\n")
    for name in ("one", "two"):
        compile_program(sources, FIBRES, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_errors_of_the_source_are_clangs(tmp_path: Path) -> None:
    sources = write(tmp_path, k_cu="__global__ void k() { nonsense; }\nint main() {}\n")
    with pytest.raises(CompileError) as caught:
        compile_program(sources, FIBRES, tmp_path / "program")
    assert "k.cu:1:23: error:" in caught.value.output


def test_an_unsupported_construct_is_named_with_its_line(tmp_path: Path) -> None:
    sources = write(
        tmp_path,
        k_cu='__global__ void k() {\n  asm volatile("wgmma.fence;");\n}\nint main() {}\n',
    )
    with pytest.raises(UnsupportedError, match=r"wgmma\.fence") as caught:
        compile_program(sources, FIBRES, tmp_path / "program")
    assert caught.value.span is not None and caught.value.span.line == 2


def test_undefined_symbols_are_the_linkers_errors(tmp_path: Path) -> None:
    sources = write(tmp_path, k_cu="void missing();\nint main() { missing(); }\n")
    with pytest.raises(CompileError) as caught:
        compile_program(sources, FIBRES, tmp_path / "program")
    assert "undefined symbol: missing()" in caught.value.output


def test_files_of_unknown_kind_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        compile_program([tmp_path / "notes.txt"], FIBRES, tmp_path / "program")


def test_registration_comes_before_static_initialisers() -> None:
    host = "[{ i32, ptr, ptr } { i32 65535, ptr @__cuda_module_ctor, ptr null }]"
    assert "{ i32 102, ptr @__cuda_module_ctor, ptr null }" in register_early(host)
