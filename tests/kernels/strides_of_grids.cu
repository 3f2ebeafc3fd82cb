// Loops that step by the whole grid: what threads keep from round to round, data that ends within a
// round, within a block and within a gang, blocks that lie in rows of the grid.
// expect-path: vector
#include "check.h"

__global__ void running(const int *in, int *out, int n) {
  int sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    sum = sum * 3 + in[i];
    out[i] = sum;
  }
}

// Blocks in rows, each with its own place in memory; a history in private memory.
__global__ void rows(const int *in, int *out, int *ends, int n) {
  int block = blockIdx.y * gridDim.x + blockIdx.x, threads = gridDim.x * gridDim.y * blockDim.x;
  int history[4] = {}, round = 0;
  for (int i = block * blockDim.x + threadIdx.x; i < n; i += threads) {
    history[round++ % 4] += in[i];
    out[i] = history[in[i] % 4] + blockIdx.y;
  }
  ends[block * blockDim.x + threadIdx.x] = history[0] - history[1] + history[2] * 2 + history[3];
}

// Some threads leave early; some rounds write elsewhere.
__global__ void leaving(const int *in, int *out, unsigned n, unsigned *rounds) {
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) {
    if (in[i] % 31 == 0)
      break;
    out[i] = in[i] + 1;
    atomicAdd(rounds, 1);
  }
}

int main() {
  constexpr int kMost = 10000;
  int *in = managed<int>(kMost), *out = managed<int>(kMost), *ends = managed<int>(8192);
  unsigned *rounds = managed<unsigned>(1);
  for (int i = 0; i < kMost; ++i)
    in[i] = i * 7919 % 10007;
  for (int n : {31, 700, 4096, 10000})
    for (int block : {32, 64, 256})
      for (int grid : {1, 7}) {
        int threads = grid * block;
        running<<<grid, block>>>(in, out, n);
        SYNC();
        for (int i = 0; i < n; ++i)
          EXPECT_EQ(out[i], (i < threads ? 0 : out[i - threads]) * 3 + in[i]);
        CUDA(cudaMemset(out, 0, kMost * sizeof *out));
        *rounds = 0;
        leaving<<<grid, block>>>(in, out, n, rounds);
        SYNC();
        unsigned left = 0;
        for (int first = 0; first < threads; ++first)
          for (int i = first; i < n && in[i] % 31; i += threads, ++left)
            EXPECT_EQ(out[i], in[i] + 1);
        EXPECT_EQ(*rounds, left);
        threads *= 3;
        rows<<<dim3(grid, 3), block>>>(in, out, ends, n);
        SYNC();
        for (int thread = 0; thread < threads; ++thread) {
          int history[4] = {}, round = 0;
          for (int i = thread; i < n; i += threads) {
            history[round++ % 4] += in[i];
            EXPECT_EQ(out[i], history[in[i] % 4] + thread / block / grid);
          }
          EXPECT_EQ(ends[thread], history[0] - history[1] + history[2] * 2 + history[3]);
        }
      }
  return verdict();
}
