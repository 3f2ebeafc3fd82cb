; A move of any length goes away from the overlap: up if the target lies lower, else down.
; pass: canonicalize.memory_intrinsics
; call: f(buffer(128), 8, 0, 51)
; call: f(buffer(128), 0, 8, 51)
; call: f(buffer(128), 0, 24, 64)
; call: f(buffer(128), 3, 0, 0)
; call: bytes(buffer(128), 1, 0, 51)
; call: bytes(buffer(128), 0, 1, 51)
; CHECK: icmp ule ptr %to, %from
; CHECK: load i64
; CHECK: load i8
; CHECK: load i8
; CHECK: load i64
; CHECK-NOT: call void

define void @f(ptr %p, i64 %a, i64 %b, i64 %n) {
entry:
  %to = getelementptr i8, ptr %p, i64 %a
  %from = getelementptr i8, ptr %p, i64 %b
  %aligned = icmp ult i64 %a, 9
  br i1 %aligned, label %move, label %done

move:
  call void @llvm.memmove.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 %n, i1 false)
  br label %done

done:
  %x = phi i8 [ 1, %entry ], [ 2, %move ]
  %last = getelementptr i8, ptr %p, i64 127
  store i8 %x, ptr %last, align 1
  ret void
}

define void @bytes(ptr %p, i64 %a, i64 %b, i64 %n) {
  %to = getelementptr i8, ptr %p, i64 %a
  %from = getelementptr i8, ptr %p, i64 %b
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  ret void
}

declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
