#include "fault_operand.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <csignal>
#include <cstring>
#include <ucontext.h>

namespace sampan {

#if defined(__x86_64__)

namespace {

// The memory operand of one instruction, as far as it takes to compute its address: Intel 64 and
// IA-32 Architectures Software Developer's Manual, volume 2, chapter 2.
class Operand {
public:
  Operand(const uint8_t *code, const greg_t *registers)
      : start_(code), code_(code), registers_(registers) {}

  bool address(uint64_t *result) {
    if (!prefixes())
      return false;
    uint8_t modrm = next();
    unsigned mode = modrm >> 6, base = modrm & 7;
    if (mode == 3 || vector_index_)
      return false;
    uint64_t sum = 0;
    if (base == 4) {
      uint8_t sib = next();
      unsigned index = (sib >> 3 & 7) | index_high_;
      if (index != 4)
        sum += value_of(index) << (sib >> 6);
      base = sib & 7;
      if (mode == 0 && base == 5)
        return add_displacement(4, sum, result);
    } else if (mode == 0 && base == 5) {
      return false; // relative to the instruction: of a variable, never wild
    }
    sum += value_of(base | base_high_);
    return add_displacement(mode == 2 ? 4 : mode, sum, result);
  }

private:
  uint8_t next() { return *code_++; }

  // Reads up to and with the opcode; false for forms without the usual operand.
  bool prefixes() {
    for (;;) {
      uint8_t byte = next();
      switch (byte) {
      case 0x64: // of a segment: thread-local
      case 0x65:
      case 0x67:
        return false;
      case 0x66:
      case 0xf0:
      case 0xf2:
      case 0xf3:
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0x26:
        if (code_ - start_ > 8)
          return false;
        continue;
      case 0xc5: {
        index_high_ = base_high_ = 0;
        next();
        next();
        return true;
      }
      case 0xc4: {
        uint8_t first = next();
        next();
        extend(first);
        vex_opcode(first & 31, next());
        return true;
      }
      case 0x62: {
        uint8_t first = next(), second = next(), third = next();
        extend(first);
        uint8_t opcode = next();
        vex_opcode(first & 7, opcode);
        unsigned prefix = second & 3; // 2: f3, 3: f2
        bool scalar = prefix >= 2 && (first & 7) == 1;
        unsigned element = second & 0x80 ? 8 : 4;
        scale_ = scalar         ? (prefix == 3 ? 8 : 4)
                 : third & 0x10 ? element // broadcast
                                : 16u << (third >> 5 & 3);
        return true;
      }
      default:
        if ((byte & 0xf0) == 0x40) {
          index_high_ = byte & 2 ? 8 : 0;
          base_high_ = byte & 1 ? 8 : 0;
          continue;
        }
        if (byte != 0x0f)
          return byte < 0xa0 || byte > 0xaf; // string instructions and moffs
        byte = next();
        if (byte == 0x38 || byte == 0x3a)
          next();
        return true;
      }
    }
  }

  void extend(uint8_t inverted) {
    index_high_ = inverted & 0x40 ? 0 : 8;
    base_high_ = inverted & 0x20 ? 0 : 8;
  }

  void vex_opcode(unsigned map, uint8_t opcode) {
    // Gathers and scatters have a vector of indices.
    vector_index_ = map == 2 && ((opcode & 0xfc) == 0x90 || (opcode & 0xfc) == 0xa0);
  }

  uint64_t value_of(unsigned number) const {
    static constexpr int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                      REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                      REG_R12, REG_R13, REG_R14, REG_R15};
    return static_cast<uint64_t>(registers_[order[number]]);
  }

  bool add_displacement(unsigned bytes, uint64_t sum, uint64_t *result) {
    int32_t displacement = 0;
    if (bytes == 1) {
      displacement = static_cast<int8_t>(next()) * static_cast<int>(scale_);
    } else if (bytes == 4) {
      std::memcpy(&displacement, code_, 4);
    }
    *result = sum + static_cast<uint64_t>(int64_t{displacement});
    return true;
  }

  const uint8_t *start_;
  const uint8_t *code_;
  const greg_t *registers_;
  unsigned index_high_ = 0, base_high_ = 0;
  unsigned scale_ = 1; // of a displacement of one byte
  bool vector_index_ = false;
};

// The extended state that the system saved, in the standard format of XSAVE (volume 1, chapter 13).
class SavedState {
public:
  explicit SavedState(const mcontext_t &machine)
      : area_(reinterpret_cast<const uint8_t *>(machine.fpregs)) {
    if (area_)
      size_ = number<uint32_t>(kSoftware) == kMagic ? number<uint32_t>(kSoftware + 16) : 512;
  }

