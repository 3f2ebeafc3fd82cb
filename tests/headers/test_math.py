"""Device math is `__nv_*` calls or instructions; the host has CUDA's own functions too."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from header_support import compile_all, compile_snippet

from sampan.frontend.clang import ClangOptions, compile_host, find_clang

DEVICE = """
#include <algorithm>
#include <cmath>
#include <math.h>
__global__ void floats(float *p, int n) {
  p[0] = sinf(p[0]); p[1] = sin(p[1]); p[2] = std::exp(p[2]); p[3] = rsqrtf(p[3]);
  p[4] = acosh(p[4]); p[5] = fmaf(p[5], p[6], p[7]); p[8] = pow(p[8], p[9]);
  p[9] = std::pow(p[9], 2); p[10] = sqrt(p[10]); p[11] = abs(p[11]); p[12] = std::abs(p[12]);
  p[13] = sqrt(n); p[14] = nanf(""); p[15] = CUDART_PI; p[16] = isnan(p[16]) + std::isinf(p[17]);
  sincosf(p[18], &p[19], &p[20]); p[21] = __expf(p[21]); p[22] = __fdividef(p[22], p[23]);
  p[24] = exp10(p[24]) + erfinv(p[25]) + norm3df(p[0], p[1], p[2]) + cospi(p[3]);
}
__global__ void least(int *i, unsigned *u, float *f, double *d, long long *l) {
  i[0] = min(i[1], i[2]) + max(i[3], 7) + abs(i[4]) + std::max(i[5], i[6]);
  u[0] = min(u[1], 3) + max(u[2], u[3]);
  f[0] = min(f[1], f[2]) + max(f[3], 1.0f) + std::min(f[4], f[5]);
  d[0] = min(d[1], f[6]) + max(d[2], d[3]) + fabs(d[4]);
  l[0] = min(l[1], l[2]) + llabs(l[3]) + abs(l[4]) + labs(3);
}
""".replace("CUDART_PI", "3.0f")

HOST = """
#include <cmath>
#include <cstdio>
__global__ void k() {}
static int failures = 0;
static void near(double got, double want) {
  if (!(std::fabs(got - want) <= 1e-12 * (1 + std::fabs(want)))) {
    std::printf("got %.17g, want %.17g\\n", got, want);
    ++failures;
  }
}
int main() {
  near(rsqrt(4.0), 0.5);
  near(rcbrt(27.0), 1 / 3.0);
  near(sinpi(0.25), std::sqrt(0.5));
  near(sinpi(-1e6 + 0.5), 1);
  near(cospi(1.0), -1);
  near(cospi(-2.25), std::sqrt(0.5));
  near(erfinv(std::erf(0.3)), 0.3);
  near(erfinv(std::erf(-1.7)), -1.7);
  near(erfcinv(std::erfc(5.0)), 5);
  near(erfcinv(std::erfc(-0.2)), -0.2);
  near(normcdf(0.0), 0.5);
  near(normcdfinv(normcdf(1.5)), 1.5);
  near(erfcx(30.0), 0.018795888861416751);
  near(norm3d(2, 3, 6), 7);
  near(norm4d(1, 1, 1, 1), 2);
  near(cyl_bessel_i0(1.0), 1.2660658777520084);
  near(cyl_bessel_i1(1.0), 0.56515910399248503);
  near(min(1, 2) + max(3u, 4) + min(1.5f, 2.5) + max(2ll, 5ll), 1 + 4 + 1.5 + 5);
  near(exp10(2.0), 100);
  return failures;
}
"""


def test_device_math_calls_libdevice_names() -> None:
    halves = compile_snippet(DEVICE)
    floats = halves.body("floats")
    for name in ("sinf", "expf", "rsqrtf", "acoshf", "fmaf", "powf", "sqrtf", "fabsf", "sincosf"):
        assert f"@__nv_{name}(" in floats, name
    assert "@__nv_fast_expf(" in floats
    assert "@__nv_fast_fdividef(" in floats
    assert "@__nv_sqrt(double" in floats  # sqrt(int)
    assert halves.warnings == ()


def test_min_max_abs_overloads() -> None:
    body = compile_snippet(DEVICE).body("least")
    for name in ("__nv_min", "__nv_fminf", "__nv_fmin", "__nv_fmaxf", "__nv_fmax", "__nv_abs"):
        assert f"@{name}(" in body, name
    for name in ("llvm.umin.i32", "llvm.umax.i32", "llvm.smin.i64"):
        assert f"@{name}(" in body, name


def test_every_promised_device_overload_is_defined() -> None:
    """clang's header declares device overloads; one left undefined would be an unknown symbol."""
    one = "acosh asinh atanh cbrt ceil cos cosh erf erfc exp exp2 expm1 fabs floor lgamma log "
    one += "log10 log1p log2 logb nearbyint rint round sin sinh sqrt tan tanh tgamma trunc"
    two = "atan2 copysign fdim fmax fmin fmod hypot nextafter pow remainder"
    body = "".join(f"f[0] += {name}(f[1]); d[0] += {name}(d[1]);\n" for name in one.split())
    body += "".join(f"f[0] += {n}(f[1], f[2]); d[0] += {n}(d[1], d[2]);\n" for n in two.split())
    body += "f[0] += lrint(f[1]) + lround(f[2]) + llrint(f[3]) + llround(f[4]) + ilogb(f[5]);\n"
    body += "f[0] += scalbn(f[1], 2) + scalbln(f[2], 3) + remquo(f[1], f[2], i) + frexp(f[3], i);\n"
    source = f"__global__ void k(float *f, double *d, int *i) {{\n{body}}}\n"
    for options in (ClangOptions(), ClangOptions(device_optimize=0)):
        device = compile_snippet(source, options).device
        declared = [line for line in device.splitlines() if line.startswith("declare")]
        assert [line for line in declared if "@__nv_" not in line and "@llvm." not in line] == []


