#if defined(__x86_64__)

#include "context_switch.h"

#include <cstdint>
#include <cstring>

// Loading the control words is slow, so it is done only where they differ; the exception flags in
// the low bits of MXCSR do not belong to the fibre.
//
// Frame, from the stack pointer up: MXCSR and x87 control word, r15, r14, r13, r12, rbx, rbp,
// return address.
asm(R"(
  .text
  .p2align 4
  .globl sampan_switch
  .hidden sampan_switch
  .type sampan_switch, @function
sampan_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movl (%rsp), %eax
  movzwl 4(%rsp), %ecx
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  xorl (%rsp), %eax
  xorw 4(%rsp), %cx
  andl $0xffffffc0, %eax
  orl %ecx, %eax
  jnz 2f
1:
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
2:
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  jmp 1b
  .size sampan_switch, . - sampan_switch

  .globl sampan_context_start
  .hidden sampan_context_start
  .type sampan_context_start, @function
sampan_context_start:
  .cfi_startproc
  .cfi_undefined rip
  movq %r13, %rdi
  callq *%r12
  ud2
  .cfi_endproc
  .size sampan_context_start, . - sampan_context_start
)");

namespace sampan {

void *prepare_context(char *top, void (*function)(void *), void *argument) {
  auto end = reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15};
  // The `ret` into sampan_context_start leaves the stack pointer at `end`, aligned for its call.
  auto *frame = reinterpret_cast<uint64_t *>(end) - 8;
  std::memset(frame, 0, 8 * sizeof *frame);
  constexpr uint64_t mxcsr = 0x1f80, x87_control = 0x037f;
  frame[0] = mxcsr | x87_control << 32;
  frame[3] = reinterpret_cast<uint64_t>(argument); // r13
  frame[4] = reinterpret_cast<uint64_t>(function); // r12
  frame[7] = reinterpret_cast<uint64_t>(&sampan_context_start);
  return frame;
}

} // namespace sampan

#endif
