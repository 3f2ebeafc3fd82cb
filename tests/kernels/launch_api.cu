// Kernels started other than by <<<>>> with plain arguments.
#include "check.h"

extern "C" __global__ void plain_name(int *out, int a, double b) { out[threadIdx.x] = a + int(b); }
namespace {
__global__ void hidden(int *out) { out[threadIdx.x] += 1; }
} // namespace
static __global__ void __launch_bounds__(64, 2) bounded(int *out) { out[threadIdx.x] *= 2; }

struct Holder {
  static __global__ void member(int *out) { out[threadIdx.x] -= 3; }
};
template <class T> using KernelOf = void (*)(T *);

int main() {
  int *out = managed<int>(64);
  int a = 40;
  double b = 2.5;
  void *arguments[] = {&out, &a, &b};
  CUDA(cudaLaunchKernel((const void *)plain_name, dim3(1), dim3(64), arguments, 0, 0));
  CUDA(cudaDeviceSynchronize());
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], 42);
  CUDA(cudaLaunchKernel(plain_name, 1, 64, arguments)); // the template of C++
  hidden<<<1, 64>>>(out);
  KernelOf<int> pointer = bounded;
  pointer<<<1, 64>>>(out);
  Holder::member<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], 43 * 2 - 3);
  cudaFuncAttributes attributes;
  CUDA(cudaFuncGetAttributes(&attributes, bounded));
  EXPECT_EQ(attributes.maxThreadsPerBlock, 64);
  bounded<<<1, 65>>>(out); // more than its launch bounds
  EXPECT(cudaGetLastError() != cudaSuccess);
  CUDA(cudaDeviceSynchronize());
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], 83);
  pointer(out); // without a configuration
  EXPECT_EQ(cudaGetLastError(), cudaErrorMissingConfiguration);
  hidden<<<1, 64>>>(out);
  SYNC();
  EXPECT_EQ(out[0], 84);
  return verdict();
}
