#include "at_launch.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>

#include "knobs.h"
#include "tuned.h"

namespace sampan {
namespace {

// A kernel is compiled for so many shapes of blocks; after that the form for any block serves.
constexpr size_t kShapes = 16;
constexpr size_t kIdDigits = 16; // of the module's id, in the name of a library

struct Wanted {
  Kernel *kernel;
  unsigned x, y, z; // 0: any block

  bool operator<(const Wanted &other) const {
    return std::tie(kernel, x, y, z) < std::tie(other.kernel, other.x, other.y, other.z);
  }
};

struct Libraries {
  std::shared_mutex mutex;
  std::map<Wanted, Kernel *> loaded; // null: it failed
  std::map<Kernel *, size_t> shapes;
  std::mutex loading; // one library at a time
};

// Never destroyed, as kernels may be launched while the process ends.
Libraries &libraries() {
  static Libraries &libraries = *new Libraries;
  return libraries;
}

unsigned number_of(const Kernel &kernel) {
  return static_cast<unsigned>(&kernel.code - kernel.module.kernels);
}

// As in sampan/at_launch/kernels.py.
std::string library_name(const Wanted &wanted) {
  std::string id(wanted.kernel->module.id, strnlen(wanted.kernel->module.id, kIdDigits));
  return id + "." + std::to_string(number_of(*wanted.kernel)) + "." + std::to_string(wanted.x) +
         "x" + std::to_string(wanted.y) + "x" + std::to_string(wanted.z);
}

class File {
public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  ~File() { close(); }

  int get() const { return descriptor_; }
  void close() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
    descriptor_ = -1;
  }

private:
  int descriptor_;
};

// One packet, with a descriptor for the answer.
bool send_request(int connection, const std::string &request, int answer) {
  iovec data{const_cast<char *>(request.data()), request.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &answer, sizeof(int));
  ssize_t sent;
  do {
    sent = sendmsg(connection, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(request.size());
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  for (;;) {
    ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got > 0)
      text.append(buffer, static_cast<size_t>(got));
    else if (got == 0 || errno != EINTR)
      return text;
  }
}

// The library's path, from the compiler beside the program; empty where it makes none.
std::string compile(const Wanted &wanted, const std::string &code, std::string &why) {
  if (knobs().compiler < 0) {
    why = "it is compiled when it is launched, by the compiler that `sampan run` starts beside the "
          "program, and there is none";
    return "";
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    why = std::string("no pipe to the compiler: ") + std::strerror(errno);
    return "";
  }
  File from(ends[0]), to(ends[1]);
  std::string request = std::string(wanted.kernel->module.id) + " " +
                        std::to_string(number_of(*wanted.kernel)) + " " + std::to_string(wanted.x) +
                        " " + std::to_string(wanted.y) + " " + std::to_string(wanted.z) + " " +
                        (code.empty() ? "-" : code);
  if (!send_request(knobs().compiler, request, to.get())) {
    why = "it is compiled when it is launched, and the compiler beside the program cannot be "
          "reached (" +
          std::string(std::strerror(errno)) + "); `sampan run --ahead` compiles it before";
    return "";
  }
  to.close();
  std::string answer = read_all(from.get());
  if (!answer.empty() && answer[0] == '+')
    return answer.substr(1);
  why = "it could not be compiled: " +
        (answer.empty() ? "the compiler beside the program ended" : answer.substr(1));
  return "";
}

// In the form `code`; empty: the one that the compiler prefers.
Kernel *load(const Wanted &wanted, const std::string &code, std::string &why) {
  std::string name = library_name(wanted);
  std::string path = knobs().kernels + "/" + name + (code.empty() ? "" : "." + code) + ".so";
  if (access(path.c_str(), R_OK) != 0) {
    path = compile(wanted, code, why);
    if (path.empty())
      return nullptr;
  }
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *error = dlerror();
    why = std::string("its code cannot be loaded: ") + (error ? error : path.c_str());
    return nullptr;
  }
  Kernel *kernel = kernel_named(*claim_module(name.c_str()), wanted.kernel->code.name);
  if (!kernel)
    why = path + " does not hold it";
  return kernel;
}

} // namespace

Kernel *ready_kernel(Kernel &kernel, const LaunchShape &shape) {
  if (kernel.code.variant_count)
    return &kernel;
  Libraries &all = libraries();
  const Wanted any{&kernel, 0, 0, 0};
  Wanted wanted = any;
  if (indices_fit(shape))
    wanted = {&kernel, shape.block.x, shape.block.y, shape.block.z};
  auto find = [&](Kernel *&result) {
    std::shared_lock<std::shared_mutex> lock(all.mutex);
    auto found = all.loaded.find(wanted);
    if (found == all.loaded.end()) {
      auto shapes = all.shapes.find(&kernel);
      if (shapes == all.shapes.end() || shapes->second < kShapes)
        return false;
      wanted = any;
      found = all.loaded.find(wanted);
      if (found == all.loaded.end())
        return false;
    }
    result = found->second;
    return true;
  };
  Kernel *result = nullptr;
  if (find(result))
    return result;
  std::lock_guard<std::mutex> loading(all.loading);
  if (find(result)) // meanwhile
    return result;
  std::string why;
  const TunedChoice *choice = tuned_choice(library_name(wanted).c_str(), wanted.kernel->code.name);
  if (choice && !choice->code.empty())
    result = load(wanted, choice->code, why);
  if (!result)
    result = load(wanted, "", why);
  if (!result) {
    std::fprintf(stderr, "sampan: cannot launch %s: %s\n", kernel.display_name().c_str(),
                 why.c_str());
  }
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  all.loaded[wanted] = result;
  ++all.shapes[&kernel];
  return result;
}

} // namespace sampan
