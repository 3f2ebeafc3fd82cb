#include "check.h"

__global__ void triple(const int *in, int *out, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    out[i] = in[i] * 3;
}

int main() {
  const int n = 300;
  int *pinned, *mapped, *seen, *plain = (int *)malloc(n * sizeof(int));
  CUDA(cudaMallocHost(&pinned, n * sizeof(int)));
  CUDA(cudaHostAlloc(&mapped, n * sizeof(int), cudaHostAllocMapped));
  CUDA(cudaHostGetDevicePointer(&seen, mapped, 0));
  for (int i = 0; i < n; ++i)
    pinned[i] = i, mapped[i] = -1;
  triple<<<1, 64>>>(pinned, seen, n); // under unified addressing a pinned pointer is good as it is
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(mapped[i], i * 3);

  CUDA(cudaHostRegister(plain, n * sizeof(int), cudaHostRegisterMapped));
  int *registered;
  CUDA(cudaHostGetDevicePointer(&registered, plain, 0));
  triple<<<1, 32>>>(pinned, registered, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(plain[i], i * 3);
  CUDA(cudaHostUnregister(plain));

  cudaPointerAttributes attributes;
  CUDA(cudaPointerGetAttributes(&attributes, pinned));
  EXPECT(attributes.type == cudaMemoryTypeHost);
  unsigned flags = 0;
  CUDA(cudaHostGetFlags(&flags, mapped));
  EXPECT(flags & cudaHostAllocMapped);
  CUDA(cudaFreeHost(pinned));
  CUDA(cudaFreeHost(mapped));
  free(plain);
  return verdict();
}
