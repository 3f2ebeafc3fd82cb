; Vectors cross calls as arrays, on both sides.
; pass: canonicalize.scalarize
; call: f(3, 4)
; CHECK: define internal { [2 x i32], i32 } @callee([2 x i32] %v, i32 %k)
; CHECK: %v.0 = extractvalue [2 x i32] %v, 0
; CHECK: insertvalue { [2 x i32], i32 } poison, i32 %{{.*}}, 0, 0
; CHECK: define i32 @f
; CHECK: insertvalue [2 x i32] poison, i32 %a, 0
; CHECK: call { [2 x i32], i32 } @callee([2 x i32] %{{.*}}, i32 7)
; CHECK-NEXT: extractvalue { [2 x i32], i32 } %r, 0, 1
; CHECK-NOT: <

define internal { <2 x i32>, i32 } @callee(<2 x i32> noundef %v, i32 %k) {
  %d = mul <2 x i32> %v, splat (i32 10)
  %r = insertvalue { <2 x i32>, i32 } poison, <2 x i32> %d, 0
  %s = insertvalue { <2 x i32>, i32 } %r, i32 %k, 1
  ret { <2 x i32>, i32 } %s
}

define i32 @f(i32 %a, i32 %b) {
  %v = insertelement <2 x i32> poison, i32 %a, i64 0
  %w = insertelement <2 x i32> %v, i32 %b, i64 1
  %r = call { <2 x i32>, i32 } @callee(<2 x i32> %w, i32 7)
  %e = extractvalue { <2 x i32>, i32 } %r, 0
  %y = extractelement <2 x i32> %e, i64 1
  ret i32 %y
}
