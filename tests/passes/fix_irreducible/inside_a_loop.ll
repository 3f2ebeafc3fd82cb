; Irreducible cycles inside a loop, and inside each other, are all found.
; pass: canonicalize.fix_irreducible canonicalize.loops
; level: CANONICAL
; call: f(3)
; call: f(8)
; call: f(200)
; CHECK: dispatch:

define i32 @f(i32 %n) {
entry:
  br label %head

head:
  %i = phi i32 [ 0, %entry ], [ %i1, %latch ]
  %s = phi i32 [ 1, %entry ], [ %s1, %latch ]
  %odd = trunc i32 %i to i1
  br i1 %odd, label %a, label %b

a:
  %x = phi i32 [ %s, %head ], [ %y1, %b ], [ %z1, %c ]
  %x1 = add i32 %x, 3
  %xc = trunc i32 %x1 to i1
  br i1 %xc, label %b, label %c

b:
  %y = phi i32 [ 5, %head ], [ %x1, %a ], [ %z1, %c ]
  %y1 = add i32 %y, 1
  %yt = and i32 %y1, 4
  %yc = icmp eq i32 %yt, 0
  br i1 %yc, label %a, label %latch

c:
  %z1 = mul i32 %x1, 3
  %zt = and i32 %z1, 2
  %zc = icmp eq i32 %zt, 0
  br i1 %zc, label %a, label %b

latch:
  %s1 = xor i32 %s, %y1
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, %n
  br i1 %more, label %head, label %done

done:
  ret i32 %s1
}
