// What code for one level must find of the others' is the program's alone: functions by their
// addresses, in variables and in tables of virtual functions; managed variables and constants; with
// -rdc=true what kernels launch.
#include <cstdio>

typedef int (*Step)(int);
__device__ int twice(int x) { return 2 * x; }
__device__ int square(int x) { return x * x; }
__device__ Step steps[2] = {twice, square};
__managed__ int total;
__constant__ int offset = 5;

struct Base {
  __device__ virtual int of(int x) const { return x; }
};
struct Next : Base {
  __device__ int of(int x) const override { return x + 1; }
};

__global__ void by_address(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  Next next;
  Base base;
  const Base *which = i % 3 ? &next : &base;
  if (i < n) {
    out[i] = which->of(steps[i & 1](i)) + offset;
    atomicAdd(&total, 1);
  }
}

__global__ void launches(int *out, int n) {
#ifdef __CUDACC_RDC__
  if (threadIdx.x == 0)
    by_address<<<(n + 63) / 64, 64>>>(out, n);
#endif
}

int expected(int i) { return (i & 1 ? i * i : 2 * i) + (i % 3 != 0) + 5; }

int main() {
  int n = 100, *out, wrong = 0;
  cudaMallocManaged(&out, n * sizeof(int));
#ifdef __CUDACC_RDC__
  launches<<<1, 32>>>(out, n);
#else
  by_address<<<(n + 63) / 64, 64>>>(out, n);
#endif
  cudaDeviceSynchronize();
  for (int i = 0; i < n; ++i)
    wrong += out[i] != expected(i);
  std::printf("%d wrong, %d in all\n", wrong, total);
}
