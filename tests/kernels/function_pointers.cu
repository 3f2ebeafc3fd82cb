#include "check.h"

typedef int (*Operation)(int, int);
__device__ int add(int a, int b) { return a + b; }
__device__ int sub(int a, int b) { return a - b; }
__device__ int mul(int a, int b) { return a * b; }
__device__ Operation table[3] = {add, sub, mul};
__constant__ Operation constant_table[2] = {mul, add};
__device__ Operation chosen = sub;

__global__ void apply(int *out, int n, Operation from_host) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int value = table[i % 3](i, 2); // each lane another one
  value = 10 * value + constant_table[i / 64 % 2](i, 3);
  value = 10 * value + chosen(i, 4);
  if (i % 5 == 0)
    value += from_host(i, 5);
  Operation local = i & 8 ? add : mul;
  out[i] = value + local(1, i) * (table[0] == add ? 1 : 1000000);
}

int main() {
  const int n = 200;
  int *out = managed<int>(n);
  Operation from_device; // its address on the device, as read from a device variable
  CUDA(cudaMemcpyFromSymbol(&from_device, table, sizeof from_device, 2 * sizeof(Operation)));
  apply<<<4, 64>>>(out, n, from_device);
  SYNC();
  for (int i = 0; i < n; ++i) {
    int value = i % 3 == 0 ? i + 2 : i % 3 == 1 ? i - 2 : i * 2;
    value = 10 * value + (i / 64 % 2 ? i + 3 : i * 3);
    value = 10 * value + i - 4;
    if (i % 5 == 0)
      value += i * 5;
    EXPECT_EQ(out[i], value + (i & 8 ? 1 + i : i));
  }
  return verdict();
}
