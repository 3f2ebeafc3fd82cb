; A switch without a case of its own, and a branch to one target either way, are jumps.
; pass: canonicalize.lower_switch
; call: f(0)
; call: f(1)
; CHECK: br label %next
; CHECK: phi i32 [ 3, %entry ]
; CHECK: br label %end
; CHECK: phi i32 [ %p, %next ]
; CHECK-NOT: br i1

define i32 @f(i32 %x) {
entry:
  switch i32 %x, label %next [
    i32 0, label %next
  ]

next:
  %p = phi i32 [ 3, %entry ], [ 3, %entry ]
  %c = icmp eq i32 %x, 4
  br i1 %c, label %end, label %end

end:
  %q = phi i32 [ %p, %next ], [ %p, %next ]
  ret i32 %q
}
