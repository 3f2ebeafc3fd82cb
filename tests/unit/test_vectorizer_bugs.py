"""A bug in the vectoriser costs speed, not the program: planted here, found by the user's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan import codegen, config, pipeline
from sampan.driver import CompiledProgram, CompileOptions, compile_program
from sampan.ir.errors import IRError
from sampan.pipeline import FIBRE, VECTOR
from sampan.targets.widths import gang_plans
from sampan.vectorize import module as vectorizer
from tests.unit.test_driver import run

SOURCE = """
#include <cstdio>
__global__ void good(int *p) { p[threadIdx.x] += threadIdx.x; }
__global__ void unlucky(int *p) { if (threadIdx.x & 1) p[threadIdx.x] *= 2; }
int main() {
  int *p;
  cudaMallocManaged(&p, 64 * sizeof(int));
  good<<<1, 64>>>(p);
  unlucky<<<1, 64>>>(p);
  cudaDeviceSynchronize();
  printf("%d %d\\n", p[62], p[63]);
}
"""
EXPECTED = "62 126\n"


def build(folder: Path) -> CompiledProgram:
    source = folder / "a.cu"
    source.write_text(SOURCE)
    return compile_program([source], CompileOptions(), folder / "program")


def plant(monkeypatch: pytest.MonkeyPatch, error: Exception, at_width: int = 0) -> None:
    """Makes the vectoriser fail in the kernel `unlucky`, for every width or for one."""
    widen = vectorizer.widen_kernel

    def broken(work, name, width, *rest):  # type: ignore[no-untyped-def]
        if "unlucky" in name and at_width in (0, width):
            raise error
        return widen(work, name, width, *rest)

    monkeypatch.setattr(vectorizer, "widen_kernel", broken)


@pytest.mark.parametrize(
    "error", [IRError("use of a value before its definition"), AssertionError(), KeyError("x")]
)
def test_one_kernel_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    plant(monkeypatch, error)
    with config.scope(SAMPAN_VERIFY=False):
        built = build(tmp_path)
    assert run(built.path) == EXPECTED
    paths = {kernel.name: (kernel.path, kernel.reason) for kernel in built.kernels}
    assert paths["_Z4goodPi"] == (VECTOR, "")
    assert paths["_Z7unluckyPi"] == (FIBRE, f"a bug in Sampan ({type(error).__name__})")
    (warning,) = built.warnings
    assert "bug in Sampan" in warning and "unlucky(int*)" in warning and "Traceback" not in warning


def test_forms_made_before_the_bug_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths = [plan.width for plan in gang_plans(codegen.host_target().vectors)]
    plant(monkeypatch, IRError("a lost mask"), at_width=widths[1])
    with config.scope(SAMPAN_VERIFY=False):
        built = build(tmp_path)
    assert run(built.path) == EXPECTED
    assert [kernel.path for kernel in built.kernels if "unlucky" in kernel.name] == [FIBRE]


def test_vector_code_that_llvm_rejects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = pipeline.write_module
    monkeypatch.setattr(
        pipeline,
        "write_module",
        lambda module: write(module).replace("x i32>", "y i32>"),
    )
    with config.scope(SAMPAN_VERIFY=False):
        built = build(tmp_path)
    assert run(built.path) == EXPECTED
    assert {kernel.path for kernel in built.kernels} == {FIBRE}
    (warning,) = built.warnings
    assert "bug in Sampan" in warning and "LLVM rejects" in warning


def test_verification_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, IRError("a lost mask"))
    with config.scope(SAMPAN_VERIFY=True), pytest.raises(IRError, match="a lost mask"):
        build(tmp_path)
