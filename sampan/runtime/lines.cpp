#include "lines.h"

#include <climits>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sampan {
namespace {

// The loaded object that holds an address: its file, and the address as the file counts.
struct Place {
  uintptr_t pc;
  uintptr_t in_file = 0;
  std::string path;
};

int find_object(dl_phdr_info *info, size_t, void *data) {
  Place &place = *static_cast<Place *>(data);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto &segment = info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || place.pc - begin >= segment.p_memsz)
      continue;
    place.in_file = place.pc - info->dlpi_addr;
    place.path = *info->dlpi_name ? info->dlpi_name : "/proc/self/exe"; // the program has no name
    return 1;
  }
  return 0;
}

// A file in memory for as long as it is read.
class Mapping {
public:
  explicit Mapping(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<size_t>(status.st_size);
      void *memory = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (memory != MAP_FAILED)
        data_ = static_cast<const uint8_t *>(memory);
    }
    if (file >= 0)
      close(file);
  }
  ~Mapping() {
    if (data_)
      munmap(const_cast<uint8_t *>(data_), size_);
  }
  Mapping(const Mapping &) = delete;
  Mapping &operator=(const Mapping &) = delete;
  const uint8_t *at(uint64_t offset, uint64_t size) const {
    return data_ && offset <= size_ && size <= size_ - offset ? data_ + offset : nullptr;
  }

private:
  const uint8_t *data_ = nullptr;
  size_t size_ = 0;
};

// Reads in order; past the end it reads zeros, so a damaged table ends soon and harmlessly.
class Reader {
public:
  Reader(const uint8_t *from, const uint8_t *to) : at_(from), end_(to) {}
  bool empty() const { return at_ >= end_; }
  const uint8_t *position() const { return at_; }
  template <typename T> T number() {
    T value = 0;
    if (static_cast<size_t>(end_ - at_) < sizeof value) {
      at_ = end_;
    } else {
      std::memcpy(&value, at_, sizeof value);
      at_ += sizeof value;
    }
    return value;
  }
  uint64_t leb() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      uint8_t byte = number<uint8_t>();
      if (shift < 64)
        value |= uint64_t{byte & 0x7fu} << shift;
      if (!(byte & 0x80) || empty())
        return value;
    }
  }
  int64_t signed_leb() {
    uint64_t value = 0;
    for (unsigned shift = 0;;) {
      uint8_t byte = number<uint8_t>();
      if (shift < 64)
        value |= uint64_t{byte & 0x7fu} << shift;
      shift += 7;
      if ((byte & 0x80) && !empty())
        continue;
      if ((byte & 0x40) && shift < 64)
        value |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(value);
    }
  }
  const char *string() {
    auto start = reinterpret_cast<const char *>(at_);
    while (!empty() && *at_)
      ++at_;
    if (empty())
      return "";
    ++at_;
    return start;
  }
  Reader take(uint64_t size) {
    size = size < static_cast<size_t>(end_ - at_) ? size : static_cast<size_t>(end_ - at_);
    Reader part(at_, at_ + size);
    at_ += size;
    return part;
  }

private:
  const uint8_t *at_;
  const uint8_t *end_;
};

struct Row {
  uint64_t address = 0;
  uint64_t file = 1;
  int64_t line = 1;
};

// One unit of .debug_line, of versions 2 to 4 (DWARF 4, section 6.2); device code has version 4.
class LineProgram {
public:
  // The line of `pc`; empty if the unit does not cover it.
  std::string find(Reader unit, bool wide, uint64_t pc) {
    unsigned version = unit.number<uint16_t>();
    if (version < 2 || version > 4)
      return "";
    uint64_t header = wide ? unit.number<uint64_t>() : unit.number<uint32_t>();
    read_header(unit.take(header), version);
    return run(unit, pc);
  }

private:
  void read_header(Reader header, unsigned version) {
    least_instruction_ = header.number<uint8_t>();
    if (version >= 4)
      header.number<uint8_t>(); // operations an instruction, of VLIW machines
    header.number<uint8_t>();   // whether rows are statements by default
    line_base_ = header.number<int8_t>();
    line_range_ = header.number<uint8_t>();
    opcode_base_ = header.number<uint8_t>();
    operands_.assign(opcode_base_, 0); // how many each standard operation has
    for (unsigned i = 1; i < opcode_base_; ++i)
      operands_[i] = header.number<uint8_t>();
    directories_ = {""};
    for (const char *name; *(name = header.string());)
      directories_.push_back(name);
    files_ = {""};
    for (const char *name; *(name = header.string());) {
      uint64_t directory = header.leb();
      header.leb(); // time of modification
      header.leb(); // length
      std::string path = name;
      if (*name != '/' && directory < directories_.size() && !directories_[directory].empty())
        path = directories_[directory] + "/" + path;
      files_.push_back(path);
    }
  }

