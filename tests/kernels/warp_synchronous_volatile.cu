// expect-path: vector
// Code from before __syncwarp: lanes of a warp exchange values through volatile shared memory and
// count on being in step.
// not-interpreted: counts on lanes in lock step, which CUDA no longer promises
#include "check.h"

__global__ void block_sum(const int *in, int *out) {
  extern __shared__ int partial[];
  volatile int *s = partial;
  int t = threadIdx.x;
  s[t] = in[blockIdx.x * blockDim.x + t];
  __syncthreads();
  for (int half = blockDim.x / 2; half > 32; half /= 2) {
    if (t < half)
      s[t] += s[t + half];
    __syncthreads();
  }
  if (t < 32) {
    s[t] += s[t + 32];
    s[t] += s[t + 16];
    s[t] += s[t + 8];
    s[t] += s[t + 4];
    s[t] += s[t + 2];
    s[t] += s[t + 1];
  }
  if (t == 0) {
    unsigned address = (unsigned)__cvta_generic_to_shared(partial);
    asm volatile("ld.volatile.shared.s32 %0, [%1+0];" : "=r"(out[blockIdx.x]) : "r"(address));
  }
}

int main() {
  int *in = managed<int>(8 * 256), *out = managed<int>(8);
  for (int i = 0; i < 8 * 256; ++i)
    in[i] = i * i % 1000 - 300;
  for (int threads : {64, 128, 256}) {
    block_sum<<<8, threads, (threads + 32) * sizeof(int)>>>(in, out);
    SYNC();
    for (int b = 0; b < 8; ++b) {
      int want = 0;
      for (int t = 0; t < threads; ++t)
        want += in[b * threads + t];
      EXPECT_EQ(out[b], want);
    }
  }
  return verdict();
}
