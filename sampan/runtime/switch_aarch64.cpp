#if defined(__aarch64__)

#include "context_switch.h"

#include <cstdint>
#include <cstring>

// Frame of 176 bytes, from the stack pointer up: x19 … x30, d8 … d15, FPCR, padding.
asm(R"(
  .text
  .p2align 4
  .globl sampan_switch
  .hidden sampan_switch
  .type sampan_switch, %function
sampan_switch:
  sub sp, sp, #176
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mrs x9, fpcr
  str x9, [sp, #160]
  mov x10, sp
  str x10, [x0]
  mov sp, x1
  ldr x10, [sp, #160]
  cmp x9, x10
  b.eq 1f
  msr fpcr, x10
1:
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #176
  ret
  .size sampan_switch, . - sampan_switch

  .globl sampan_context_start
  .hidden sampan_context_start
  .type sampan_context_start, %function
sampan_context_start:
  .cfi_startproc
  .cfi_undefined x30
  mov x0, x20
  blr x19
  brk #1
  .cfi_endproc
  .size sampan_context_start, . - sampan_context_start
)");

namespace sampan {

void *prepare_context(char *top, void (*function)(void *), void *argument) {
  auto end = reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15};
  auto *frame = reinterpret_cast<uint64_t *>(end) - 22;
  std::memset(frame, 0, 22 * sizeof *frame);
  frame[0] = reinterpret_cast<uint64_t>(function);               // x19
  frame[1] = reinterpret_cast<uint64_t>(argument);               // x20
  frame[11] = reinterpret_cast<uint64_t>(&sampan_context_start); // x30
  return frame;
}

} // namespace sampan

#endif
