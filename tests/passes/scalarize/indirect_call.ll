; A call through a pointer has an effect, also where nobody uses its result.
; pass: canonicalize.scalarize
; CHECK: define i32 @f
; CHECK: call i32 %g(i32 %a)
; CHECK-NOT: <

define i32 @f(ptr %p, i32 %a) {
  %g = load ptr, ptr %p
  %v = insertelement <2 x i32> poison, i32 %a, i64 0
  %w = insertelement <2 x i32> %v, i32 7, i64 1
  %r = call i32 %g(i32 %a)
  %e = extractelement <2 x i32> %w, i64 1
  ret i32 %e
}
