; A switch becomes one test per target; its phis get one operand per edge that is left.
; pass: canonicalize.lower_switch
; call: f(0)
; call: f(1)
; call: f(2)
; call: f(3)
; call: f(9)
; CHECK: %0 = icmp eq i32 %x, 1
; CHECK-NEXT: %1 = icmp eq i32 %x, 3
; CHECK-NEXT: %2 = or i1 %0, %1
; CHECK-NEXT: br i1 %2, label %join, label %switch.next
; CHECK: switch.next:
; CHECK-NEXT: %3 = icmp eq i32 %x, 2
; CHECK-NEXT: br i1 %3, label %two, label %rest
; CHECK: rest:
; CHECK-NEXT: phi i32 [ 7, %switch.next ]
; CHECK: phi i32 {{.*}}[ 5, %entry ]
; CHECK-NOT: switch i32

define i32 @f(i32 %x) {
entry:
  switch i32 %x, label %rest [
    i32 0, label %rest
    i32 1, label %join
    i32 3, label %join
    i32 2, label %two
  ]

rest:
  %p = phi i32 [ 7, %entry ], [ 7, %entry ]
  br label %join

two:
  br label %join

join:
  %r = phi i32 [ 5, %entry ], [ 5, %entry ], [ %p, %rest ], [ 20, %two ]
  ret i32 %r
}
