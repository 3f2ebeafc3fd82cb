"""The front end turns clang's nvptx64 IR into the SIMT level: one construct a test."""

from __future__ import annotations

import re

import pytest

from sampan.codegen import CpuTarget, parse
from sampan.diagnostics import UnsupportedError
from sampan.frontend import nvvm
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from sampan.ir.writer import write_module

TARGET = CpuTarget(
    "x86_64-unknown-linux-gnu",
    "x86-64-v3",
    "",
    "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128",
)
HEAD = """\
target datalayout = "e-p6:32:32-i64:64-i128:128-i256:256-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"
"""


def lower(text: str) -> tuple[DeviceModule, str]:
    device = nvvm.lower(read_module(HEAD + text), TARGET)
    verify(device.module, "SIMT")
    written = write_module(device.module)
    parse(written)
    return device, written


def kernel(body: str, parameters: str = "ptr %p", rest: str = "") -> str:
    return f"define ptx_kernel void @k({parameters}) {{\n{body}\n  ret void\n}}\n{rest}"


def test_special_registers_become_sampan_intrinsics() -> None:
    _, text = lower(
        kernel(
            "%x = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
            "%w = call i32 @llvm.nvvm.read.ptx.sreg.warpsize()\n"
            "%s = add i32 %x, %w\n store i32 %s, ptr %p",
            rest="declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
            "declare i32 @llvm.nvvm.read.ptx.sreg.warpsize()",
        )
    )
    assert "call i32 @sampan.tid.x()" in text
    assert ", 32" in text
    assert "nvvm" not in text


def test_barrier_reductions_keep_their_operation_and_type() -> None:
    _, text = lower(
        kernel(
            "%c = icmp eq ptr %p, null\n"
            "%r = call i1 @llvm.nvvm.barrier.cta.red.or.aligned.all(i32 0, i1 %c)\n"
            "%n = call i32 @llvm.nvvm.barrier.cta.red.popc.aligned.all(i32 0, i1 %r)\n"
            "store i32 %n, ptr %p",
            rest="declare i1 @llvm.nvvm.barrier.cta.red.or.aligned.all(i32, i1)\n"
            "declare i32 @llvm.nvvm.barrier.cta.red.popc.aligned.all(i32, i1)",
        )
    )
    assert "@sampan.barrier.reduce(i32 %1, i32 2)" in text
    assert "icmp ne i32" in text
    assert ", i32 0)" in text


def test_shared_variables_get_aligned_offsets_even_inside_constant_expressions_and_phis() -> None:
    device, text = lower(
        """\
@a = internal addrspace(3) global [3 x i8] undef, align 1
@b = internal addrspace(3) global [4 x double] undef, align 8
define ptx_kernel void @k(i1 %c) {
entry:
  br i1 %c, label %x, label %y
x:
  br label %y
y:
  %p = phi ptr [ getelementptr (i8, ptr addrspacecast (ptr addrspace(3) @b to ptr), i64 8), %entry \
], [ addrspacecast (ptr addrspace(3) @a to ptr), %x ]
  store i8 1, ptr %p
  ret void
}
"""
    )
    assert device.kernels[0].static_shared == 35  # the more aligned one comes first
    assert "addrspace" not in text and "@a" not in text
    assert "getelementptr inbounds i8, ptr %0, i64 32" in text


