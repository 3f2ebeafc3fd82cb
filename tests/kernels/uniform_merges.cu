// Values that are the same for a warp although lanes part and come together on the way: each way
// to the next round of the loop ends with something that one lane does.
#include "check.h"

__device__ void release(int *lock, int lane) {
  __threadfence();
  if (lane == 1)
    atomicAnd(lock, ~1);
}

// One value comes from each way; what differs between the ways does not differ between lanes.
__global__ void walk(const int *next, int *locks, int *out, int *visits, int steps) {
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  int at = warp, parent = warp, weight = 0;
  for (int step = 0; step < steps; ++step) {
    int data = next[at * 32 + lane];
    int first = __shfl_sync(0xffffffff, data, 0);
    weight += data;
    if (first % 5 == 0) {
      release(&locks[at], lane);
      parent = at;
      at = first % 16;
      continue;
    }
    if (first % 5 == 1) {
      release(&locks[parent], lane);
      at = parent;
      continue;
    }
    if (__shfl_sync(0xffffffff, data, 7) & 1)
      release(&locks[first % 16], lane);
    else if (lane == 3)
      atomicAdd(&visits[at], 1);
    at = (at + first) % 16;
  }
  out[threadIdx.x] = weight * 16 + at;
}

// Here lanes do bring different values.
__global__ void parted(const int *next, int *out) {
  int lane = threadIdx.x % 32, at = 0;
  for (int step = 0; step < 8; ++step) {
    int data = next[(at % 16) * 32 + lane];
    if (data & 1) {
      at = at * 2 + 1;
      continue;
    }
    if (data & 2)
      at += lane;
    else
      at += 3;
  }
  out[threadIdx.x] = at;
}

int main() {
  const int n = 64, steps = 50;
  int *next = managed<int>(16 * 32), *locks = managed<int>(16), *out = managed<int>(n),
      *visits = managed<int>(16);
  unsigned random = 12345;
  for (int i = 0; i < 16 * 32; ++i)
    next[i] = (random = random * 1664525 + 1013904223) >> 20;
  for (int i = 0; i < 16; ++i) {
    locks[i] = 2 * i + 1;
    visits[i] = 0;
  }
  int released[16], visited[16] = {}, last[2];
  for (int i = 0; i < 16; ++i)
    released[i] = locks[i];
  int weights[64] = {};
  for (int warp = 0; warp < 2; ++warp) {
    int at = warp, parent = warp;
    for (int step = 0; step < steps; ++step) {
      int first = next[at * 32];
      for (int lane = 0; lane < 32; ++lane)
        weights[warp * 32 + lane] += next[at * 32 + lane];
      if (first % 5 == 0) {
        released[at] &= ~1;
        parent = at;
        at = first % 16;
      } else if (first % 5 == 1) {
        released[parent] &= ~1;
        at = parent;
      } else {
        if (next[at * 32 + 7] & 1)
          released[first % 16] &= ~1;
        else
          ++visited[at];
        at = (at + first) % 16;
      }
    }
    last[warp] = at;
  }
  walk<<<1, n>>>(next, locks, out, visits, steps);
  SYNC();
  for (int t = 0; t < n; ++t)
    EXPECT_EQ(out[t], weights[t] * 16 + last[t / 32]);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(locks[i], released[i]);
    EXPECT_EQ(visits[i], visited[i]);
  }

  parted<<<1, n>>>(next, out);
  SYNC();
  for (int t = 0; t < n; ++t) {
    int at = 0;
    for (int step = 0; step < 8; ++step) {
      int data = next[(at % 16) * 32 + t % 32];
      if (data & 1)
        at = at * 2 + 1;
      else
        at += data & 2 ? t % 32 : 3;
    }
    EXPECT_EQ(out[t], at);
  }
  return verdict();
}
