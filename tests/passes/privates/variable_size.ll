; A variable-size array has no place in a gang's memory.
; pass: vectorize.privates
; width: 4
; refused: variable-size alloca

define void @f(i32 %n) {
  %a = alloca i32, i32 %n, align 4
  store volatile i32 0, ptr %a, align 4
  ret void
}
