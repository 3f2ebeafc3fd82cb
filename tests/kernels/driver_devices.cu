// The functions of the driver API that tell of devices and errors, beside the runtime's.
// not-interpreted: no kernel
#include "check.h"
#include <cuda.h>

int main() {
  int count, version, runtime_count;
  EXPECT_EQ(cuInit(0), CUDA_SUCCESS);
  EXPECT_EQ(cuInit(1), CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cuDriverGetVersion(&version), CUDA_SUCCESS);
  EXPECT_EQ(version, CUDA_VERSION);
  EXPECT_EQ(cuDeviceGetCount(&count), CUDA_SUCCESS);
  CUDA(cudaGetDeviceCount(&runtime_count));
  EXPECT_EQ(count, runtime_count);

  CUdevice device, none;
  EXPECT_EQ(cuDeviceGet(&device, 0), CUDA_SUCCESS);
  EXPECT_EQ(cuDeviceGet(&none, count), CUDA_ERROR_INVALID_DEVICE);
  EXPECT_EQ(cuDeviceGet(nullptr, 0), CUDA_ERROR_INVALID_VALUE);
  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  char name[256], start[4];
  EXPECT_EQ(cuDeviceGetName(name, sizeof name, device), CUDA_SUCCESS);
  EXPECT(strcmp(name, properties.name) == 0);
  EXPECT_EQ(cuDeviceGetName(start, sizeof start, device), CUDA_SUCCESS);
  EXPECT(strlen(start) == 3 && strncmp(start, name, 3) == 0);
  CUuuid uuid;
  EXPECT_EQ(cuDeviceGetUuid(&uuid, device), CUDA_SUCCESS);
  EXPECT(memcmp(&uuid, &properties.uuid, sizeof uuid) == 0);
  size_t bytes;
  EXPECT_EQ(cuDeviceTotalMem(&bytes, device), CUDA_SUCCESS);
  EXPECT_EQ(bytes, properties.totalGlobalMem);
  EXPECT_EQ(cuDeviceTotalMem(&bytes, count), CUDA_ERROR_INVALID_DEVICE);
  int threads, major, minor;
  EXPECT_EQ(cuDeviceGetAttribute(&threads, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, device),
            CUDA_SUCCESS);
  EXPECT_EQ(threads, properties.maxThreadsPerBlock);
  EXPECT_EQ(cuDeviceGetAttribute(&threads, (CUdevice_attribute)9999, device),
            CUDA_ERROR_INVALID_VALUE);
  EXPECT_EQ(cuDeviceComputeCapability(&major, &minor, device), CUDA_SUCCESS);
  EXPECT(major == properties.major && minor == properties.minor);

  const char *text;
  EXPECT_EQ(cuGetErrorName(CUDA_ERROR_OUT_OF_MEMORY, &text), CUDA_SUCCESS);
  EXPECT(strcmp(text, "CUDA_ERROR_OUT_OF_MEMORY") == 0);
  EXPECT_EQ(cuGetErrorString(CUDA_ERROR_OUT_OF_MEMORY, &text), CUDA_SUCCESS);
  EXPECT(strcmp(text, cudaGetErrorString(cudaErrorMemoryAllocation)) == 0);
  EXPECT_EQ(cuGetErrorName((CUresult)12345, &text), CUDA_ERROR_INVALID_VALUE);
  EXPECT(text == nullptr);
  return verdict();
}
