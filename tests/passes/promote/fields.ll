; The fields of a struct are promoted one by one; those that overlap or escape stay in memory.
; pass: canonicalize.promote
; call: f(7)
; CHECK: %mixed = alloca i32
; CHECK: bitcast i32 %x to float
; CHECK: fadd float
; CHECK: store i32 %x, ptr %mixed
; CHECK: load i16, ptr %mixed
; CHECK-NOT: ptr %s

%S = type { i32, float }

define float @f(i32 %x) {
  %s = alloca %S, align 4
  %mixed = alloca i32, align 4
  %second = getelementptr inbounds %S, ptr %s, i64 0, i32 1
  store i32 %x, ptr %s, align 4
  store float 2.0, ptr %second, align 4
  %a = load float, ptr %s, align 4
  %b = load float, ptr %second, align 4
  %sum = fadd float %a, %b
  store i32 %x, ptr %mixed, align 4
  %low = load i16, ptr %mixed, align 4
  %c = uitofp i16 %low to float
  %r = fadd float %sum, %c
  ret float %r
}