def test_dynamic_shared_memory_starts_behind_the_static_part_of_every_kernel_that_shares_it() -> (
    None
):
    device, text = lower(
        """\
@big = internal addrspace(3) global [40 x i8] undef, align 1
@dyn = external addrspace(3) global [0 x float], align 4
define ptx_kernel void @k1() {
  store i8 1, ptr addrspacecast (ptr addrspace(3) @big to ptr)
  call void @f()
  ret void
}
define ptx_kernel void @k2() {
  call void @f()
  ret void
}
define internal void @f() noinline {
  store float 1.0, ptr addrspacecast (ptr addrspace(3) @dyn to ptr)
  ret void
}
"""
    )
    sizes = {k.name: -(-k.static_shared // 16) * 16 for k in device.kernels}
    assert sizes == {"k1": 48, "k2": 48}
    assert "i64 48" in text


def test_a_kernel_that_writes_its_struct_parameter_works_on_a_copy() -> None:
    device, text = lower(
        """\
%struct.S = type { i32, i64 }
define ptx_kernel void @writes(ptr byval(%struct.S) align 8 %s, i8 %c) {
  store i32 1, ptr %s
  ret void
}
define ptx_kernel void @reads(ptr readonly byval(%struct.S) align 8 captures(none) %s, ptr %o) {
  %v = load i32, ptr %s
  store i32 %v, ptr %o
  ret void
}
"""
    )
    assert "byval" not in text
    assert text.count("alloca %struct.S") == 1
    layouts = {k.name: [(p.offset, p.size) for p in k.parameters] for k in device.kernels}
    assert layouts == {"writes": [(0, 16), (16, 1)], "reads": [(0, 16), (16, 8)]}


def test_fusing_takes_single_use_products_in_the_same_block_and_strips_contract() -> None:
    _, text = lower(
        """\
define ptx_kernel void @k(ptr %p, float %a, float %b, float %c) {
  %m = fmul contract float %a, %b
  %s = fsub contract float %c, %m
  store float %s, ptr %p
  %n = fmul contract float %a, %c
  %t = fadd contract float %n, %b
  %u = fadd contract float %n, %t
  store float %u, ptr %p
  %x = fmul float %b, %b
  %y = fadd contract float %x, %a
  store float %y, ptr %p
  ret void
}
"""
    )
    assert text.count("call float @llvm.fma.f32") == 1
    assert "fneg float %a" in text
    assert "contract" not in text


def test_function_addresses_become_descriptors_in_code_and_initialisers() -> None:
    device, text = lower(
        """\
@table = addrspace(1) externally_initialized global [2 x ptr] [ptr @f, ptr @g]
define internal i32 @f(i32 %x) {
  ret i32 %x
}
define internal i32 @g(i32 %x) {
  %r = call i32 @f(i32 %x)
  ret i32 %r
}
define ptx_kernel void @k(ptr %p) {
  store ptr @g, ptr %p
  ret void
}
"""
    )
    assert "[ptr @f.descriptor, ptr @g.descriptor]" in text
    assert "store ptr @g.descriptor" in text
    assert "call i32 @f(i32 %x)" in text
    assert {f.name for f in device.descriptors} == {"f", "g"}


def test_variables_the_host_may_write_are_not_constant_to_llvm() -> None:
    device, text = lower(
        """\
@c = addrspace(4) externally_initialized constant [2 x float] [float 1.0, float 2.0], align 4
@t = internal unnamed_addr addrspace(4) constant [2 x i32] [i32 1, i32 2], align 4
define ptx_kernel void @k(ptr %p) {
  %v = load i32, ptr addrspacecast (ptr addrspace(4) @t to ptr)
  store i32 %v, ptr %p
  ret void
}
"""
    )
    assert "@c = internal global" in text
    assert "@t = internal constant" in text
    assert [(v.name, v.flags) for v in device.variables] == [("c", 1)]


def test_an_unsupported_operation_names_its_source_line() -> None:
    with pytest.raises(UnsupportedError) as caught:
        lower(
            """\
define ptx_kernel void @k(ptr %p) !dbg !3 {
  call void @llvm.nvvm.wgmma.fence.sync.aligned(), !dbg !4
  ret void
}
declare void @llvm.nvvm.wgmma.fence.sync.aligned()
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!5}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "kernel.cu", directory: "/nowhere")
!2 = !DISubroutineType(types: null)
!3 = distinct !DISubprogram(name: "k", file: !1, line: 1, type: !2, unit: !0)
!4 = !DILocation(line: 7, column: 3, scope: !3)
!5 = !{i32 2, !"Debug Info Version", i32 3}
"""
        )
    assert str(caught.value.span) == "/nowhere/kernel.cu:7:3"
    assert "wgmma.fence" in caught.value.message


def test_undefined_device_functions_are_reported() -> None:
    with pytest.raises(UnsupportedError, match="elsewhere"):
        lower(kernel("call void @elsewhere()", rest="declare void @elsewhere()"))


def test_library_calls_go_to_the_runtime() -> None:
    _, text = lower(
        kernel(
            "%m = call ptr @malloc(i64 8)\n"
            "%n = call i32 @vprintf(ptr %p, ptr %m)\n"
            "call void @free(ptr %m)\n"
            "call void @__assertfail(ptr %p, ptr %p, i32 3, ptr %p, i64 1)\n"
            "call void @llvm.trap()",
            rest="declare ptr @malloc(i64)\ndeclare i32 @vprintf(ptr, ptr)\n"
            "declare void @free(ptr)\ndeclare void @llvm.trap()\n"
            "declare void @__assertfail(ptr, ptr, i32, ptr, i64)",
        )
    )
    for name in ("device_malloc", "device_free", "vprintf", "assert_fail", "trap"):
        assert f"@sampan_{name}(" in text
    assert "@malloc" not in text


def test_launch_bounds_are_the_product_of_all_dimensions() -> None:
    device, _ = lower('define ptx_kernel void @k() "nvvm.maxntid"="16,8,2" { \n ret void \n}\n')
    assert device.kernels[0].max_threads == 256


@pytest.mark.parametrize(
    "asm, expected",
    [
        ('asm sideeffect "bar.sync 0;", ""', "@sampan.barrier()"),
        ('asm sideeffect "trap;", ""', "@sampan_trap("),
        ('asm sideeffect "", "~{memory}"', 'fence syncscope("singlethread") seq_cst'),
    ],
)
def test_inline_ptx_without_operands(asm: str, expected: str) -> None:
    _, text = lower(kernel(f"call void {asm}()"))
    assert expected in text


def test_inline_ptx_reads_special_registers() -> None:
    _, text = lower(
        kernel('%l = call i32 asm "mov.u32 $0, %laneid;", "=r"()\n store i32 %l, ptr %p')
    )
    assert "@sampan.laneid()" in text


def test_other_inline_ptx_is_quoted_in_the_error() -> None:
    with pytest.raises(UnsupportedError, match=r"wmma\.load"):
        lower(kernel('call void asm sideeffect "wmma.load $0;", "r"(ptr %p)'))


@pytest.mark.parametrize(
    "ptx, message",
    [
        ("addc.u32 $0, $1, $1;", "a carry from another asm statement"),
        ("{ again: add.u32 $0, $1, 1; }", "the label again"),
        ("add.u32 $0, t, 1;", "t, which has no value"),
        ("{ .reg .u32 t; add.u32 $0, t, 1; }", "t, which has no value"),
        ("mov.u32 t, $1;", "the register t, which is not declared"),
        ("add.rz.f32 $0, $1, $1;", "directed rounding"),
        ("prmt.b32.f4e $0, $1, $1, $1;", "its mode"),
        ("mma.sync $0, $1;", '"mma.sync $0, $1" is not'),
    ],
)
def test_inline_ptx_without_a_translation_says_which_part(ptx: str, message: str) -> None:
    body = f'%v = call i32 asm "{ptx}", "=r,r"(i32 1)\n store i32 %v, ptr %p'
    with pytest.raises(UnsupportedError, match=re.escape(message)):
        lower(kernel(body))


def test_a_guarded_store_goes_elsewhere_where_it_is_not_wanted() -> None:
    choice = "{ .reg .pred p; setp.eq.u32 p, $1, 0; @p add.u32 $0, $1, 1; }"
    _, text = lower(kernel(f'%v = call i32 asm "{choice}", "=r,r"(i32 1)\n store i32 %v, ptr %p'))
    assert "br i1" not in text and "alloca" not in text
    store = "{ .reg .pred p; setp.eq.u32 p, $1, 0; @p st.global.u32 [$0], $1; }"
    _, text = lower(kernel(f'call void asm sideeffect "{store}", "l,r"(ptr %p, i32 1)'))
    assert "br i1" not in text
    assert re.search(r"%(\d+) = select i1 %\d+, ptr %p, ptr %\d+\n  store i32 1, ptr %\1", text)


@pytest.mark.parametrize(
    ("rest", "barriers"),
    [
        ("store i32 %r, ptr addrspace(3) @a", 2),  # may come before others have read
        ("store i32 %r, ptr addrspace(3) @b", 1),  # another variable
        ("call void @SYNC(i32 0)\nstore i32 %r, ptr addrspace(3) @a", 2),  # a barrier between
        ("store i32 %r, ptr %p", 1),
    ],
)
def test_reads_behind_a_barrier_are_settled_before_a_store(rest: str, barriers: int) -> None:
    sync = "llvm.nvvm.barrier.cta.sync.aligned.all"
    body = (
        "call void @SYNC(i32 0)\n"
        "%at = getelementptr i32, ptr addrspace(3) @a, i64 1\n"
        f"%r = load i32, ptr addrspace(3) %at\nbr label %next\nnext:\n{rest}\n"
        "%x = load i32, ptr addrspace(3) @b\nstore i32 %x, ptr %p"
    )
    shared = "".join(f"@{n} = internal addrspace(3) global [4 x i32] undef\n" for n in "ab")
    _, text = lower(shared + kernel(body.replace("SYNC", sync), rest=f"declare void @{sync}(i32)"))
    assert text.count("call void @sampan.barrier()") == barriers
