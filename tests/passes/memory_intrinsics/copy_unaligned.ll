; What lies in memory of no declared type is copied in wide parts whatever its alignment.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(64))
; CHECK: load i64, {{.*}}, align 16
; CHECK: store i64 {{.*}}, align 1
; CHECK: load i64, {{.*}}, align 8
; CHECK: store i64 {{.*}}, align 1
; CHECK-NOT: load i8
; CHECK: load i32, {{.*}}, align 2
; CHECK: store i32 {{.*}}, align 1
; CHECK: load i16, {{.*}}, align 2
; CHECK: load i8, {{.*}}, align 2
; CHECK-NOT: load i

define void @f(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 17
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %q, ptr align 16 %p, i64 16, i1 false)
  %r = getelementptr i8, ptr %p, i64 2
  %s = getelementptr i8, ptr %p, i64 41
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %s, ptr align 2 %r, i64 7, i1 false)
  ret void
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
