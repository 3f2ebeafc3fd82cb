; Elements smaller than a byte are packed in memory.
; pass: canonicalize.scalarize
; call: f(buffer(4))
; CHECK: load i8, ptr %p, align 1
; CHECK-NOT: <
; CHECK: store i16

define void @f(ptr %p) {
  %v = load <8 x i1>, ptr %p, align 1
  %w = shufflevector <8 x i1> %v, <8 x i1> splat (i1 true), <12 x i32> <i32 0, i32 8, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 9, i32 0, i32 1>
  %q = getelementptr i8, ptr %p, i64 2
  store <12 x i1> %w, ptr %q, align 2
  ret void
}
