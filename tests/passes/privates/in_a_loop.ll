; Memory that a loop makes anew in each iteration cannot be reserved beforehand.
; pass: vectorize.privates
; width: 4
; refused: alloca in a loop

define void @f(ptr %p, i32 %n) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %a = alloca i32, align 4
  store ptr %a, ptr %p, align 8
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %done

done:
  ret void
}
