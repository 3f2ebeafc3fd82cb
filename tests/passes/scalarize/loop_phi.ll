; A vector carried round a loop becomes scalars carried round it.
; pass: canonicalize.scalarize
; call: f(buffer(64), 3)
; CHECK: loop:
; CHECK-NEXT: %i = phi i32
; CHECK-NEXT: %sum.0 = phi float [ 0.000000e+00, %entry ], [ %new.0, %loop ]
; CHECK-NEXT: %sum.1 = phi float [ 0.000000e+00, %entry ], [ %new.1, %loop ]

define float @f(ptr %p, i32 %n) {
entry:
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %sum = phi <2 x float> [ zeroinitializer, %entry ], [ %new, %loop ]
  %g = getelementptr <2 x float>, ptr %p, i32 %i
  %v = load <2 x float>, ptr %g, align 8
  %new = fadd <2 x float> %sum, %v
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done

done:
  %a = extractelement <2 x float> %new, i64 0
  %b = extractelement <2 x float> %new, i64 1
  %r = fmul float %a, %b
  ret float %r
}
