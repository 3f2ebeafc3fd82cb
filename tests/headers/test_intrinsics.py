"""Bit, byte and memory intrinsics compile to plain instructions or `__nv_*` calls, not PTX."""

from __future__ import annotations

from header_support import compile_snippet

from sampan.frontend.clang import ClangOptions


def test_integer_intrinsics() -> None:
    body = compile_snippet("""
    __global__ void k(int *i, unsigned *u, long long *l, unsigned long long *v) {
      i[0] = __popc(u[0]) + __clz(i[1]) + __ffs(i[2]) + __mul24(i[3], i[4]) + __mulhi(i[5], i[6]);
      u[0] = __brev(u[1]) + __umulhi(u[2], u[3]) + __byte_perm(u[4], u[5], 0x1234);
      u[1] = __sad(i[1], i[2], u[6]) + __hadd(i[1], i[2]) + __rhadd(i[3], i[4]) + __urhadd(1, u[2]);
      l[0] = __mul64hi(l[1], l[2]) + __clzll(l[3]) + __popcll(v[0]) + __ffsll(l[4]);
      u[2] = __funnelshift_l(u[1], u[2], u[3]) + __funnelshift_rc(u[1], u[2], u[3]);
      u[3] = __dp4a(u[1], u[2], u[3]) + __vadd4(u[4], u[5]) + __vcmpgts2(u[6], u[7]);
    }
    """).body("1k")
    names = "popc clz ffs mul24 mulhi brev umulhi byte_perm sad hadd rhadd urhadd mul64hi clzll"
    for name in names.split():
        assert f"@__nv_{name}(" in body, name
    assert "@llvm.fshl.i32(" in body and "@llvm.fshr.i32(" in body
    assert " asm " not in body and "@__nv_v" not in body


def test_conversions_and_directed_rounding() -> None:
    body = compile_snippet("""
    __global__ void k(float *f, double *d, int *i) {
      i[0] = __float2int_rn(f[0]) + __float_as_int(f[1]) + __double2hiint(d[0]);
      f[0] = __int_as_float(i[1]) + __fadd_rn(f[1], f[2]) + __fmul_rz(f[3], f[4]);
      f[6] = __saturatef(f[5]);
      d[0] = __longlong_as_double(7) + __dmul_ru(d[1], d[2]) + __hiloint2double(i[1], i[2]);
    }
    """).body("1k")
    for name in ("float2int_rn", "float_as_int", "fadd_rn", "fmul_rz", "dmul_ru", "saturatef"):
        assert f"@__nv_{name}(" in body, name


def test_cached_loads_are_plain_loads() -> None:
    body = compile_snippet("""
    __global__ void k(const float4 *p, int *i, float4 *q) {
      q[0] = __ldg(&p[1]); q[1] = __ldcg(p); __stcs(&q[2], __ldcs(p + 2));
      i[0] = __ldg(i + 1) + __ldca(i + 2) + __ldlu(i + 3);
      while (__ldcv(i + 4) == 0) {}
      __stwt(i + 5, 1);
    }
    """).body("1k")
    assert "load volatile i32" in body and "store volatile i32" in body
    assert "call" not in body.replace("call void @llvm.dbg", "")


def test_barriers_fences_and_clocks() -> None:
    body = compile_snippet("""
    __global__ void k(int *p, long long *q) {
      __shared__ int s[32];
      s[threadIdx.x] = p[0];
      __syncthreads();
      p[1] = __syncthreads_count(s[0]) + __syncthreads_or(s[1]) + __syncthreads_and(s[2]);
      __threadfence(); __threadfence_block(); __threadfence_system();
      q[0] = clock64(); p[2] = clock(); __nanosleep(100);
      if (p[3]) __trap();
      __builtin_assume(p[4] > 0);
    }
    """).body("1k")
    for name in ("barrier.cta.sync.aligned.all", "membar.gl", "membar.cta", "membar.sys"):
        assert f"@llvm.nvvm.{name}(" in body, name
    assert "@llvm.nvvm.nanosleep(" in body and "@llvm.trap()" in body
    assert "sreg.clock64" in body


def test_warp_operations() -> None:
    device = compile_snippet("""
    __global__ void k(int *p, double *d, unsigned *u) {
      p[0] = __shfl_down_sync(~0u, p[1], 4) + __shfl_xor_sync(~0u, p[2], 1, 16);
      d[0] = __shfl_sync(~0u, d[1], 3);
      u[0] = __ballot_sync(~0u, p[3]) + __activemask() + __match_any_sync(~0u, d[2]);
      p[4] = __all_sync(~0u, p[5]) + __any_sync(~0u, p[6]) + __match_all_sync(~0u, p[7], p + 8);
      u[1] = __reduce_add_sync(~0u, u[2]) + __reduce_max_sync(~0u, p[9]);
      __syncwarp();
    }
    """).device
    names = "shfl.sync.down.i32 shfl.sync.bfly.i32 shfl.sync.idx.i32 vote.ballot.sync "
    names += "match.any.sync.i64 match.all.sync.i32p redux.sync.add bar.warp.sync"
    for name in names.split():
        assert f"@llvm.nvvm.{name}(" in device, name


def test_unoptimised_device_code_has_no_optnone() -> None:
    options = ClangOptions(device_optimize=0)
    device = compile_snippet("__global__ void k(int *p) { atomicAdd(p, 1); }", options).device
    assert "alloca" in device and "optnone" not in device


def test_spinning_loop_survives() -> None:
    body = compile_snippet("__global__ void k(volatile int *p) { while (!*p) {} p[1] = 1; }").body(
        "1k"
    )
    assert "load volatile" in body and "br i1" in body
    plain = compile_snippet("__global__ void k(int *p) { while (!*p) {} p[1] = 1; }").body("1k")
    assert plain.count("br ") >= 1
