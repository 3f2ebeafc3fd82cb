; What a call may change, what is indexed by a variable, and what is volatile stays in memory.
; pass: canonicalize.promote
; call: f(1)
; CHECK: %passed = alloca i32
; CHECK: %indexed = alloca [2 x i32]
; CHECK: %shown = alloca i32

define internal void @change(ptr %p) {
  store i32 5, ptr %p, align 4
  ret void
}

define i32 @f(i32 %i) {
  %passed = alloca i32, align 4
  %indexed = alloca [2 x i32], align 4
  %shown = alloca i32, align 4
  store i32 1, ptr %passed, align 4
  call void @change(ptr %passed)
  %a = load i32, ptr %passed, align 4
  store i32 2, ptr %indexed, align 4
  %g = getelementptr [2 x i32], ptr %indexed, i64 0, i32 %i
  store i32 %a, ptr %g, align 4
  %b = load i32, ptr %indexed, align 4
  store volatile i32 %b, ptr %shown, align 4
  %c = load volatile i32, ptr %shown, align 4
  %r = mul i32 %a, %c
  ret i32 %r
}
