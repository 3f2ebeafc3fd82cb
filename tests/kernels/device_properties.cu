// sampan-flags: -arch=sm_75
// not-interpreted: asks the runtime only
#include "check.h"
#include <cstring>

__global__ void architecture(int *out) {
#ifdef __CUDA_ARCH__
  *out = __CUDA_ARCH__;
#else
  *out = -1;
#endif
}
__host__ __device__ int where() {
#ifdef __CUDA_ARCH__
  return 1;
#else
  return 2;
#endif
}
__global__ void ask(int *out) { *out = where(); }

int main() {
  int count = 0, device = -1;
  CUDA(cudaGetDeviceCount(&count));
  EXPECT(count >= 1);
  CUDA(cudaSetDevice(0));
  CUDA(cudaGetDevice(&device));
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cudaSetDevice(count + 5), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);

  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  EXPECT(strlen(properties.name) > 0);
  EXPECT_EQ(properties.major, 7); // as -arch says
  EXPECT_EQ(properties.minor, 5);
  EXPECT_EQ(properties.warpSize, 32);
  EXPECT_EQ(properties.maxThreadsPerBlock, 1024);
  EXPECT(properties.maxThreadsDim[0] == 1024 && properties.maxThreadsDim[2] == 64);
  EXPECT(properties.maxGridSize[0] == 2147483647 && properties.maxGridSize[1] == 65535);
  EXPECT(properties.sharedMemPerBlock >= 48 * 1024);
  EXPECT(properties.totalGlobalMem > (64 << 20));
  EXPECT(properties.multiProcessorCount >= 1);
  EXPECT(properties.clockRate > 0 && properties.memoryClockRate > 0);
  EXPECT(properties.totalConstMem >= 65536);
  EXPECT(properties.unifiedAddressing && properties.managedMemory && properties.canMapHostMemory);

  int value = 0;
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0));
  EXPECT_EQ(value, 32);
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrComputeCapabilityMajor, 0));
  EXPECT_EQ(value, 7);
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, 0));
  EXPECT_EQ(value, properties.multiProcessorCount);
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMaxThreadsPerBlock, 0));
  EXPECT_EQ(value, 1024);
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMaxSharedMemoryPerBlock, 0));
  EXPECT_EQ(size_t(value), properties.sharedMemPerBlock);

  int driver = 0, runtime = 0;
  CUDA(cudaDriverGetVersion(&driver));
  CUDA(cudaRuntimeGetVersion(&runtime));
  EXPECT(driver >= 11000 && runtime >= 11000 && runtime <= driver);
  EXPECT_EQ(CUDART_VERSION, runtime);

  int *out = managed<int>(1);
  architecture<<<1, 1>>>(out);
  SYNC();
  EXPECT_EQ(*out, 750);
  ask<<<1, 1>>>(out);
  SYNC();
  EXPECT_EQ(*out, 1);
  EXPECT_EQ(where(), 2);
  size_t limit = 0;
  CUDA(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 16 << 20));
  CUDA(cudaDeviceGetLimit(&limit, cudaLimitMallocHeapSize));
  EXPECT(limit >= (16 << 20));
  CUDA(cudaDeviceReset());
  return verdict();
}
