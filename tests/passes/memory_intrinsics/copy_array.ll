; Between a table and an array of floats, floats are moved; unaligned bytes stay bytes.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(64))
; CHECK: load volatile float, ptr @table, align 4
; CHECK-NEXT: store volatile float
; CHECK: load volatile float, {{.*}}, align 4
; CHECK: load i8, ptr %p, align 1
; CHECK: load i8, {{.*}}, align 1
; CHECK: load i8, {{.*}}, align 1
; CHECK-NOT: load i

@table = private constant [2 x float] [float 1.0, float 2.5], align 4

define void @f(ptr %p) {
  %a = alloca [2 x float], align 4
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %a, ptr align 4 @table, i64 8, i1 true)
  %x = load float, ptr %a, align 4
  %q = getelementptr i8, ptr %p, i64 32
  store float %x, ptr %q, align 4
  %r = getelementptr i8, ptr %p, i64 41
  call void @llvm.memcpy.p0.p0.i64(ptr %r, ptr %p, i64 3, i1 false)
  ret void
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
