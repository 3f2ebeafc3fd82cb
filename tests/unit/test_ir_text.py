"""The reader and writer: everything LLVM prints survives, and errors name the line."""

# ruff: noqa: E501 (IR text is as LLVM prints it)
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from sampan.ir.builder import Builder
from sampan.ir.constants import bits_to_float, const_float, const_int, float_to_bits, splat
from sampan.ir.core import ConstFloat, ConstInt, Function, Module
from sampan.ir.errors import IRError
from sampan.ir.reader import read_module
from sampan.ir.types import BFLOAT, DOUBLE, FLOAT, HALF, I1, I32, I64, PTR, VOID, function_type
from sampan.ir.writer import write_module

EVERYTHING = r"""
source_filename = "every\22thing.cu"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

%pair = type { i32, double }
%"odd name" = type <{ i8, [3 x %pair], ptr }>
%list = type { ptr, %list2 }
%list2 = type { [2 x i16], <4 x float> }
%opaque = type opaque

$f = comdat any
$other = comdat largest

@a = internal unnamed_addr addrspace(3) global [256 x float] undef, align 4
@b = dso_local addrspace(1) externally_initialized global i32 0, align 4
@"quoted name\01" = private unnamed_addr constant [6 x i8] c"a\22b\5C\0A\00", align 1
@c = global [2 x ptr] [ptr @later, ptr getelementptr inbounds nuw (i8, ptr @d, i64 12)]
@d = external global [4 x i32], section "my section", align 16
@e = global %"odd name" <{ i8 -1, [3 x %pair] zeroinitializer, ptr null }>, comdat($other)
@g = global <4 x i32> splat (i32 7)
@h = thread_local(initialexec) global <2 x float> <float 0x7FF8000000000000, float 0xB6A0000000000000>
@i = global i64 ptrtoint (ptr @d to i64)
@j = constant ptr addrspacecast (ptr addrspace(3) getelementptr inbounds ([256 x float], ptr addrspace(3) @a, i64 0, i64 3) to ptr)
@k = global i64 sub (i64 ptrtoint (ptr @d to i64), i64 ptrtoint (ptr @c to i64))
@vt = constant { [3 x ptr] } { [3 x ptr] [ptr null, ptr @later, ptr @later] }
@vtp = global ptr getelementptr inbounds inrange(-16, 8) ({ [3 x ptr] }, ptr @vt, i32 0, i32 0, i32 2)
@al = weak alias i32, ptr @dd
@dd = global i32 1

declare i32 @printf(ptr noundef, ...) #1
declare extern_weak void @weakling()
declare void @llvm.assume(i1)
declare float @llvm.fma.f32(float, float, float)
declare i32 @__gxx_personality_v0(...)

define weak_odr dso_local noundef float @f(float noundef %0, ptr byval(%pair) align 8 captures(none) %p, i32 range(i32 0, 7) %1) local_unnamed_addr #0 comdat align 16 personality ptr @__gxx_personality_v0 {
  %3 = add nuw nsw i32 %1, -5
  %x = alloca [4 x i32], i32 %3, align 16
  %y = alloca i32, align 4
  %g = getelementptr inbounds nuw [4 x i32], ptr %x, i64 0, i32 %3
  store volatile i32 %3, ptr %g, align 4, !tbaa !1
  store atomic i32 %3, ptr %g syncscope("agent") release, align 4
  %l = load atomic volatile i32, ptr %g syncscope("agent") acquire, align 4
  fence syncscope("block") seq_cst
  fence acq_rel
  %cx = cmpxchg weak volatile ptr %g, i32 0, i32 1 syncscope("device") acq_rel monotonic, align 4
  %ok = extractvalue { i32, i1 } %cx, 1
  %rm = atomicrmw volatile umax ptr %g, i32 7 syncscope("device") monotonic, align 4
  %fm = atomicrmw fadd ptr %g, float 1.5 seq_cst, align 4
  %iv = insertvalue { i32, { i1, float } } poison, float %fm, 1, 1
  %v = insertelement <4 x float> poison, float %0, i64 0
  %w = shufflevector <4 x float> %v, <4 x float> poison, <4 x i32> zeroinitializer
  %u = shufflevector <4 x float> %w, <4 x float> %v, <2 x i32> <i32 poison, i32 6>
  %el = extractelement <2 x float> %u, i32 1
  %n = fneg nnan contract float %el
  %fr = freeze float %n
  %cmp = fcmp fast ogt float %fr, 0x3FB99999A0000000
  %ic = icmp samesign ult i32 %3, 5
  %se = select nnan i1 %cmp, float %0, float %fr
  %tr = trunc nuw nsw i32 %3 to i8
  %ze = zext nneg i8 %tr to i64
  %fp = uitofp nneg i64 %ze to half
  %bf = fptrunc contract float %se to bfloat
  %or = or disjoint i32 %3, 256
  %di = sdiv exact i32 %or, 3
  %pi = ptrtoint ptr %x to i64
  %va = va_arg ptr %x, i32
  %as = call i32 asm sideeffect "mov $0, $1", "=r,r,~{memory}"(i32 %va) #2, !srcloc !2
  %pr = tail call i32 (ptr, ...) @printf(ptr noundef nonnull @"quoted name\01", i32 %as, double 1.000000e+300)
  %in = call contract noundef float %p(float noundef %0, ptr byval(%pair) align 8 %p) #2 [ "deopt"(i32 5) ]
  %fma = call nnan float @llvm.fma.f32(float 0x36A0000000000000, float -0.000000e+00, float 0x7FF0000000000000)
  %gv = getelementptr i8, <2 x ptr> zeroinitializer, <2 x i64> <i64 1, i64 2>
  %half = fadd half 0xH3C00, 0xHFE01
  %b16 = fadd bfloat 0xR3F80, 0xR7FC1
  %fp80 = fadd x86_fp80 0xK3FFF8CCCCCCCCCCCCCCD, 0xK00000000000000000000
  %quad = fadd fp128 0xL00000000000000003FFF000000000000, 0xL0123456789ABCDEF3FFF000000000001
  switch i32 %3, label %def [
    i32 0, label %"loop head"
    i32 -4, label %4
  ]

4:                                                ; preds = %2
  br i1 %ok, label %"loop head", label %def, !prof !3

"loop head":                                      ; preds = %4, %2
  %phi = phi fast float [ 0.000000e+00, %2 ], [ %late, %"loop head" ], [ %0, %4 ]
  %late = fmul contract float %phi, 2.000000e+00
  br i1 %ic, label %"loop head", label %def, !llvm.loop !4

def:
  %inv = invoke i32 (ptr, ...) @printf(ptr @c)
          to label %done unwind label %pad

pad:
  %lp = landingpad { ptr, i32 }
          cleanup
          catch ptr null
          filter [1 x ptr] [ptr @d]
  resume { ptr, i32 } %lp

done:
  %r = phi float [ %0, %def ]
  ret float %r
}

define internal void @later() {
entry:
  unreachable
}

attributes #0 = { convergent mustprogress nounwind alignstack=16 "frame-pointer"="all" "k\22ey"="v" }
attributes #1 = { nounwind }
attributes #2 = { convergent memory(argmem: readwrite, inaccessiblemem: none) }

!llvm.module.flags = !{!0}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{!5, !5, i64 0}
!2 = !{i64 986}
!3 = !{!"branch_weights", i32 1, i32 2}
!4 = distinct !{!4}
!5 = !{!"int", !6, i64 0}
!6 = !{!"root"}
"""

