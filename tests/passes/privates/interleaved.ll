; An array accessed as floats only keeps element k of all lanes side by side.
; pass: vectorize.privates
; width: 8
; call: f(buffer(64), 3)
; CHECK: %lane = call i64 @sampan.gang.lane()
; CHECK-NEXT: %gang.a = alloca [512 x i8], align 64
; CHECK-NEXT: %a = getelementptr i32, ptr %gang.a, i64 %lane
; CHECK: %row = getelementptr [128 x i8], ptr %a, i32 %i
; CHECK: store float 1.500000e+00, ptr %row, align 4
; CHECK: getelementptr i8, ptr %row, i64 64
; CHECK: phi ptr [ %a, %change ], [ %next, %loop ]
; CHECK: %next = getelementptr i8, ptr %it, i64 32

define float @f(ptr %p, i32 %i) {
entry:
  %a = alloca [4 x [4 x float]], align 4
  call void @llvm.lifetime.start.p0(ptr %a)
  br label %fill

fill:
  %k = phi i64 [ 0, %entry ], [ %k1, %fill ]
  %from = getelementptr float, ptr %p, i64 %k
  %v = load float, ptr %from, align 4
  %to = getelementptr inbounds float, ptr %a, i64 %k
  store float %v, ptr %to, align 4
  %k1 = add i64 %k, 1
  %more = icmp ult i64 %k1, 16
  br i1 %more, label %fill, label %change

change:
  %row = getelementptr inbounds [4 x [4 x float]], ptr %a, i64 0, i32 %i
  store float 1.5, ptr %row, align 1
  %third = getelementptr inbounds i8, ptr %row, i64 8
  store float 2.5, ptr %third, align 4
  %end = getelementptr inbounds i8, ptr %a, i64 64
  br label %loop

loop:
  %it = phi ptr [ %a, %change ], [ %next, %loop ]
  %sum = phi float [ 0.0, %change ], [ %sum1, %loop ]
  %x = load float, ptr %it, align 4
  %sum1 = fadd float %sum, %x
  %next = getelementptr inbounds i8, ptr %it, i64 4
  %done = icmp eq ptr %next, %end
  br i1 %done, label %out, label %loop

out:
  call void @llvm.lifetime.end.p0(ptr %a)
  ret float %sum1
}

declare void @llvm.lifetime.start.p0(ptr)
declare void @llvm.lifetime.end.p0(ptr)
