; Structs and arrays as values become their fields; calls keep them, next to the call.
; pass: canonicalize.scalarize
; call: f(buffer(64), 1)
; call: f(buffer(64), 0)
; CHECK: define { i32, i64 } @callee(i32 %x)
; CHECK: define i64 @f
; CHECK: %s.0 = load i32, ptr %p, align 8
; CHECK: getelementptr inbounds i8, ptr %p, i64 8
; CHECK-NEXT: %s.1 = load i64, {{.*}}, align 8
; CHECK: %q = call { i32, i64 } @callee(i32 %s.0)
; CHECK-NEXT: %q.1 = extractvalue { i32, i64 } %q, 1
; CHECK: phi i64 [ %s.1, %entry ], [ %q.1, %then ]
; CHECK: select i1 %c, i64
; CHECK: store i32 3, ptr %p, align 4
; CHECK-NOT: { i32, i64 }

define { i32, i64 } @callee(i32 %x) {
  %w = zext i32 %x to i64
  %a = insertvalue { i32, i64 } poison, i32 %x, 0
  %b = insertvalue { i32, i64 } %a, i64 %w, 1
  ret { i32, i64 } %b
}

define i64 @f(ptr %p, i1 %c) {
entry:
  %s = load { i32, i64 }, ptr %p, align 8
  %s0 = extractvalue { i32, i64 } %s, 0
  %q = call { i32, i64 } @callee(i32 %s0)
  br i1 %c, label %then, label %join

then:
  br label %join

join:
  %m = phi { i32, i64 } [ %s, %entry ], [ %q, %then ]
  %n = select i1 %c, { i32, i64 } %m, { i32, i64 } { i32 5, i64 6 }
  %o = insertvalue { i32, i64 } %n, i32 3, 0
  store { i32, i64 } %o, ptr %p, align 4
  %r = extractvalue { i32, i64 } %n, 1
  ret i64 %r
}
