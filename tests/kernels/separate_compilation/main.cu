// sampan-flags: -rdc=true
// Device functions, variables and constants of one file, used by kernels of another.
#include "../check.h"

extern __device__ int other_file(int x);
extern __device__ int shared_counter;
extern __constant__ float table[4];
__device__ int from_main(int x) { return x + 1000; }
static __device__ int same_name(int x) { return x * 2; }
typedef int (*Function)(int);
extern __device__ Function chosen;

__global__ void run(int *out) {
  int t = threadIdx.x;
  out[t] = other_file(t) + int(table[t & 3]) + same_name(t) + chosen(t);
  atomicAdd(&shared_counter, 1);
}

void launch_other(int *out);

int main() {
  int *out = managed<int>(64), count = 0;
  run<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], t * 3 + 1000 + (t & 3) * 10 + t * 2 + t * 3 + 1000);
  launch_other(out);
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], t + 1000 + t * 5);
  CUDA(cudaMemcpyFromSymbol(&count, shared_counter, sizeof count));
  EXPECT_EQ(count, 64 + 500);
  return verdict();
}
