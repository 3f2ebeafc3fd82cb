; Vector intrinsics are called once an element; scalar arguments are shared; reductions in order.
; pass: canonicalize.scalarize
; call: f(buffer(64))
; call: g(buffer(64))
; call: overflow(2000000000)
; CHECK: call nnan float @llvm.fma.f32(float %v.0, float %w.0, float %v.0)
; CHECK-NEXT: call nnan float @llvm.fma.f32(float %v.1, float %w.1, float %v.1)
; CHECK: fadd float 1.000000e+00, %x.0
; CHECK: call i32 @llvm.ctlz.i32(i32 %v.0, i1 false)
; CHECK: call i32 @llvm.smax.i32(
; CHECK: icmp ugt i32
; CHECK-NEXT: select i1
; CHECK: call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %x, i32 %x)
; CHECK: declare float @llvm.fma.f32(float, float, float) {{.*}}memory(none)

define float @f(ptr %p) {
  %v = load <2 x float>, ptr %p, align 8
  %q = getelementptr i8, ptr %p, i64 8
  %w = load <2 x float>, ptr %q, align 8
  %x = call nnan <2 x float> @llvm.fma.v2f32(<2 x float> %v, <2 x float> %w, <2 x float> %v)
  %r = call float @llvm.vector.reduce.fadd.v2f32(float 1.0, <2 x float> %x)
  ret float %r
}

define i32 @g(ptr %p) {
  %v = load <4 x i32>, ptr %p, align 16
  %l = call <4 x i32> @llvm.ctlz.v4i32(<4 x i32> %v, i1 false)
  %m = call <4 x i32> @llvm.smax.v4i32(<4 x i32> %l, <4 x i32> %v)
  %a = call i32 @llvm.vector.reduce.umax.v4i32(<4 x i32> %m)
  %b = call i32 @llvm.vector.reduce.xor.v4i32(<4 x i32> %m)
  %r = add i32 %a, %b
  ret i32 %r
}

define i32 @overflow(i32 %x) {
  %v = insertelement <2 x i32> <i32 1, i32 1>, i32 %x, i64 1
  %s = call { <2 x i32>, <2 x i1> } @llvm.sadd.with.overflow.v2i32(<2 x i32> %v, <2 x i32> %v)
  %sum = extractvalue { <2 x i32>, <2 x i1> } %s, 0
  %over = extractvalue { <2 x i32>, <2 x i1> } %s, 1
  %z = zext <2 x i1> %over to <2 x i32>
  %t = mul <2 x i32> %sum, %z
  %r = extractelement <2 x i32> %t, i64 1
  ret i32 %r
}

declare <2 x float> @llvm.fma.v2f32(<2 x float>, <2 x float>, <2 x float>) nounwind willreturn memory(none)
declare float @llvm.vector.reduce.fadd.v2f32(float, <2 x float>)
declare <4 x i32> @llvm.ctlz.v4i32(<4 x i32>, i1 immarg)
declare <4 x i32> @llvm.smax.v4i32(<4 x i32>, <4 x i32>)
declare i32 @llvm.vector.reduce.umax.v4i32(<4 x i32>)
declare i32 @llvm.vector.reduce.xor.v4i32(<4 x i32>)
declare { <2 x i32>, <2 x i1> } @llvm.sadd.with.overflow.v2i32(<2 x i32>, <2 x i32>)