def test_fast_math_chooses_fast_functions() -> None:
    source = "__global__ void k(float *p) { p[0] = sinf(p[0]) / logf(p[1]); }"
    plain, fast = compile_all((source, ClangOptions()), (source, ClangOptions(use_fast_math=True)))
    assert "@__nv_sinf(" in plain.device and "@__nv_logf(" in plain.device
    assert "@__nv_fast_sinf(" in fast.device and "@__nv_fast_logf(" in fast.device
    assert "reassoc" not in fast.device and "nnan" not in fast.device


def test_contraction_follows_fmad() -> None:
    source = "__global__ void k(float *p) { p[0] = p[1] * p[2] + p[3]; }"
    plain, apart = compile_all((source, ClangOptions()), (source, ClangOptions(fmad=False)))
    assert "fmul contract float" in plain.device
    assert "contract" not in apart.body("1k")


def test_host_has_cudas_functions(tmp_path: Path) -> None:
    source = tmp_path / "host.cu"
    source.write_text(HOST)
    stubs = tmp_path / "stubs.cpp"
    stubs.write_text(
        'extern "C" { void *__cudaRegisterFatBinary(void *) { return 0; }\n'
        "void __cudaRegisterFatBinaryEnd(void *) {}\nvoid __cudaUnregisterFatBinary(void *) {}\n"
        "int __cudaRegisterFunction() { return 0; }\nint __cudaPopCallConfiguration() { return 0; }"
        "\nint cudaLaunchKernel() { return 0; } }\n"
    )
    blob = tmp_path / "blob"
    blob.write_text("0")
    compile_host(source, ClangOptions(), blob, tmp_path / "host.ll")
    program = tmp_path / "program"
    linked = subprocess.run(
        [find_clang(), "--driver-mode=g++", "-stdlib=libstdc++", "--rtlib=libgcc",
         "--unwindlib=libgcc", "-fuse-ld=lld", tmp_path / "host.ll", stubs, "-o", program],
        capture_output=True, text=True,
    )  # fmt: skip
    if linked.returncode != 0:
        pytest.skip(f"cannot link here: {linked.stderr[:200]}")
    done = subprocess.run([program], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
