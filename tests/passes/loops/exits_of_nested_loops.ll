; A jump out of three loops leaves them one at a time, and carries its values along.
; pass: canonicalize.loops
; level: CANONICAL
; call: f(3, 50)
; call: f(4, 7)
; call: f(10, 400)
; call: f(0, 1)
; CHECK: loop.exit

define i32 @f(i32 %n, i32 %stop) {
entry:
  br label %outer

outer:
  %i = phi i32 [ 0, %entry ], [ %i1, %outer.latch ]
  %s = phi i32 [ 0, %entry ], [ %s.out, %outer.latch ]
  br label %middle

middle:
  %j = phi i32 [ 0, %outer ], [ %j1, %middle.latch ]
  %t = phi i32 [ %s, %outer ], [ %t.out, %middle.latch ]
  br label %inner

inner:
  %k = phi i32 [ 0, %middle ], [ %k1, %inner.latch ]
  %u = phi i32 [ %t, %middle ], [ %u1, %inner.latch ]
  %u1 = add i32 %u, %j
  %far = icmp ugt i32 %u1, %stop
  br i1 %far, label %found, label %second

second:
  %product = mul i32 %k, %j
  %skip = icmp eq i32 %product, 6
  br i1 %skip, label %outer.latch, label %third

third:
  %odd = icmp eq i32 %u1, 33
  br i1 %odd, label %middle.latch, label %inner.latch

inner.latch:
  %k1 = add i32 %k, 1
  %kc = icmp ult i32 %k1, %n
  br i1 %kc, label %inner, label %middle.latch

middle.latch:
  %t.out = phi i32 [ %u1, %inner.latch ], [ %k, %third ]
  %j1 = add i32 %j, 1
  %jc = icmp ult i32 %j1, %n
  br i1 %jc, label %middle, label %outer.latch

outer.latch:
  %s.out = phi i32 [ %t.out, %middle.latch ], [ %product, %second ]
  %i1 = add i32 %i, 1
  %ic = icmp ult i32 %i1, %n
  br i1 %ic, label %outer, label %done

found:
  %w = mul i32 %i, 10000
  %v = mul i32 %k, 100
  %x = add i32 %w, %v
  %y = add i32 %x, %u1
  br label %end

done:
  br label %end

end:
  %r = phi i32 [ %y, %found ], [ %s.out, %done ]
  ret i32 %r
}
