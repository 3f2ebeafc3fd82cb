// The OpenCL devices of the machine, and what it takes to run kernels on them.
#ifndef SAMPAN_OPENCL_DEVICES_H
#define SAMPAN_OPENCL_DEVICES_H

#include <string>
#include <utility>
#include <vector>

#include "opencl_api.h"

namespace sampan::opencl {

struct Target {
  const Api *api = nullptr;
  Device device = nullptr;
  Context context = nullptr; // made when it is used
  std::string name;
  cl_bitfield svm = 0;
  bool takes_spirv = false;
  std::string translator; // a program that makes what the device takes of SPIR-V, where it does not
  std::string options;    // for building
  bool has_warps = false; // sub-groups of 32 threads that shuffle and vote
};

// All devices of all platforms, in the loader's order: the numbers of SAMPAN_DEVICE.
std::vector<std::pair<Platform, Device>> all_devices(const Api &api);
// What the device needs; false where kernels cannot run on it, and `why` then says so.
bool look_at(const Api &api, Platform platform, Device device, Target &target, std::string &why);

template <typename T> T device_number(const Api &api, Device device, cl_uint what) {
  T value{};
  api.clGetDeviceInfo(device, what, sizeof value, &value, nullptr);
  return value;
}
// Text that a device gives; empty where it gives none.
std::string device_text(const Api &api, Device device, cl_uint what);

} // namespace sampan::opencl

#endif
