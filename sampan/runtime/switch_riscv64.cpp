#if defined(__riscv) && __riscv_xlen == 64

#include "context_switch.h"

#include <cstdint>
#include <cstring>

// Frame of 224 bytes, from the stack pointer up: ra, s0 … s11, fs0 … fs11, fcsr, padding.
#if defined(__riscv_flen) && __riscv_flen >= 64
#define SAVE_FLOATS                                                                                \
  "fsd fs0, 104(sp)\n fsd fs1, 112(sp)\n fsd fs2, 120(sp)\n fsd fs3, 128(sp)\n"                    \
  "fsd fs4, 136(sp)\n fsd fs5, 144(sp)\n fsd fs6, 152(sp)\n fsd fs7, 160(sp)\n"                    \
  "fsd fs8, 168(sp)\n fsd fs9, 176(sp)\n fsd fs10, 184(sp)\n fsd fs11, 192(sp)\n"                  \
  "frcsr t0\n sd t0, 200(sp)\n"
#define LOAD_FLOATS                                                                                \
  "fld fs0, 104(sp)\n fld fs1, 112(sp)\n fld fs2, 120(sp)\n fld fs3, 128(sp)\n"                    \
  "fld fs4, 136(sp)\n fld fs5, 144(sp)\n fld fs6, 152(sp)\n fld fs7, 160(sp)\n"                    \
  "fld fs8, 168(sp)\n fld fs9, 176(sp)\n fld fs10, 184(sp)\n fld fs11, 192(sp)\n"                  \
  "ld t0, 200(sp)\n fscsr t0\n"
#else
#define SAVE_FLOATS ""
#define LOAD_FLOATS ""
#endif

asm(R"(
  .text
  .p2align 2
  .globl sampan_switch
  .hidden sampan_switch
  .type sampan_switch, @function
sampan_switch:
  addi sp, sp, -224
  sd ra, 0(sp)
  sd s0, 8(sp)
  sd s1, 16(sp)
  sd s2, 24(sp)
  sd s3, 32(sp)
  sd s4, 40(sp)
  sd s5, 48(sp)
  sd s6, 56(sp)
  sd s7, 64(sp)
  sd s8, 72(sp)
  sd s9, 80(sp)
  sd s10, 88(sp)
  sd s11, 96(sp)
)" SAVE_FLOATS R"(
  sd sp, 0(a0)
  mv sp, a1
)" LOAD_FLOATS R"(
  ld ra, 0(sp)
  ld s0, 8(sp)
  ld s1, 16(sp)
  ld s2, 24(sp)
  ld s3, 32(sp)
  ld s4, 40(sp)
  ld s5, 48(sp)
  ld s6, 56(sp)
  ld s7, 64(sp)
  ld s8, 72(sp)
  ld s9, 80(sp)
  ld s10, 88(sp)
  ld s11, 96(sp)
  addi sp, sp, 224
  ret
  .size sampan_switch, . - sampan_switch

  .globl sampan_context_start
  .hidden sampan_context_start
  .type sampan_context_start, @function
sampan_context_start:
  .cfi_startproc
  .cfi_undefined ra
  mv a0, s1
  jalr s0
  ebreak
  .cfi_endproc
  .size sampan_context_start, . - sampan_context_start
)");

namespace sampan {

void *prepare_context(char *top, void (*function)(void *), void *argument) {
  auto end = reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15};
  auto *frame = reinterpret_cast<uint64_t *>(end) - 28;
  std::memset(frame, 0, 28 * sizeof *frame);
  frame[0] = reinterpret_cast<uint64_t>(&sampan_context_start); // ra
  frame[1] = reinterpret_cast<uint64_t>(function);              // s0
  frame[2] = reinterpret_cast<uint64_t>(argument);              // s1
  return frame;
}

} // namespace sampan

#endif
