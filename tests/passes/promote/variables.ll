; Variables of unoptimised code become values: phis where stores meet, undef before the first.
; pass: canonicalize.promote
; call: f(5)
; call: f(0)
; CHECK: define i32 @f(i32 %n)
; CHECK: head:
; CHECK-NEXT: %{{sum|i}} = phi i32
; CHECK-NEXT: %{{sum|i}} = phi i32
; CHECK-NEXT: icmp
; CHECK-NOT: alloca
; CHECK-NOT: load

define i32 @f(i32 %n) {
entry:
  %limit = alloca i32, align 4
  %i = alloca i32, align 4
  %sum = alloca i32, align 4
  store i32 %n, ptr %limit, align 4
  store i32 0, ptr %sum, align 4
  store i32 0, ptr %i, align 4
  br label %head

head:
  %a = load i32, ptr %i, align 4
  %b = load i32, ptr %limit, align 4
  %c = icmp ult i32 %a, %b
  br i1 %c, label %body, label %done

body:
  %d = load i32, ptr %sum, align 4
  %e = add i32 %d, %a
  store i32 %e, ptr %sum, align 4
  %g = add i32 %a, 1
  store i32 %g, ptr %i, align 4
  br label %head

done:
  %r = load i32, ptr %sum, align 4
  ret i32 %r
}
