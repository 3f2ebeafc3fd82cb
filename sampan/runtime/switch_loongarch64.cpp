#if defined(__loongarch64)

#include "context_switch.h"

#include <cstdint>
#include <cstring>

// Frame of 176 bytes, from the stack pointer up: ra, fp, s0 … s8, fs0 … fs7, fcsr0, padding.
#if defined(__loongarch_frlen) && __loongarch_frlen >= 64
#define SAVE_FLOATS                                                                                \
  "fst.d $fs0, $sp, 88\n fst.d $fs1, $sp, 96\n fst.d $fs2, $sp, 104\n fst.d $fs3, $sp, 112\n"      \
  "fst.d $fs4, $sp, 120\n fst.d $fs5, $sp, 128\n fst.d $fs6, $sp, 136\n fst.d $fs7, $sp, 144\n"    \
  "movfcsr2gr $t0, $fcsr0\n st.d $t0, $sp, 152\n"
#define LOAD_FLOATS                                                                                \
  "fld.d $fs0, $sp, 88\n fld.d $fs1, $sp, 96\n fld.d $fs2, $sp, 104\n fld.d $fs3, $sp, 112\n"      \
  "fld.d $fs4, $sp, 120\n fld.d $fs5, $sp, 128\n fld.d $fs6, $sp, 136\n fld.d $fs7, $sp, 144\n"    \
  "ld.d $t0, $sp, 152\n movgr2fcsr $fcsr0, $t0\n"
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
  addi.d $sp, $sp, -176
  st.d $ra, $sp, 0
  st.d $fp, $sp, 8
  st.d $s0, $sp, 16
  st.d $s1, $sp, 24
  st.d $s2, $sp, 32
  st.d $s3, $sp, 40
  st.d $s4, $sp, 48
  st.d $s5, $sp, 56
  st.d $s6, $sp, 64
  st.d $s7, $sp, 72
  st.d $s8, $sp, 80
)" SAVE_FLOATS R"(
  st.d $sp, $a0, 0
  move $sp, $a1
)" LOAD_FLOATS R"(
  ld.d $ra, $sp, 0
  ld.d $fp, $sp, 8
  ld.d $s0, $sp, 16
  ld.d $s1, $sp, 24
  ld.d $s2, $sp, 32
  ld.d $s3, $sp, 40
  ld.d $s4, $sp, 48
  ld.d $s5, $sp, 56
  ld.d $s6, $sp, 64
  ld.d $s7, $sp, 72
  ld.d $s8, $sp, 80
  addi.d $sp, $sp, 176
  jr $ra
  .size sampan_switch, . - sampan_switch

  .globl sampan_context_start
  .hidden sampan_context_start
  .type sampan_context_start, @function
sampan_context_start:
  .cfi_startproc
  .cfi_undefined 1
  move $a0, $s1
  jirl $ra, $s0, 0
  break 0
  .cfi_endproc
  .size sampan_context_start, . - sampan_context_start
)");

namespace sampan {

void *prepare_context(char *top, void (*function)(void *), void *argument) {
  auto end = reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15};
  auto *frame = reinterpret_cast<uint64_t *>(end) - 22;
  std::memset(frame, 0, 22 * sizeof *frame);
  frame[0] = reinterpret_cast<uint64_t>(&sampan_context_start); // ra
  frame[2] = reinterpret_cast<uint64_t>(function);              // s0
  frame[3] = reinterpret_cast<uint64_t>(argument);              // s1
  return frame;
}

} // namespace sampan

#endif
