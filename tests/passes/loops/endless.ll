; A loop without an exit has a header, a latch and a preheader all the same.
; pass: canonicalize.loops
; level: CANONICAL
; CHECK: loop:

define void @f(ptr %p) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  store volatile i32 %i, ptr %p, align 4
  %i1 = add i32 %i, 1
  br label %loop
}
