"""Lanes return a structure from one place or another: clang leaves few such functions."""

from __future__ import annotations

from sampan import codegen, config, pipeline

TEXT = """
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()

define internal { i32, float } @pick(i32 %x) noinline {
  %small = icmp slt i32 %x, 7
  br i1 %small, label %a, label %b
a:
  %first = insertvalue { i32, float } { i32 1, float 2.0 }, i32 %x, 0
  ret { i32, float } %first
b:
  %second = insertvalue { i32, float } { i32 3, float 4.0 }, i32 %x, 0
  ret { i32, float } %second
}

define ptx_kernel void @k(ptr addrspace(1) %out) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %pair = call { i32, float } @pick(i32 %t)
  %one = extractvalue { i32, float } %pair, 0
  %at = getelementptr i32, ptr addrspace(1) %out, i32 %t
  store i32 %one, ptr addrspace(1) %at
  ret void
}
"""


def test_structure_from_two_returns_is_vector_code() -> None:
    with config.scope(SAMPAN_VERIFY=True):
        device = pipeline.compile_device(TEXT, "f" * 32, codegen.host_target())
    assert [kernel.reason for kernel in device.kernels] == [""]
    assert not device.warnings