DEVICE = r"""
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
struct P { float x; int n[3]; double d; };
__device__ P things[4];
template <class T> __device__ T sum(T *p, int n) { T s{}; for (int i = 0; i < n; ++i) s += p[i]; return s; }
__global__ void k(float *a, const P p, int n) {
  __shared__ float s[64];
  int t = __nvvm_read_ptx_sreg_tid_x();
  s[t] = a[t] * p.x;
  __syncthreads();
  switch (n) { case 0: a[t] = s[1]; break; case 4: a[t] += sum(s, n); break; default: things[t] = p; }
  asm volatile("bar.warp.sync %0;" ::"r"(n));
}
"""


def llvm_text(text: str) -> str:
    """What LLVM itself prints for the module, having verified it."""
    module = llvm.parse_assembly(text, llvm.create_context())
    module.verify()
    return str(module)


def test_everything_survives_a_round_trip() -> None:
    written = write_module(read_module(EVERYTHING))
    assert write_module(read_module(written)) == written
    assert llvm_text(written) == llvm_text(EVERYTHING)


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("debug", [[], ["-g"]])
def test_clang_output_survives_a_round_trip(level: str, debug: list[str], tmp_path: Path) -> None:
    beside_python = Path(sys.executable).parent / "clang-22"
    clang = str(beside_python) if beside_python.exists() else shutil.which("clang")
    if clang is None:
        pytest.skip("no clang")
    source = tmp_path / "k.cu"
    source.write_text(DEVICE)
    options = "-x cuda -nocudainc -nocudalib --cuda-device-only --cuda-gpu-arch=sm_80 -S -emit-llvm"
    text = subprocess.run(
        [clang, *options.split(), level, *debug, "-o", "-", str(source)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    written = write_module(read_module(text))
    assert write_module(read_module(written)) == written
    ours, theirs = llvm_text(written), llvm_text(text)
    if not debug:  # debug records are dropped, which renumbers the metadata
        assert ours == theirs


def test_attributes_land_where_passes_look() -> None:
    module = read_module(EVERYTHING)
    f = module.functions["f"]
    assert f.has_attr("convergent") and "alignstack(16)" in f.attrs
    by_name = {i.name: i for i in f.instructions()}
    assert by_name["cx"].attrs["failure_ordering"] == "monotonic"
    assert by_name["cx"].attrs["weak"] and by_name["cx"].attrs["volatile"]
    assert by_name["rm"].attrs["operation"] == "umax"
    assert by_name["rm"].attrs["syncscope"] == "device"
    assert by_name["l"].attrs["ordering"] == "acquire"
    assert by_name["u"].attrs["mask"] == (-1, 6)
    assert by_name["in"].attrs["fn_attrs"].startswith("convergent memory(argmem: readwrite")
    assert by_name["in"].attrs["param_attrs"] == ("noundef", "byval(%pair) align 8")
    assert by_name["phi"].flags == {"fast"}
    assert module.functions["f"].blocks[1].terminator.metadata == {"prof": "!3"}
    assert module.variables["a"].addrspace == 3


def test_debug_records_and_dbg_calls_are_dropped() -> None:
    text = """
define void @f(i32 %x) !dbg !4 {
    #dbg_value(i32 %x, !5, !DIExpression(), !6)
  call void @llvm.dbg.value(metadata i32 %x, metadata !5, metadata !DIExpression()), !dbg !6
  ret void, !dbg !6
}
declare void @llvm.dbg.value(metadata, metadata, metadata)
"""
    f = read_module(text).functions["f"]
    (ret,) = f.entry.instructions
    assert ret.metadata == {"dbg": "!6"} and f.metadata == {"dbg": "!4"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("  %x = add i32 %y, 1\n  ret void", "undefined value '%y'"),
        ("  br label %gone", "undefined block '%gone'"),
        ("  %x = frobnicate i32 1\n  ret void", "x.ll:2: expected an instruction"),
        ("  %x = add i32 1, 2\n  %y = add i64 %x, 1\n  ret void", "x.ll:3: '%x' is used as i64"),
        ("  call void @nobody()\n  ret void", "undefined global '@nobody'"),
    ],
)
def test_errors_name_the_line(body: str, message: str) -> None:
    with pytest.raises(IRError) as caught:
        read_module(f"define void @f() {{\n{body}\n}}\n", "x.ll")
    assert message in str(caught.value)


def test_constants_are_shared_within_a_module() -> None:
    module = read_module("define i32 @f() {\n  %x = add i32 7, 7\n  ret i32 %x\n}\n")
    add = module.functions["f"].entry.instructions[0]
    assert add.operands[0] is add.operands[1]


def test_names_are_made_unique_and_quoted() -> None:
    module = Module()
    f = module.add_function(Function("f", function_type(I32, (I32,)), module))
    builder = Builder(f.add_block("mask"))
    one = builder.add(f.args[0], ConstInt(I32, 1), name="mask")
    two = builder.add(one, one, name="mask.1")
    three = builder.add(two, two, name="7")
    builder.ret(three)
    text = write_module(module)
    assert "%mask.2 = add i32 %0, 1" in text
    assert "%mask.1 = add i32 %mask.2, %mask.2" in text
    assert '%"7" = add i32' in text
    llvm_text(text)


def test_builder_output_verifies() -> None:
    module = Module()
    f = module.add_function(Function("f", function_type(VOID, (I32, PTR, FLOAT)), module))
    n, p, x = f.args
    entry, loop, done = f.add_block("entry"), f.add_block("loop"), f.add_block("done")
    b = Builder(entry)
    slot = b.alloca(I64, align=8, name="slot")
    b.store(const_int(I64, -1), slot, align=8)
    v = b.splat(x, 8)
    v = b.binop("fmul", v, const_float(v.type, 0.1), ["contract"])
    s = b.select(b.fcmp("ogt", v, splat(const_float(FLOAT, 0.0), 8)), v, b.fneg(v))
    e = b.extractelement(b.freeze(s), 3)
    wide = b.resize(n, I64, signed=True)
    b.store(e, b.gep(FLOAT, p, [wide], ["inbounds"]), align=4)
    pair = b.cmpxchg(p, n, const_int(I32, 5))
    b.extractvalue(pair, [1])
    b.atomicrmw("add", p, n, syncscope="device")
    b.intrinsic("llvm.fma.f32", FLOAT, [x, x, x], ["contract"])
    b.fence()
    b.br(loop)
    b.position(loop)
    i = b.phi(I32, [(n, entry)], name="i")
    i2 = b.sub(i, const_int(I32, 1), ["nuw"])
    i.add_incoming(i2, loop)
    b.cond_br(b.icmp("eq", i2, const_int(I32, 0)), done, loop)
    b.position(done)
    b.switch(n, done.function.add_block("end"), [])  # type: ignore[union-attr]
    Builder(f.blocks[-1]).ret()
    llvm_text(write_module(module))


@pytest.mark.parametrize("type", [HALF, BFLOAT, FLOAT, DOUBLE])
def test_float_patterns_survive_text(type) -> None:  # type: ignore[no-untyped-def]
    width = type.bits
    patterns = {0, 1, 1 << (width - 1), (1 << width) - 1, 0x3C01, 0x7FC1, 0x7F81, 0x3F80}
    patterns |= {float_to_bits(type.kind, v) for v in (0.1, -1e30, 65504.0, 1e-40, float("inf"))}
    lines = []
    for bits in sorted(patterns):
        module = Module()
        f = module.add_function(Function("f", function_type(type, ()), module))
        Builder(f.add_block()).ret(ConstFloat(type, bits))
        text = write_module(module)
        lines.append(text)
        again = read_module(llvm_text(text)).functions["f"].entry.terminator.operands[0]
        assert isinstance(again, ConstFloat) and again.bits == bits, hex(bits)


def test_rounding_to_narrow_formats() -> None:
    assert float_to_bits("bfloat", 1.0 + 2**-8) == 0x3F80  # a tie goes to even
    assert float_to_bits("bfloat", 1.0 + 2**-8 + 2**-30) == 0x3F81
    assert float_to_bits("bfloat", 3.4e38) == 0x7F80
    assert float_to_bits("float", 1e39) == 0x7F800000
    assert float_to_bits("half", 65520.0) == 0x7C00
    assert float_to_bits("bfloat", 2.0**-133) == 1
    assert bits_to_float("bfloat", 1) == 2.0**-133
    assert const_int(I1, 1).value == 1  # type: ignore[attr-defined]
