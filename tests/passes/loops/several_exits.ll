; The exits of a loop meet in one block, which tells them apart by a selector.
; pass: canonicalize.loops
; level: CANONICAL
; call: f(5, 3)
; call: f(3, 5)
; call: f(100, 200)
; CHECK: loop.exit:
; CHECK-NEXT: %{{.*}} = phi i32 [ 0, %loop ], [ 1, %middle ]
; CHECK: br i1 %{{.*}}, label %first, label %second

define i32 @f(i32 %a, i32 %b) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %latch ]
  %c = icmp eq i32 %i, %a
  br i1 %c, label %first, label %middle

middle:
  %i2 = mul i32 %i, 2
  %d = icmp eq i32 %i, %b
  br i1 %d, label %second, label %latch

latch:
  %i1 = add i32 %i, 1
  br label %loop

first:
  %x = add i32 %i, 1000
  br label %join

second:
  %y = add i32 %i2, 2000
  br label %join

join:
  %r = phi i32 [ %x, %first ], [ %y, %second ]
  ret i32 %r
}
