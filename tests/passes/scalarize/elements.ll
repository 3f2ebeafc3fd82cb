; Constant indices vanish; a variable one picks by selects.
; pass: canonicalize.scalarize
; call: constant(1.5, 2.5)
; call: variable(buffer(16), 0, 9)
; call: variable(buffer(16), 2, 7)
; call: variable(buffer(16), 3, 1)
; CHECK: define float @constant(float %a, float %b)
; CHECK-NEXT: %r = fadd float %b, %a
; CHECK-NEXT: ret float %r
; CHECK: define i32 @variable
; CHECK: icmp eq i32 %i, 0
; CHECK-NEXT: select i1
; CHECK: ret
; CHECK-NOT: element

define float @constant(float %a, float %b) {
  %v = insertelement <2 x float> poison, float %a, i64 0
  %w = insertelement <2 x float> %v, float %b, i32 1
  %swapped = shufflevector <2 x float> %w, <2 x float> poison, <3 x i32> <i32 1, i32 0, i32 poison>
  %x = extractelement <3 x float> %swapped, i64 0
  %y = extractelement <3 x float> %swapped, i64 1
  %r = fadd float %x, %y
  ret float %r
}

define i32 @variable(ptr %p, i32 %i, i32 %x) {
  %v = load <4 x i32>, ptr %p, align 16
  %w = insertelement <4 x i32> %v, i32 %x, i32 %i
  %a = extractelement <4 x i32> %w, i32 %i
  %b = extractelement <4 x i32> %w, i64 3
  %r = mul i32 %a, %b
  ret i32 %r
}