  // The registers that tell which elements are still to do: bit n for element n.
  uint64_t opmask(unsigned which) const {
    unsigned size, offset, c, d;
    __cpuid_count(13, 5, size, offset, c, d);
    return has(5) && offset + 8 * which + 8 <= size_ ? number<uint64_t>(offset + 8 * which) : 0;
  }
  uint64_t signs(unsigned vector, unsigned elements, unsigned bytes) const {
    uint64_t result = 0;
    for (unsigned i = 0; i < elements; ++i) {
      unsigned last = i * bytes + bytes - 1; // little-endian: the sign is in the last byte
      size_t at = last < 16 ? 160 + 16 * vector + last : 576 + 16 * vector + last - 16;
      if (at < size_ && (last < 16 || has(2)) && area_[at] & 0x80)
        result |= uint64_t{1} << i;
    }
    return result;
  }

private:
  static constexpr size_t kSoftware = 464; // where Linux describes what it saved
  static constexpr uint32_t kMagic = 0x46505853;

  // Whether the component is there and not in its initial state, which is all zeros.
  bool has(unsigned component) const {
    return size_ > 576 && (number<uint64_t>(512) >> component & 1);
  }
  template <typename T> T number(size_t offset) const {
    T value;
    std::memcpy(&value, area_ + offset, sizeof value);
    return value;
  }

  const uint8_t *area_;
  size_t size_ = 0;
};

// Gathers and scatters go through their elements from the lowest on, and clear each one's bit in
// the mask when it is done (volume 2, VGATHERDPS): the lowest bit left is that of the fault.
void find_element(FaultSignal &fault, const mcontext_t &machine) {
  auto *code = static_cast<const uint8_t *>(fault.pc);
  bool evex = code[0] == 0x62;
  if (!evex && code[0] != 0xc4)
    return;
  uint8_t opcode = code[evex ? 4 : 3], kind = opcode & 0xfc;
  if ((code[1] & (evex ? 7 : 31)) != 2 || (kind != 0x90 && (kind != 0xa0 || !evex)))
    return;
  unsigned vector_bytes = evex ? 16u << (code[3] >> 5 & 3) : code[2] & 4 ? 32 : 16;
  unsigned bytes = code[2] & 0x80 ? 8 : 4, index_bytes = opcode & 1 ? 8 : 4;
  unsigned elements = vector_bytes / (bytes > index_bytes ? bytes : index_bytes);
  SavedState state(machine);
  uint64_t left =
      evex ? state.opmask(code[3] & 7) : state.signs(~code[2] >> 3 & 15, elements, bytes);
  left &= (uint64_t{1} << elements) - 1;
  if (!left)
    return;
  fault.element = static_cast<unsigned>(__builtin_ctzll(left));
  fault.elements = elements;
}

} // namespace

void look_at_operand(FaultSignal &fault, const void *context) {
  if (fault.number == SIGSEGV && fault.pc != fault.address)
    find_element(fault, static_cast<const ucontext_t *>(context)->uc_mcontext);
  if (fault.number == SIGBUS && fault.code == BUS_ADRALN)
    fault.misaligned = true;
  // What is relative to the stack or frame pointer faults as the stack does (volume 3, "Stack
  // Fault"), which Linux reports as SIGBUS.
  if ((fault.number != SIGSEGV && fault.number != SIGBUS) || fault.code != SI_KERNEL)
    return;
  const mcontext_t &machine = static_cast<const ucontext_t *>(context)->uc_mcontext;
  uint64_t address;
  if (!Operand(static_cast<const uint8_t *>(fault.pc), machine.gregs).address(&address))
    return;
  fault.address = reinterpret_cast<const void *>(address);
  // The upper 16 bits of a pointer repeat the one below them.
  constexpr unsigned used = 48;
  int64_t spread = static_cast<int64_t>(address << (64 - used)) >> (64 - used);
  fault.misaligned = static_cast<uint64_t>(spread) == address && address % 64 != 0;
}

#else

void look_at_operand(FaultSignal &fault, const void *) {
  fault.misaligned = fault.number == SIGBUS && fault.code == BUS_ADRALN;
}

#endif

} // namespace sampan
