; A value of a loop that is used behind it goes through a phi of the exit block.
; pass: canonicalize.loops
; level: CANONICAL
; call: f(5)
; CHECK: out:
; CHECK-NEXT: %{{.*}} = phi i32 [ %i1, %loop ]
; CHECK-NOT: mul i32 %i1, %i1

define i32 @f(i32 %n) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  %i1 = add i32 %i, 1
  %c = icmp ult i32 %i1, %n
  br i1 %c, label %loop, label %out

out:
  %r = mul i32 %i1, %i1
  ret i32 %r
}
