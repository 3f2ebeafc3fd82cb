// Partners at a distance known when the kernel runs: bits of the thread's number kept, set and
// flipped, for distances of a gang and more, and below.
// expect-path: vector
#include "check.h"

__global__ void partners(const int *in, int *out, unsigned distance, int n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned low = 2 * i - (i & (distance - 1));
  out[i] = in[i ^ distance] * 3 + in[i & ~distance];
  out[n + i] = in[i | distance] - in[low % n];
}

__global__ void network(unsigned *keys) {
  __shared__ unsigned own[256];
  unsigned t = threadIdx.x;
  own[t] = keys[blockIdx.x * 256 + t];
  for (unsigned length = 2; length <= 256; length *= 2)
    for (unsigned distance = length / 2; distance > 0; distance /= 2) {
      __syncthreads();
      unsigned other = t ^ distance, mine = own[t], theirs = own[other];
      __syncthreads();
      bool ascending = (t & length) == 0, first = (t & distance) == 0;
      own[t] = (mine < theirs) == (ascending == first) ? mine : theirs;
    }
  __syncthreads();
  keys[blockIdx.x * 256 + t] = own[t];
}

int main() {
  constexpr int n = 1024;
  int *in = managed<int>(n), *out = managed<int>(2 * n);
  unsigned *keys = managed<unsigned>(n);
  for (int i = 0; i < n; ++i)
    in[i] = i * 7919 % 10007, keys[i] = i * 2654435761u % 4093;
  for (unsigned distance : {1u, 2u, 8u, 16u, 32u, 33u, 64u, 96u, 512u}) {
    partners<<<4, 256>>>(in, out, distance, n);
    SYNC();
    for (unsigned i = 0; i < n; ++i) {
      unsigned low = 2 * i - (i & (distance - 1));
      EXPECT_EQ(out[i], in[i ^ distance] * 3 + in[i & ~distance]);
      EXPECT_EQ(out[n + i], in[i | distance] - in[low % n]);
    }
  }
  network<<<n / 256, 256>>>(keys);
  SYNC();
  for (int i = 1; i < n; ++i)
    EXPECT(i % 256 == 0 || keys[i - 1] <= keys[i]);
  return verdict();
}
