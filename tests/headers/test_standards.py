"""What every program includes is free of warnings in each C++ standard that programs ask for."""

from __future__ import annotations

import pytest
from header_support import compile_snippet

from sampan.frontend.clang import ClangOptions

SOURCE = """
#include <cuda_runtime.h>
#include <cuda_fp16.h>
#include <cooperative_groups.h>
__global__ void kernel(int *p) { p[threadIdx.x] = __float2int_rn(__half2float(__half(2.0f))); }
int main() { kernel<<<1, 32>>>(nullptr); }
"""


@pytest.mark.parametrize("standard", ["c++11", "c++14", "c++17", "c++20"])
def test_no_warnings(standard: str) -> None:
    flags = (f"-std={standard}", "-Wall", "-Wextra", "-Werror")
    options = ClangOptions(device_flags=flags, host_flags=flags)
    assert compile_snippet(SOURCE, options).warnings == ()
