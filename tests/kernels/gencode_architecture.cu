// sampan-flags: -gencode arch=compute_90,code=sm_90
// -gencode decides the architecture as -arch does.
#include "check.h"
#include <cstring>

__global__ void ask(int *out) {
#ifdef __CUDA_ARCH__
  *out = __CUDA_ARCH__;
#endif
}

int main() {
#ifdef __CUDA_ARCH__
  printf("__CUDA_ARCH__ on the host\n");
  return 1;
#endif
  int *out = managed<int>(1);
  ask<<<1, 1>>>(out);
  SYNC();
  EXPECT_EQ(*out, 900);
  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  EXPECT_EQ(properties.major, 9);
  EXPECT_EQ(properties.minor, 0);
  int major;
  CUDA(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0));
  EXPECT_EQ(major, 9);
  cudaFuncAttributes attributes;
  CUDA(cudaFuncGetAttributes(&attributes, ask));
  EXPECT_EQ(attributes.binaryVersion, 90);
  EXPECT_EQ(attributes.ptxVersion, 90);
  return verdict();
}
