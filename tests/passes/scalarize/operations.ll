; Whatever works element by element is done so, flags and all.
; pass: canonicalize.scalarize
; call: f(buffer(64), 1)
; call: f(buffer(64), 0)
; CHECK-NOT: x i32>
; CHECK: add nsw i32
; CHECK: icmp slt i32
; CHECK: select i1
; CHECK: select i1 %c, i32
; CHECK: phi i32
; CHECK-NEXT: phi i32
; CHECK: sext i32 {{.*}} to i64
; CHECK: freeze i64
; CHECK: fcmp fast olt float
; CHECK: fneg float
; CHECK: getelementptr i32, ptr %p, i64

define i64 @f(ptr %p, i1 %c) {
entry:
  %a = load <2 x i32>, ptr %p, align 8
  %b = add nsw <2 x i32> %a, <i32 3, i32 4>
  %m = icmp slt <2 x i32> %a, %b
  %s = select <2 x i1> %m, <2 x i32> %a, <2 x i32> %b
  %t = select i1 %c, <2 x i32> %s, <2 x i32> zeroinitializer
  br i1 %c, label %then, label %join

then:
  br label %join

join:
  %x = phi <2 x i32> [ %t, %entry ], [ %b, %then ]
  %w = sext <2 x i32> %x to <2 x i64>
  %z = freeze <2 x i64> %w
  %f = sitofp <2 x i32> %x to <2 x float>
  %l = fcmp fast olt <2 x float> %f, splat (float 9.0)
  %n = fneg <2 x float> %f
  %q = select <2 x i1> %l, <2 x float> %n, <2 x float> %f
  store <2 x float> %q, ptr %p, align 8
  %masked = and <2 x i64> %z, splat (i64 7)
  %g = getelementptr i32, ptr %p, <2 x i64> %masked
  %g0 = extractelement <2 x ptr> %g, i64 0
  %g1 = extractelement <2 x ptr> %g, i64 1
  store i32 77, ptr %g0, align 4
  store i32 78, ptr %g1, align 4
  %z0 = extractelement <2 x i64> %z, i64 0
  ret i64 %z0
}
