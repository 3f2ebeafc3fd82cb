; An access as wide as two elements is cut in two, so that the array can be interleaved.
; pass: vectorize.privates
; width: 4
; call: f(buffer(64), 2)
; CHECK: alloca [128 x i8], align 64
; CHECK-NOT: load i64, ptr %
; CHECK: load i32, ptr %g, align 4
; CHECK: load i32, ptr %{{.*}}, align 4
; CHECK: lshr i64 %w, 32
; CHECK-NOT: store i64

define i64 @f(ptr %p, i32 %i) {
  %a = alloca [4 x { float, float }], align 4
  %g = getelementptr inbounds [4 x { float, float }], ptr %a, i64 0, i32 %i
  %h = getelementptr inbounds { float, float }, ptr %g, i64 0, i32 1
  store float 1.0, ptr %g, align 4
  store float 2.0, ptr %h, align 4
  %v = load i64, ptr %g, align 4
  %w = add i64 %v, 5
  %first = getelementptr inbounds i8, ptr %g, i64 -8
  store i64 %w, ptr %first, align 4
  %d = load double, ptr %first, align 4
  %r = bitcast double %d to i64
  ret i64 %r
}
