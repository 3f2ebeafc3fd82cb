; What `cmpxchg` and overflow intrinsics return is taken apart where it is returned, as before.
; pass: canonicalize.scalarize
; call: f(buffer(8), 67305985)
; CHECK: %x = cmpxchg ptr %p, i32 %e, i32 9 seq_cst seq_cst
; CHECK-NEXT: %old = extractvalue { i32, i1 } %x, 0

define i32 @f(ptr %p, i32 %e) {
  %x = cmpxchg ptr %p, i32 %e, i32 9 seq_cst seq_cst, align 4
  %old = extractvalue { i32, i1 } %x, 0
  ret i32 %old
}
