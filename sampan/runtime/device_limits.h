// Limits of the device that programs are told and launches are checked against.
#ifndef SAMPAN_DEVICE_LIMITS_H
#define SAMPAN_DEVICE_LIMITS_H

#include <cstdint>

namespace sampan {

constexpr uint32_t kWarpSize = 32;
constexpr uint32_t kMaxThreadsPerBlock = 1024;
constexpr uint32_t kMaxBlockDim[3] = {1024, 1024, 64};
constexpr uint32_t kMaxGridDim[3] = {2147483647, 65535, 65535};
constexpr uint32_t kSharedPerBlock = 48 << 10;       // without asking for more
constexpr uint32_t kSharedPerBlockOptin = 163 << 10; // after cudaFuncSetAttribute
constexpr uint32_t kSharedPerProcessor = 164 << 10;
constexpr uint32_t kSharedReserved = 1 << 10;
constexpr uint32_t kThreadsPerProcessor = 2048;
constexpr uint32_t kBlocksPerProcessor = 32;
constexpr uint32_t kRegisters = 65536;
constexpr uint32_t kClusterBlocks = 8;       // on every device that has clusters
constexpr uint32_t kLargeClusterBlocks = 16; // where the kernel allows it
constexpr int kClusterArch = 9;              // the compute capability that has clusters

} // namespace sampan

#endif
