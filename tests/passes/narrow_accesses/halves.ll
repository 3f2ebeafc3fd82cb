; Both halves of an aligned word are loaded and stored at once, also when the upper comes first.
; pass: canonicalize.narrow_accesses
; call: f(buffer(16))
; CHECK: load i32, ptr %p, align 4
; CHECK-NOT: load i16
; CHECK: trunc i32
; CHECK: store i32
; CHECK-NOT: store i16

define void @f(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 2
  %high = load i16, ptr %q, align 2
  %low = load i16, ptr %p, align 4
  %sum = add i16 %low, %high
  %r = getelementptr i8, ptr %p, i64 8
  %s = getelementptr i8, ptr %p, i64 10
  store i16 %high, ptr %s, align 2
  store i16 %sum, ptr %r, align 8
  ret void
}
