; A variable whose address escapes, or that is accessed in several sizes, is there once a lane.
; pass: vectorize.privates
; width: 4
; call: f(6)
; CHECK: define i32 @f
; CHECK: %gang.mixed = alloca [64 x i8], align 16
; CHECK-NEXT: %mixed = getelementptr [16 x i8], ptr %gang.mixed, i64 %lane
; CHECK: %gang.passed = alloca [16 x i8], align 16
; CHECK-NEXT: %passed = getelementptr [4 x i8], ptr %gang.passed, i64 %lane
; CHECK: call void @change(ptr %passed)
; CHECK: getelementptr inbounds { i8, double }, ptr %mixed, i64 0, i32 1

define internal void @change(ptr %p) {
  store i32 5, ptr %p, align 4
  ret void
}

define i32 @f(i32 %n) {
  %passed = alloca i32, align 4
  %mixed = alloca { i8, double }, align 8
  call void @change(ptr %passed)
  %x = load i32, ptr %passed, align 4
  store i8 3, ptr %mixed, align 8
  %g = getelementptr inbounds { i8, double }, ptr %mixed, i64 0, i32 1
  store double 4.0, ptr %g, align 8
  %y = load i8, ptr %mixed, align 8
  %z = zext i8 %y to i32
  %s = add i32 %x, %z
  %r = mul i32 %s, %n
  ret i32 %r
}
