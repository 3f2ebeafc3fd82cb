; A store between loads, a load between stores, volatile accesses, a missing part, and what is not
; aligned to a word (elements of an array) stay as they are.
; pass: canonicalize.narrow_accesses
; call: f(buffer(32))
; CHECK-NOT: i32

define void @f(ptr %p) {
  %q = getelementptr i8, ptr %p, i64 2
  %low = load i16, ptr %p, align 4
  store i16 7, ptr %q, align 2
  %high = load i16, ptr %q, align 2

  %r = getelementptr i8, ptr %p, i64 8
  %s = getelementptr i8, ptr %p, i64 10
  store i16 %high, ptr %r, align 4
  %seen = load i16, ptr %r, align 4
  store i16 %seen, ptr %s, align 2

  %t = getelementptr i8, ptr %p, i64 12
  %u = getelementptr i8, ptr %p, i64 14
  %a = load volatile i16, ptr %t, align 4
  %b = load volatile i16, ptr %u, align 2

  %v = getelementptr i8, ptr %p, i64 16
  %w = getelementptr i8, ptr %p, i64 18
  store i16 %a, ptr %v, align 2
  store i16 %b, ptr %w, align 2

  %x = getelementptr i8, ptr %p, i64 20
  %y = getelementptr i8, ptr %p, i64 21
  %z = getelementptr i8, ptr %p, i64 22
  store i8 1, ptr %x, align 4
  store i8 2, ptr %y, align 1
  store i8 3, ptr %z, align 2
  ret void
}
