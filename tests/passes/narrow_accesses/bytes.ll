; Four bytes make a word; a float loaded between does not matter to loads.
; pass: canonicalize.narrow_accesses
; call: f(buffer(16))
; CHECK: load i32, ptr %p, align 4
; CHECK-NOT: load i8
; CHECK: store i32
; CHECK-NOT: store i8

define float @f(ptr %p) {
  %q1 = getelementptr i8, ptr %p, i64 1
  %q2 = getelementptr i8, ptr %p, i64 2
  %q3 = getelementptr i8, ptr %p, i64 3
  %a = load i8, ptr %p, align 4
  %b = load i8, ptr %q1, align 1
  %r = getelementptr i8, ptr %p, i64 12
  %f = load float, ptr %r, align 4
  %c = load i8, ptr %q2, align 2
  %d = load i8, ptr %q3, align 1
  store i8 %d, ptr %p, align 4
  store i8 %c, ptr %q1, align 1
  store i8 %b, ptr %q2, align 2
  store i8 %a, ptr %q3, align 1
  ret float %f
}
