; A short move reads everything before it writes anything.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(64))
; CHECK: load i64
; CHECK: load i64
; CHECK: load i32
; CHECK: store i64
; CHECK-NOT: load

define void @f(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 8
  call void @llvm.memmove.p0.p0.i64(ptr align 8 %q, ptr align 8 %p, i64 20, i1 false)
  ret void
}

declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
