#include "opencl_program.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "knobs.h"

extern char **environ;

namespace sampan::opencl {
namespace {

// A file in the temporary directory, gone with this object.
class TemporaryFile {
public:
  TemporaryFile() {
    const char *folder = environment("TMPDIR");
    name_ = std::string(folder ? folder : "/tmp") + "/sampan-XXXXXX";
    file_ = mkstemp(name_.data());
  }
  ~TemporaryFile() {
    if (file_ >= 0) {
      close(file_);
      unlink(name_.c_str());
    }
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  const std::string &name() const { return name_; }
  bool write_all(const void *data, size_t size) {
    auto *at = static_cast<const char *>(data);
    while (file_ >= 0 && size) {
      ssize_t written = ::write(file_, at, size);
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return false;
      at += written;
      size -= static_cast<size_t>(written);
    }
    return file_ >= 0;
  }
  std::vector<unsigned char> read_all() {
    std::vector<unsigned char> data;
    unsigned char part[65536];
    // Opened anew: the translator may have put another file in its place.
    int file = open(name_.c_str(), O_RDONLY | O_CLOEXEC);
    for (ssize_t n; file >= 0 && (n = ::read(file, part, sizeof part)) > 0;)
      data.insert(data.end(), part, part + n);
    if (file >= 0)
      close(file);
    return data;
  }

private:
  std::string name_;
  int file_ = -1;
};

// 0 if the program ran and was content.
int run_program(const std::vector<std::string> &words) {
  std::vector<char *> argv;
  for (const std::string &word : words)
    argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  pid_t child;
  if (int error = posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ))
    return error;
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR)
      return -1; // the program waits for all children by itself
  }
  return status;
}

// SPIR-V as LLVM bitcode for OpenCL 1.2's builtin functions, which devices with cl_khr_spir take.
bool translate(const Target &target, const SampanDeviceCode &code,
               std::vector<unsigned char> &bitcode, std::string &why) {
  TemporaryFile spirv, out;
  if (!spirv.write_all(code.text, code.size)) {
    why = "cannot write " + spirv.name() + ": " + std::strerror(errno);
    return false;
  }
  int status = run_program(
      {target.translator, "-r", "--spirv-target-env=CL1.2", spirv.name(), "-o", out.name()});
  if (status == 0)
    bitcode = out.read_all();
  if (bitcode.empty())
    why = target.translator + " cannot translate the module";
  return !bitcode.empty();
}

std::string build_log(const Target &target, Program program) {
  const Api &api = *target.api;
  size_t size = 0;
  if (api.clGetProgramBuildInfo(program, target.device, kProgramBuildLog, 0, nullptr, &size))
    return "";
  std::string log(size, '\0');
  api.clGetProgramBuildInfo(program, target.device, kProgramBuildLog, size, log.data(), nullptr);
  return log.c_str(); // up to its NUL
}

} // namespace

Program build(const Target &target, const SampanDeviceCode &code, std::string &why) {
  const Api &api = *target.api;
  cl_int error = kSuccess;
  Program program = nullptr;
  if (target.takes_spirv) {
    program = api.clCreateProgramWithIL(target.context, code.text, code.size, &error);
  } else {
    std::vector<unsigned char> bitcode;
    if (!translate(target, code, bitcode, why))
      return nullptr;
    size_t size = bitcode.size();
    const unsigned char *data = bitcode.data();
    program = api.clCreateProgramWithBinary(target.context, 1, &target.device, &size, &data,
                                            nullptr, &error);
  }
  if (!error)
    error =
        api.clBuildProgram(program, 1, &target.device, target.options.c_str(), nullptr, nullptr);
  if (!error)
    return program;
  why = target.name + " does not build it (" + error_name(error) + ")";
  if (std::string log = program ? build_log(target, program) : ""; !log.empty())
    why += ":\n" + log;
  return nullptr;
}

} // namespace sampan::opencl
