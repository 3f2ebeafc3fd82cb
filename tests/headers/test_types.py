"""Vector types have the documented layouts on both sides, on every way to include them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from header_support import compile_snippet

from sampan.frontend.clang import HEADERS, RUNTIME_INCLUDE

# (type, size, alignment) as the CUDA C++ Programming Guide lists them.
LAYOUTS = [
    *[("char1", 1, 1), ("uchar2", 2, 2), ("char3", 3, 1), ("uchar4", 4, 4)],
    *[("short1", 2, 2), ("ushort2", 4, 4), ("short3", 6, 2), ("ushort4", 8, 8)],
    *[("int1", 4, 4), ("uint2", 8, 8), ("int3", 12, 4), ("uint4", 16, 16)],
    *[("long1", 8, 8), ("ulong2", 16, 16), ("long3", 24, 8), ("ulong4", 32, 16)],
    *[("longlong1", 8, 8), ("ulonglong2", 16, 16), ("longlong3", 24, 8), ("longlong4", 32, 16)],
    *[("float1", 4, 4), ("float2", 8, 8), ("float3", 12, 4), ("float4", 16, 16)],
    *[("double1", 8, 8), ("double2", 16, 16), ("double3", 24, 8), ("double4", 32, 16)],
    *[("uint3", 12, 4), ("dim3", 12, 4)],
]
CHECKS = "".join(
    f'static_assert(sizeof({name}) == {size} && alignof({name}) == {align}, "{name}");\n'
    for name, size, align in LAYOUTS
)


def test_layouts_on_both_sides() -> None:
    source = CHECKS + (
        "__global__ void k(float4 *p) { p[threadIdx.x] = make_float4(1, 2, 3, 4); }\n"
        "dim3 size(float2 v) { return dim3(int(v.x), int(make_int2(3, 4).y)); }\n"
    )
    halves = compile_snippet(source)
    assert "align 16" in halves.body("1k")


def test_built_in_variables() -> None:
    source = """
    __device__ unsigned sum(uint3 v) { return v.x + v.y + v.z; }
    __global__ void k(unsigned *p) {
      dim3 grid = gridDim; uint3 thread = threadIdx;
      p[blockIdx.x * blockDim.x + threadIdx.x] = grid.z + thread.y + sum(blockIdx) + warpSize;
    }
    """
    body = compile_snippet(source).body("1k")
    for register in ("tid.x", "tid.y", "ctaid.x", "ctaid.z", "ntid.x", "nctaid.z"):
        assert f"@llvm.nvvm.read.ptx.sreg.{register}(" in body
    assert "32" in body


@pytest.mark.parametrize("language", ["c", "c++"])
def test_host_compiler_takes_the_api_headers(language: str) -> None:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no gcc")
    names = "cuda_runtime.h cuda_runtime_api.h cuda.h vector_types.h cuComplex.h cudaProfiler.h"
    source = "".join(f"#include <{name}>\n" for name in names.split())
    source += "int main(void) { struct cudaDeviceProp p; return cudaGetDeviceProperties(&p, 0); }\n"
    done = subprocess.run(
        [compiler, "-Wall", "-Werror", "-fsyntax-only", "-x", language, "-", "-I", HEADERS,
         "-I", RUNTIME_INCLUDE],
        input=source, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_header_compiles_on_its_own() -> None:
    names = [path.relative_to(Path(HEADERS)) for path in sorted(Path(HEADERS).glob("*.h"))]
    names += [path.relative_to(Path(HEADERS)) for path in sorted(Path(HEADERS).glob("crt/*.h"))]
    compile_snippet("".join(f"#include <{name}>\n" for name in names) + "int main() {}\n")
