; Elements that depend on each other in ways not known here are no silent mistake.
; pass: canonicalize.scalarize
; refused: a call of llvm.vector.reverse.v2f32

define void @f(ptr %p) {
  %v = load <2 x float>, ptr %p, align 8
  %r = call <2 x float> @llvm.vector.reverse.v2f32(<2 x float> %v)
  store <2 x float> %r, ptr %p, align 8
  ret void
}

declare <2 x float> @llvm.vector.reverse.v2f32(<2 x float>)
