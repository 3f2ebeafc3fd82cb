// Programs that an emulated program starts, itself for one: the system can start its own alone, so
// those of the emulated machine are started in the emulator, too. SAMPAN_EMULATOR names it, with
// its options, a word a line. In static programs this is the execve that the C library's other
// functions call; between fork and exec nothing may be allocated.
#include <features.h>
#ifndef __GLIBC__
#include "knobs.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" __attribute__((visibility("hidden"))) const Elf64_Ehdr __ehdr_start; // the linker's

namespace {

constexpr size_t kWords = 64, kArguments = 4096; // of an emulator with its options, of all

bool is_of_this_machine(const char *path) {
  Elf64_Ehdr header;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  bool whole = read(file, &header, sizeof header) == static_cast<ssize_t>(sizeof header);
  close(file);
  return whole && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_machine == __ehdr_start.e_machine;
}

} // namespace

extern "C" __attribute__((visibility("default"))) int
execve(const char *path, char *const arguments[], char *const environment[]) {
  const char *emulator = sampan::environment("SAMPAN_EMULATOR");
  if (!emulator || std::strlen(emulator) >= PATH_MAX || !is_of_this_machine(path))
    return static_cast<int>(syscall(SYS_execve, path, arguments, environment));
  size_t given = 0;
  while (arguments && arguments[given])
    ++given;
  if (given > kArguments - kWords) {
    errno = E2BIG;
    return -1;
  }
  char words[PATH_MAX], target[PATH_MAX], *all[kArguments + 4];
  size_t count = 0;
  std::strcpy(words, emulator);
  for (char *rest = words; rest && count < kWords; ++count) {
    char *end = std::strchr(rest, '\n');
    if (end)
      *end++ = 0;
    all[count] = rest, rest = end;
  }
  // /proc/self/exe would be the emulator's, by the time that it reads it.
  ssize_t length = std::strncmp(path, "/proc/", 6) ? -1 : readlink(path, target, sizeof target - 1);
  if (length > 0)
    target[length] = 0;
  char zero[] = "-0";
  all[count++] = zero;
  all[count++] = given ? arguments[0] : const_cast<char *>(path);
  all[count++] = length > 0 ? target : const_cast<char *>(path);
  for (size_t i = 1; i < given; ++i)
    all[count++] = arguments[i];
  all[count] = nullptr;
  return static_cast<int>(syscall(SYS_execve, all[0], all, environment));
}
#endif
