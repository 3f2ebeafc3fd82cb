// How many devices there are, which one a thread uses, and which may use each other's memory.

#include "devices.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <utility>

#include "accelerator.h"
#include "api.h"
#include "knobs.h"

namespace sampan {
namespace {

thread_local int current = 0;

std::mutex devices_mutex;
// Pairs of a device and another whose memory it has been allowed to use.
std::set<std::pair<int, int>> &peers() {
  static auto *all = new std::set<std::pair<int, int>>;
  return *all;
}

cudaError_t check_device(int device) {
  return is_device(device) ? cudaSuccess : record_error(cudaErrorInvalidDevice);
}

bool are_peers(int device, int peer) {
  return is_device(device) && is_device(peer) && device != peer;
}

} // namespace

int device_count() { return static_cast<int>(knobs().devices); }
int current_device() { return current; }

} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGetDeviceCount(int *count) {
  if (!count)
    return record_error(cudaErrorInvalidValue);
  *count = 0;
  if (cudaError_t error = accelerator::state())
    return record_error(error);
  *count = device_count();
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaGetDevice(int *device) {
  if (!device)
    return record_error(cudaErrorInvalidValue);
  *device = current;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaSetDevice(int device) {
  if (cudaError_t error = check_device(device))
    return error;
  current = device;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaInitDevice(int device, unsigned, unsigned) {
  return check_device(device);
}

SAMPAN_API cudaError_t cudaSetValidDevices(int *devices, int count) {
  if (count < 0 || (count && !devices))
    return record_error(cudaErrorInvalidValue);
  for (int i = 0; i < count; ++i) {
    if (!is_device(devices[i]))
      return record_error(cudaErrorInvalidDevice);
  }
  return cudaSuccess;
}

// Device n is on bus n + 1.
SAMPAN_API cudaError_t cudaDeviceGetPCIBusId(char *to, int length, int device) {
  if (!to || length <= 0)
    return record_error(cudaErrorInvalidValue);
  if (cudaError_t error = check_device(device))
    return error;
  std::snprintf(to, static_cast<size_t>(length), "0000:%02x:00.0", device + 1);
  return cudaSuccess;
}

// Accepts "[domain]:[bus]:[device].[function]" and shorter forms.
SAMPAN_API cudaError_t cudaDeviceGetByPCIBusId(int *device, const char *id) {
  if (!device || !id)
    return record_error(cudaErrorInvalidValue);
  unsigned domain = 0, bus = 0, slot = 0;
  bool read = std::sscanf(id, "%x:%x:%x", &domain, &bus, &slot) == 3 ||
              ((domain = 0), std::sscanf(id, "%x:%x", &bus, &slot) == 2);
  if (!read || domain != 0 || bus < 1 || bus > knobs().devices || slot != 0)
    return record_error(cudaErrorInvalidDevice);
  *device = static_cast<int>(bus) - 1;
  return cudaSuccess;
}

SAMPAN_API cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer) {
  if (!can)
    return record_error(cudaErrorInvalidValue);
  if (!is_device(device) || !is_device(peer))
    return record_error(cudaErrorInvalidDevice);
  *can = device != peer;
  return cudaSuccess;
}

// Only the answers of these differ by what was enabled: all devices have the same memory.
SAMPAN_API cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags) {
  if (flags)
    return record_error(cudaErrorInvalidValue);
  if (!are_peers(current, peer))
    return record_error(cudaErrorInvalidDevice);
  std::lock_guard<std::mutex> lock(devices_mutex);
  bool added = peers().insert({current, peer}).second;
  return added ? cudaSuccess : record_error(cudaErrorPeerAccessAlreadyEnabled);
}

SAMPAN_API cudaError_t cudaDeviceDisablePeerAccess(int peer) {
  if (!are_peers(current, peer))
    return record_error(cudaErrorInvalidDevice);
  std::lock_guard<std::mutex> lock(devices_mutex);
  bool removed = peers().erase({current, peer}) != 0;
  return removed ? cudaSuccess : record_error(cudaErrorPeerAccessNotEnabled);
}

SAMPAN_API cudaError_t cudaDeviceGetP2PAttribute(int *value, cudaDeviceP2PAttr which, int device,
                                                 int peer) {
  if (!value)
    return record_error(cudaErrorInvalidValue);
  if (!are_peers(device, peer))
    return record_error(cudaErrorInvalidDevice);
  *value = which == cudaDevP2PAttrPerformanceRank ? 0 : 1;
  return cudaSuccess;
}
