// __syncthreads_count, _and, _or, also with threads that have returned before, and in a loop.
#include "check.h"

__global__ void votes(int *out, int limit) {
  int t = threadIdx.x;
  out[t * 4] = __syncthreads_count(t % 3 == 0 ? t + 1 : 0);
  out[t * 4 + 1] = __syncthreads_and(t < limit) != 0;
  out[t * 4 + 2] = __syncthreads_or(t == limit) != 0;
  int rounds = 0;
  while (__syncthreads_or(t > rounds * 10))
    ++rounds; // all leave together
  out[t * 4 + 3] = rounds;
}

__global__ void after_returns(int *out) {
  int t = threadIdx.x;
  if (t >= 40)
    return;
  int count = __syncthreads_count(t % 2);
  if (t >= 10 && t < 20)
    return;
  out[t] = count * 100 + __syncthreads_count(1);
}

int main() {
  int *out = managed<int>(4 * 128);
  for (int threads : {32, 50, 64, 128})
    for (int limit : {0, 31, 50, 128}) {
      votes<<<1, threads>>>(out, limit);
      SYNC();
      for (int t = 0; t < threads; ++t) {
        EXPECT_EQ(out[t * 4], (threads + 2) / 3);
        EXPECT_EQ(out[t * 4 + 1], threads <= limit);
        EXPECT_EQ(out[t * 4 + 2], limit < threads);
        EXPECT_EQ(out[t * 4 + 3], (threads - 1 + 9) / 10);
      }
    }
  after_returns<<<1, 100>>>(out);
  SYNC();
  for (int t = 0; t < 40; ++t)
    if (t < 10 || t >= 20)
      EXPECT_EQ(out[t], 20 * 100 + 30);
  return verdict();
}
