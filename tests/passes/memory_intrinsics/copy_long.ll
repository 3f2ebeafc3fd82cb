; A long copy is a loop of steps as wide as the alignment allows, and one of the bytes behind.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(1024))
; call: g(buffer(1024), 100)
; call: g(buffer(1024), 0)
; CHECK: icmp ult i64 %{{.*}}, 75
; CHECK: getelementptr i32, ptr %p, i64
; CHECK: icmp ult i64 %{{.*}}, 1
; CHECK: getelementptr i8,
; CHECK: define void @g
; CHECK: lshr i64 %{{.*}}, 2
; CHECK-NOT: call void

define void @f(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 512
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %q, ptr align 8 %p, i64 301, i1 false)
  ret void
}

define void @g(ptr %p, i32 %n) {
  %q = getelementptr i8, ptr %p, i64 512
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %q, ptr align 8 %p, i32 %n, i1 false)
  ret void
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)
