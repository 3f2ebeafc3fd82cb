// expect-path: vector
// One atomic for all lanes that come along: the leader adds, the others get their places from it.
// What is shuffled has no value in the lanes that are not the leader.
#include "check.h"

__device__ int take_place(int *counter) {
  unsigned members = __activemask();
  int lane = threadIdx.x & 31, leader = __ffs(members) - 1, first;
  if (lane == leader)
    first = atomicAdd(counter, __popc(members));
  first = __shfl_sync(members, first, leader);
  return first + __popc(members & ((1u << lane) - 1));
}

__global__ void filter(const int *in, int *out, int *counter, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && in[i] % 3 == 1)
    out[take_place(counter)] = in[i];
}

// In a loop whose rounds differ by lane.
__global__ void expand(const int *in, int *out, int *counter, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  for (int round = 0; i < n && round < in[i] % 5; ++round)
    out[take_place(counter)] = in[i] * 8 + round;
}

int main() {
  const int n = 1000;
  int *in = managed<int>(n), *out = managed<int>(8 * n), *counter = managed<int>(1);
  int *seen = static_cast<int *>(calloc(8 * n, sizeof(int)));
  int want = 0;
  for (int i = 0; i < n; ++i)
    want += (in[i] = i) % 3 == 1;
  filter<<<10, 128>>>(in, out, counter, n);
  SYNC();
  EXPECT_EQ(*counter, want);
  for (int k = 0; k < *counter; ++k) {
    EXPECT_EQ(out[k] % 3, 1);
    EXPECT_EQ(seen[out[k]]++, 0);
  }

  *counter = 0;
  memset(seen, 0, 8 * n * sizeof(int));
  want = 0;
  for (int i = 0; i < n; ++i)
    want += i % 5;
  expand<<<8, 160>>>(in, out, counter, n);
  SYNC();
  EXPECT_EQ(*counter, want);
  for (int k = 0; k < *counter; ++k) {
    EXPECT(out[k] % 8 < out[k] / 8 % 5);
    EXPECT_EQ(seen[out[k]]++, 0);
  }
  return verdict();
}
