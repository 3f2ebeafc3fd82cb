// Barriers in loops, in uniform branches, after early returns, beside divergent code.
// expect-path: vector
#include "check.h"

__global__ void tree_sum(const int *in, int *out, int n) {
  extern __shared__ int partial[];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  partial[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half >>= 1) {
    if (t < half)
      partial[t] += partial[t + half];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = partial[0];
}

__global__ void scan(const int *in, int *out) {
  __shared__ int buffer[2][256];
  int t = threadIdx.x, from = 0;
  buffer[0][t] = in[t];
  __syncthreads();
  for (int offset = 1; offset < blockDim.x; offset *= 2) {
    buffer[1 - from][t] = buffer[from][t] + (t >= offset ? buffer[from][t - offset] : 0);
    from = 1 - from;
    __syncthreads();
  }
  out[t] = buffer[from][t];
}

__global__ void ping_pong(int *out, int rounds, bool extra) {
  __shared__ int values[96];
  int t = threadIdx.x, mine = t;
  values[t] = t;
  __syncthreads();
  for (int r = 0; r < rounds; ++r) {
    int neighbour = values[(t + 1) % 96];
    if (t % 3 == 0)
      neighbour *= 2; // divergent, between two barriers
    __syncthreads();
    values[t] = neighbour % 1000;
    if (extra && r % 2) { // the same for the whole block
      __syncthreads();
      mine += values[95 - t];
      __syncthreads();
    }
    __syncthreads();
    if (blockIdx.x == 1 && r == 5)
      break; // uniform in a block
  }
  out[blockIdx.x * 96 + t] = values[t] + mine * 1000;
}

int main() {
  const int n = 1000;
  int *in = managed<int>(1024), *out = managed<int>(1024);
  for (int i = 0; i < 1024; ++i)
    in[i] = i % 37 + 1;
  for (int threads : {32, 64, 256, 512}) {
    int blocks = (n + threads - 1) / threads, sum = 0, want = 0;
    tree_sum<<<blocks, threads, threads * sizeof(int)>>>(in, out, n);
    SYNC();
    for (int b = 0; b < blocks; ++b)
      sum += out[b];
    for (int i = 0; i < n; ++i)
      want += in[i];
    EXPECT_EQ(sum, want);
  }
  scan<<<1, 256>>>(in, out);
  SYNC();
  for (int i = 0, sum = 0; i < 256; ++i)
    EXPECT_EQ(out[i], sum += in[i]);

  for (bool extra : {false, true}) {
    ping_pong<<<3, 96>>>(out, 9, extra);
    SYNC();
    for (int b = 0; b < 3; ++b) {
      int values[96], mine[96];
      for (int t = 0; t < 96; ++t)
        values[t] = mine[t] = t;
      for (int r = 0; r < 9; ++r) {
        int next[96];
        for (int t = 0; t < 96; ++t)
          next[t] = values[(t + 1) % 96] * (t % 3 == 0 ? 2 : 1) % 1000;
        for (int t = 0; t < 96; ++t)
          values[t] = next[t];
        if (extra && r % 2)
          for (int t = 0; t < 96; ++t)
            mine[t] += values[95 - t];
        if (b == 1 && r == 5)
          break;
      }
      for (int t = 0; t < 96; ++t)
        EXPECT_EQ(out[b * 96 + t], values[t] + mine[t] * 1000);
    }
  }
  return verdict();
}
