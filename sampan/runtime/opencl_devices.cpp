#include "opencl_devices.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "api.h"
#include "knobs.h"

namespace sampan::opencl {
namespace {

constexpr char kSpirOptions[] = "-x spir -spir-std=1.2";

bool can_run(const std::string &name) {
  const char *path = environment("PATH");
  for (std::string rest = path ? path : ""; !rest.empty();) {
    size_t end = rest.find(':');
    std::string file = rest.substr(0, end) + "/" + name;
    if (access(file.c_str(), X_OK) == 0)
      return true;
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
  }
  return false;
}

std::string platform_text(const Api &api, Platform platform, cl_uint what) {
  size_t size = 0;
  if (api.clGetPlatformInfo(platform, what, 0, nullptr, &size) != kSuccess || size == 0)
    return "";
  std::string text(size, '\0');
  api.clGetPlatformInfo(platform, what, size, text.data(), nullptr);
  return text.c_str();
}

// How the device is to be given SPIR-V.
bool find_way(Target &target, Platform platform, std::string &why) {
  const Api &api = *target.api;
  auto precision = device_number<cl_bitfield>(api, target.device, kSingleFpConfig);
  if (precision & kFpCorrectDivideSqrt)
    target.options = "-cl-fp32-correctly-rounded-divide-sqrt";
  target.takes_spirv =
      device_text(api, target.device, kIlVersion).find("SPIR-V") != std::string::npos;
  if (target.takes_spirv)
    return true;
  if (device_text(api, target.device, kDeviceExtensions).find("cl_khr_spir") == std::string::npos) {
    why = "it takes neither SPIR-V nor SPIR";
    return false;
  }
  target.options = std::string(kSpirOptions) + " " + target.options;
  // The bitcode must not be newer than the LLVM of the device's compiler, which PoCL names.
  std::string version = platform_text(api, platform, kPlatformVersion);
  std::string wanted = "llvm-spirv";
  if (size_t at = version.find("LLVM "); at != std::string::npos) {
    std::string digits = version.substr(at + 5);
    wanted += "-" + digits.substr(0, digits.find_first_not_of("0123456789"));
  }
  for (const std::string &name : {wanted, std::string("llvm-spirv")}) {
    if (can_run(name)) {
      target.translator = name;
      return true;
    }
  }
  why = "it takes no SPIR-V itself, and the translator " + wanted +
        " is not there: install it, on Debian the package of that name";
  return false;
}

// Whether kernels can ask for sub-groups of 32 threads, and what is done with warps can be done.
bool has_warps(const Api &api, Device device) {
  std::string extensions = device_text(api, device, kDeviceExtensions);
  for (const char *needed :
       {"cl_intel_required_subgroup_size", "cl_khr_subgroup_shuffle", "cl_khr_subgroup_ballot"}) {
    if (extensions.find(needed) == std::string::npos)
      return false;
  }
  size_t sizes[32], bytes = 0;
  if (api.clGetDeviceInfo(device, kSubGroupSizes, sizeof sizes, sizes, &bytes) != kSuccess)
    return false;
  const size_t *end = sizes + bytes / sizeof *sizes;
  return std::find(sizes, const_cast<size_t *>(end), size_t{32}) != end;
}

// For one line of a table: no tabs and no ends of lines.
std::string plain(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

} // namespace

std::vector<std::pair<Platform, Device>> all_devices(const Api &api) {
  cl_uint count = 0;
  std::vector<std::pair<Platform, Device>> found;
  if (api.clGetPlatformIDs(0, nullptr, &count) != kSuccess || count == 0)
    return found;
  std::vector<Platform> platforms(count);
  api.clGetPlatformIDs(count, platforms.data(), nullptr);
  for (Platform platform : platforms) {
    cl_uint of_platform = 0;
    if (api.clGetDeviceIDs(platform, kAllTypes, 0, nullptr, &of_platform) != kSuccess)
      continue;
    std::vector<Device> devices(of_platform);
    api.clGetDeviceIDs(platform, kAllTypes, of_platform, devices.data(), nullptr);
    for (Device one : devices)
      found.emplace_back(platform, one);
  }
  return found;
}

std::string device_text(const Api &api, Device device, cl_uint what) {
  size_t size = 0;
  if (api.clGetDeviceInfo(device, what, 0, nullptr, &size) != kSuccess || size == 0)
    return "";
  std::string text(size, '\0');
  api.clGetDeviceInfo(device, what, size, text.data(), nullptr);
  return text.c_str();
}

bool look_at(const Api &api, Platform platform, Device device, Target &target, std::string &why) {
  target.api = &api;
  target.device = device;
  target.name = device_text(api, device, kDeviceName);
  target.svm = device_number<cl_bitfield>(api, device, kSvmCapabilities);
  if (!(target.svm & kSvmFineGrainBuffer)) {
    why = "it has no fine-grained shared virtual memory, which pointers in memory need";
    return false;
  }
  target.has_warps = has_warps(api, device);
  return find_way(target, platform, why);
}

} // namespace sampan::opencl

// One line for each OpenCL device: its name, its platform's version, what it is given (empty where
// kernels cannot run on it), the size of sub-groups that can be warps (empty where there are none),
// and why kernels cannot run, with tabs between them. Returns how many bytes
// there are; as many as fit are written. A line that begins with "!" says why there is no list.
SAMPAN_API uint64_t sampan_describe_devices(char *to, uint64_t size) {
  using namespace sampan::opencl;
  std::string text, why;
  if (const Api *api = load(why)) {
    for (auto [platform, device] : all_devices(*api)) {
      Target target;
      bool usable = look_at(*api, platform, device, target, why);
      std::string takes = target.takes_spirv ? "SPIR-V" : "SPIR through " + target.translator;
      text += plain(target.name) + "\t" + plain(platform_text(*api, platform, kPlatformVersion)) +
              "\t" + (usable ? takes : "") + "\t" + (usable && target.has_warps ? "32" : "") +
              "\t" + (usable ? "" : plain(why)) + "\n";
    }
  } else {
    text = "!" + plain(why) + "\n";
  }
  std::memcpy(to, text.data(), std::min<uint64_t>(size, text.size()));
  return text.size();
}
