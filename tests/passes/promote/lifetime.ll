; A variable whose life starts anew in each iteration is not carried round the loop.
; pass: canonicalize.promote
; call: f(4)
; CHECK: loop:
; CHECK-NEXT: %i = phi i32
; CHECK-NEXT: %even = trunc
; CHECK: join:
; CHECK-NEXT: %t = phi i32 {{.*1, %set.*}}

define i32 @f(i32 %n) {
entry:
  %t = alloca i32, align 4
  br label %loop

loop:
  %i = phi i32 [ 0, %entry ], [ %next, %join ]
  call void @llvm.lifetime.start.p0(ptr %t)
  %even = trunc i32 %i to i1
  br i1 %even, label %set, label %join

set:
  store i32 1, ptr %t, align 4
  br label %join

join:
  %x = load i32, ptr %t, align 4
  %y = select i1 %even, i32 %x, i32 2
  call void @llvm.lifetime.end.p0(ptr %t)
  %next = add i32 %i, %y
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %done

done:
  ret i32 %next
}

declare void @llvm.lifetime.start.p0(ptr)
declare void @llvm.lifetime.end.p0(ptr)
