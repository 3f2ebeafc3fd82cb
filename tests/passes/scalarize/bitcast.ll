; Bits move between vectors and numbers little end first, without going through memory.
; pass: canonicalize.scalarize
; call: join(4660, 22136)
; call: cut(1311768467463790320)
; call: thirds(81985529216486895, 7)
; call: bytes(305419896)
; call: mask(3, 5)
; CHECK: @join
; CHECK: zext i16 %a to i32
; CHECK: shl nuw i32 {{.*}}, 16
; CHECK: or disjoint i32
; CHECK: @cut
; CHECK: trunc i64 %x to i32
; CHECK-NEXT: lshr i64 %x, 32
; CHECK-NOT: alloca
; CHECK-NOT: <

define i32 @join(i16 %a, i16 %b) {
  %v = insertelement <2 x i16> poison, i16 %a, i64 0
  %w = insertelement <2 x i16> %v, i16 %b, i64 1
  %r = bitcast <2 x i16> %w to i32
  ret i32 %r
}

define i32 @cut(i64 %x) {
  %v = bitcast i64 %x to <2 x i32>
  %a = extractelement <2 x i32> %v, i64 0
  %b = extractelement <2 x i32> %v, i64 1
  %r = sub i32 %a, %b
  ret i32 %r
}

define i32 @half2(i32 %x) {
  %v = bitcast i32 %x to <2 x half>
  %s = fadd <2 x half> %v, <half 0xH3C00, half 0xH4000>
  %r = bitcast <2 x half> %s to i32
  ret i32 %r
}

define i16 @thirds(i64 %x, i32 %y) {
  %v = insertelement <3 x i64> zeroinitializer, i64 %x, i64 1
  %w = bitcast <3 x i64> %v to <2 x i96>
  %e = extractelement <2 x i96> %w, i64 0
  %s = lshr i96 %e, 72
  %r = trunc i96 %s to i16
  ret i16 %r
}

define i32 @bytes(i32 %x) {
  %v = bitcast i32 %x to <4 x i8>
  %w = shufflevector <4 x i8> %v, <4 x i8> poison, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  %r = bitcast <4 x i8> %w to i32
  ret i32 %r
}

define i32 @mask(i32 %a, i32 %b) {
  %v = insertelement <4 x i32> splat (i32 4), i32 %a, i64 0
  %w = insertelement <4 x i32> %v, i32 %b, i64 2
  %c = icmp ult <4 x i32> %w, <i32 4, i32 5, i32 6, i32 4>
  %m = bitcast <4 x i1> %c to i4
  %r = zext i4 %m to i32
  ret i32 %r
}
