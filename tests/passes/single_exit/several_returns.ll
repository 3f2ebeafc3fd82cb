; Several returns meet in one block; what never comes back goes there, too.
; pass: canonicalize.single_exit
; call: f(1)
; call: f(5)
; CHECK: call void @stop()
; CHECK-NEXT: br label %exit
; CHECK: exit:
; CHECK-NEXT: %0 = phi i32 [ 10, %small ], [ %y, %large ], [ poison, %bad ]
; CHECK-NEXT: ret i32 %0
; CHECK-NOT: unreachable

define i32 @f(i32 %x) {
entry:
  %c = icmp ult i32 %x, 3
  br i1 %c, label %small, label %rest

small:
  ret i32 10

rest:
  %d = icmp ult i32 %x, 100
  br i1 %d, label %large, label %bad

large:
  %y = mul i32 %x, 3
  ret i32 %y

bad:
  call void @stop()
  unreachable
}

define void @stop() {
  ret void
}
