; A loop entered and closed in several places gets a preheader and one latch.
; pass: canonicalize.loops
; level: CANONICAL
; call: f(3)
; call: f(4)
; CHECK: preheader:
; CHECK: loop:
; CHECK-NEXT: phi i32 {{.*}}%preheader{{.*}}%latch
; CHECK: latch:

define i32 @f(i32 %n) {
entry:
  %odd = trunc i32 %n to i1
  br i1 %odd, label %loop, label %other

other:
  %c = icmp eq i32 %n, 2
  br i1 %c, label %done, label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ 1, %other ], [ %i1, %loop ], [ %i3, %more ]
  %i1 = add i32 %i, 3
  %bit = and i32 %i1, 4
  %d = icmp eq i32 %bit, 0
  br i1 %d, label %loop, label %more

more:
  %i3 = mul i32 %i1, 3
  %e = icmp ult i32 %i3, 100
  br i1 %e, label %loop, label %done

done:
  %r = phi i32 [ %i3, %more ], [ 9, %other ]
  ret i32 %r
}
