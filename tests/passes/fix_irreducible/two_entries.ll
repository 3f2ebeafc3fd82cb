; A cycle entered at two places gets a dispatcher in front; phis of the entries move there.
; pass: canonicalize.lower_switch canonicalize.single_exit canonicalize.fix_irreducible
; call: f(3, 10)
; call: f(4, 10)
; call: f(4, 150)
; CHECK: dispatch:
; CHECK-NEXT: phi i32
; CHECK-NEXT: phi i32
; CHECK-NEXT: phi i32
; CHECK-NEXT: icmp eq i32 %{{.*}}, 0
; CHECK-NEXT: br i1 %{{.*}}, label %left, label %right

define i32 @f(i32 %x, i32 %n) {
entry:
  %odd = trunc i32 %x to i1
  br i1 %odd, label %left, label %right

left:
  %a = phi i32 [ 100, %entry ], [ %b1, %right ]
  %a1 = add i32 %a, 1
  %c = icmp ugt i32 %a1, %n
  br i1 %c, label %right, label %out

right:
  %b = phi i32 [ 200, %entry ], [ %a1, %left ]
  %b1 = lshr i32 %b, 1
  %d = icmp ugt i32 %b1, %n
  br i1 %d, label %left, label %out

out:
  %r = phi i32 [ %a1, %left ], [ %b1, %right ]
  ret i32 %r
}
