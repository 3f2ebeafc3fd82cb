; A short copy moves the scalars of the variable that is copied, and its padding as numbers.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(32))
; CHECK: load float, ptr %p, align 8
; CHECK-NEXT: store float %{{.*}}, ptr %s, align 8
; CHECK: load i8, {{.*}}, align 4
; CHECK: load i8, {{.*}}, align 1
; CHECK: load i16, {{.*}}, align 2
; CHECK: load ptr, {{.*}}, align 8
; CHECK-NOT: call void

%S = type { float, i8, ptr }

define i64 @f(ptr align 8 %p) {
  %s = alloca %S, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %s, ptr align 8 %p, i64 16, i1 false)
  %q = getelementptr inbounds %S, ptr %s, i64 0, i32 2
  %x = load i64, ptr %q, align 8
  %y = load i64, ptr %s, align 8
  %r = xor i64 %x, %y
  ret i64 %r
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