  std::string run(Reader &code, uint64_t pc) {
    Row row, before, named;
    bool started = false;
    // A row holds up to the next one's address. Code of no line belongs with what is before it.
    auto emit = [&](bool end) {
      bool inside = started && before.address <= pc && pc < row.address;
      before = row;
      started = !end;
      return inside;
    };
    while (!code.empty()) {
      unsigned opcode = code.number<uint8_t>();
      bool found = false;
      if (opcode >= opcode_base_ && line_range_) {
        unsigned adjusted = opcode - opcode_base_;
        row.address += adjusted / line_range_ * least_instruction_;
        row.line += line_base_ + static_cast<int>(adjusted % line_range_);
        found = emit(false);
      } else if (opcode == 0) {
        Reader extended = code.take(code.leb());
        unsigned which = extended.number<uint8_t>();
        if (which == DW_LNE_end_sequence) {
          found = emit(true);
          if (!found) {
            row = {};
            named = {};
          }
        } else if (which == DW_LNE_set_address) {
          row.address = extended.number<uint64_t>();
        }
      } else {
        found = standard(code, opcode, row) && emit(false);
      }
      if (found)
        return named.line > 0 && named.file < files_.size()
                   ? files_[named.file] + ":" + std::to_string(named.line)
                   : "";
      if (started && before.line > 0)
        named = before;
    }
    return "";
  }

  // Whether the operation adds a row.
  bool standard(Reader &code, unsigned opcode, Row &row) {
    switch (opcode) {
    case DW_LNS_copy:
      return true;
    case DW_LNS_advance_pc:
      row.address += code.leb() * least_instruction_;
      break;
    case DW_LNS_advance_line:
      row.line += code.signed_leb();
      break;
    case DW_LNS_set_file:
      row.file = code.leb();
      break;
    case DW_LNS_const_add_pc:
      if (line_range_)
        row.address += (255 - opcode_base_) / line_range_ * least_instruction_;
      break;
    case DW_LNS_fixed_advance_pc:
      row.address += code.number<uint16_t>();
      break;
    default:
      for (unsigned i = 0; opcode < operands_.size() && i < operands_[opcode]; ++i)
        code.leb();
    }
    return false;
  }

  enum {
    DW_LNS_copy = 1,
    DW_LNS_advance_pc = 2,
    DW_LNS_advance_line = 3,
    DW_LNS_set_file = 4,
    DW_LNS_const_add_pc = 8,
    DW_LNS_fixed_advance_pc = 9,
    DW_LNE_end_sequence = 1,
    DW_LNE_set_address = 2,
  };

  unsigned least_instruction_ = 1, line_range_ = 1, opcode_base_ = 1;
  int line_base_ = 0;
  std::vector<uint8_t> operands_;
  std::vector<std::string> directories_, files_;
};

// The contents of .debug_line; an empty reader where there is none that can be read.
Reader line_section(const Mapping &file) {
  Reader none(nullptr, nullptr);
  auto header = reinterpret_cast<const Elf64_Ehdr *>(file.at(0, sizeof(Elf64_Ehdr)));
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr) ||
      header->e_shstrndx >= header->e_shnum)
    return none;
  auto sections = reinterpret_cast<const Elf64_Shdr *>(
      file.at(header->e_shoff, uint64_t{header->e_shnum} * sizeof(Elf64_Shdr)));
  if (!sections)
    return none;
  const Elf64_Shdr &names = sections[header->e_shstrndx];
  static constexpr char wanted[] = ".debug_line";
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr &section = sections[i];
    if (section.sh_name >= names.sh_size)
      continue;
    const uint8_t *name = file.at(names.sh_offset + section.sh_name, sizeof wanted);
    if (!name || std::memcmp(name, wanted, sizeof wanted) != 0 ||
        (section.sh_flags & SHF_COMPRESSED))
      continue;
    if (const uint8_t *data = file.at(section.sh_offset, section.sh_size))
      return {data, data + section.sh_size};
  }
  return none;
}

std::string below_working_directory(std::string path) {
  char here[PATH_MAX];
  if (!getcwd(here, sizeof here))
    return path;
  std::string prefix = std::string(here) + "/";
  return path.compare(0, prefix.size(), prefix) == 0 ? path.substr(prefix.size()) : path;
}

} // namespace

std::string source_line(const void *pc) {
  Place place{reinterpret_cast<uintptr_t>(pc), 0, {}};
  if (!dl_iterate_phdr(find_object, &place))
    return "";
  Mapping file(place.path.c_str());
  Reader section = line_section(file);
  while (!section.empty()) {
    uint64_t size = section.number<uint32_t>();
    bool wide = size == 0xffffffff;
    if (wide)
      size = section.number<uint64_t>();
    std::string line = LineProgram().find(section.take(size), wide, place.in_file);
    if (!line.empty())
      return below_working_directory(line);
  }
  return "";
}

} // namespace sampan
