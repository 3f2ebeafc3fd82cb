; A vector access becomes scalar ones at the right offsets, each as aligned as its place allows.
; pass: canonicalize.scalarize
; call: f(buffer(32))
; CHECK: define void @f
; CHECK-NEXT: %v.0 = load float, ptr %p, align 16, !tbaa !0
; CHECK-NEXT: getelementptr inbounds i8, ptr %p, i64 4
; CHECK-NEXT: %v.1 = load float, {{.*}}, align 4, !tbaa !0
; CHECK-NEXT: getelementptr inbounds i8, ptr %p, i64 8
; CHECK-NEXT: %v.2 = load float, {{.*}}, align 8, !tbaa !0
; CHECK-NEXT: getelementptr inbounds i8, ptr %p, i64 12
; CHECK-NEXT: %v.3 = load float, {{.*}}, align 4, !tbaa !0
; CHECK: store volatile float %v.0, ptr %q, align 2
; CHECK: store volatile float %v.1, {{.*}}, align 2
; CHECK-NOT: x float

define void @f(ptr %p) {
  %v = load <4 x float>, ptr %p, align 16, !tbaa !0
  %q = getelementptr i8, ptr %p, i64 16
  store volatile <4 x float> %v, ptr %q, align 2
  ret void
}

!0 = !{!1, !1, i64 0}
!1 = !{!"float", !2}
!2 = !{!"root"}
