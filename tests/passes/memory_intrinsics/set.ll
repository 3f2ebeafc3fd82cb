; The byte to set is repeated: as a constant, or by a multiplication.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(64), 171)
; call: variable(buffer(64), 205, 13)
; CHECK: store float 0.000000e+00, ptr %a
; CHECK: store ptr null
; CHECK: store i64 217020518514230019, ptr %p
; CHECK: mul i64 %{{.*}}, 72340172838076673
; CHECK: icmp ult
; CHECK-NOT: call void @llvm.memset

define void @f(ptr %p, i8 %x) {
  %a = alloca { float, ptr }, align 8
  call void @llvm.memset.p0.i64(ptr align 8 %a, i8 0, i64 16, i1 false)
  call void @llvm.memset.p0.i64(ptr align 8 %p, i8 3, i64 8, i1 false)
  %q = getelementptr i8, ptr %p, i64 16
  call void @llvm.memset.p0.i64(ptr align 8 %q, i8 %x, i64 15, i1 false)
  ret void
}

define void @variable(ptr %p, i8 %x, i64 %n) {
  call void @llvm.memset.p0.i64(ptr align 8 %p, i8 %x, i64 %n, i1 false)
  ret void
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
