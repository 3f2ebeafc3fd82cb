"""Atomic functions become `atomicrmw` and `cmpxchg`, never library calls."""

from __future__ import annotations

import re

import pytest
from header_support import Halves, compile_snippet

from sampan.frontend.clang import ClangOptions

SOURCE = """
#define KERNEL(name, type, expression) \
  __global__ void name(type *p, type a, type b, type *out) { *out = expression; }
KERNEL(add_int, int, atomicAdd(p, a))
KERNEL(add_unsigned, unsigned, atomicAdd(p, a))
KERNEL(add_long, unsigned long long, atomicAdd(p, a))
KERNEL(add_float, float, atomicAdd(p, a))
KERNEL(add_double, double, atomicAdd(p, a))
KERNEL(sub_int, int, atomicSub(p, a))
KERNEL(exch_int, int, atomicExch(p, a))
KERNEL(exch_float, float, atomicExch(p, a))
KERNEL(exch_long, unsigned long long, atomicExch(p, a))
KERNEL(min_int, int, atomicMin(p, a))
KERNEL(min_unsigned, unsigned, atomicMin(p, a))
KERNEL(min_longlong, long long, atomicMin(p, a))
KERNEL(max_longlong, long long, atomicMax(p, a))
KERNEL(max_ulonglong, unsigned long long, atomicMax(p, a))
KERNEL(and_unsigned, unsigned, atomicAnd(p, a))
KERNEL(or_int, int, atomicOr(p, a))
KERNEL(xor_long, unsigned long long, atomicXor(p, a))
KERNEL(inc, unsigned, atomicInc(p, a))
KERNEL(dec, unsigned, atomicDec(p, a))
KERNEL(cas_int, int, atomicCAS(p, a, b))
KERNEL(cas_short, unsigned short, atomicCAS(p, a, b))
KERNEL(cas_long, unsigned long long, atomicCAS(p, a, b))
KERNEL(add_block, int, atomicAdd_block(p, a))
KERNEL(max_system, int, atomicMax_system(p, a))
KERNEL(dec_block, unsigned, atomicDec_block(p, a))
KERNEL(load_relaxed, int, __nv_atomic_load_n(p, __NV_ATOMIC_RELAXED))
KERNEL(fetch_add, float, __nv_atomic_fetch_add(p, a, __NV_ATOMIC_RELAXED, __NV_THREAD_SCOPE_BLOCK))
"""
EXPECTED = {
    "add_int": "atomicrmw add ptr %0, i32 %1 acq_rel",
    "add_unsigned": "atomicrmw add ptr %0, i32 %1 acq_rel",
    "add_long": "atomicrmw add ptr %0, i64 %1 acq_rel",
    "add_float": "atomicrmw fadd ptr %0, float %1 acq_rel",
    "add_double": "atomicrmw fadd ptr %0, double %1 acq_rel",
    "sub_int": "atomicrmw sub ptr %0, i32 %1 acq_rel",
    "exch_int": "atomicrmw xchg ptr %0, i32 %1 acq_rel",
    "exch_float": "atomicrmw xchg ptr %0",
    "exch_long": "atomicrmw xchg ptr %0, i64 %1 acq_rel",
    "min_int": "atomicrmw min ptr %0, i32",
    "min_unsigned": "atomicrmw umin ptr %0, i32",
    "min_longlong": "atomicrmw min ptr %0, i64",
    "max_longlong": "atomicrmw max ptr %0, i64",
    "max_ulonglong": "atomicrmw umax ptr %0, i64",
    "and_unsigned": "atomicrmw and ptr %0, i32",
    "or_int": "atomicrmw or ptr %0, i32",
    "xor_long": "atomicrmw xor ptr %0, i64",
    "inc": "atomicrmw uinc_wrap ptr %0, i32 %1",
    "dec": "atomicrmw udec_wrap ptr %0, i32 %1",
    "cas_int": "cmpxchg ptr %0, i32 %1, i32 %2 acq_rel acquire",
    "cas_short": "cmpxchg ptr %0, i16 %1, i16 %2 acq_rel acquire",
    "cas_long": "cmpxchg ptr %0, i64 %1, i64 %2 acq_rel acquire",
    "add_block": "atomicrmw add ptr %0, i32 %1 acq_rel",
    "max_system": "atomicrmw max ptr %0, i32 %1 acq_rel",
    "dec_block": "atomicrmw udec_wrap ptr %0, i32 %1",
    "load_relaxed": "load atomic i32, ptr %0 monotonic",
    "fetch_add": "atomicrmw fadd ptr %0, float %1 monotonic",
}


@pytest.fixture(scope="module")
def compiled() -> Halves:
    return compile_snippet(SOURCE)


@pytest.mark.parametrize("kernel", EXPECTED)
def test_atomic_is_one_instruction(compiled: Halves, kernel: str) -> None:
    body = compiled.body(f"{len(kernel)}{kernel}P")
    assert EXPECTED[kernel] in body
    assert len(re.findall(r"atomicrmw|cmpxchg|load atomic", body)) == 1
    assert " call " not in body


def test_double_add_is_left_to_the_program_below_sm_60() -> None:
    own = """
    #if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 600
    __device__ double atomicAdd(double *p, double v) { double old = *p; *p += v; return old; }
    #endif
    __global__ void k(double *p) { atomicAdd(p, 1.0); }
    """
    assert "fadd contract double" in compile_snippet(own, ClangOptions(arch="sm_52")).device
    assert "atomicrmw fadd" in compile_snippet(own, ClangOptions(arch="sm_60")).device
