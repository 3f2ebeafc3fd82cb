// Each thread's own array keeps its contents from one barrier to the next.
#include "../kernels/check.h"

struct Entry {
  short key;
  float value;
};

__global__ void run(int *out, int shift) {
  __shared__ int tile[96];
  int t = threadIdx.x, own[8];
  Entry entries[3];
  for (int k = 0; k < 8; ++k)
    own[k] = t * 8 + k;
  entries[t % 3].key = short(t);
  entries[t % 3].value = t * 0.5f;
  tile[t] = own[t % 8];
  __syncthreads();
  own[(t + shift) % 8] += tile[(t + 1) % 96]; // an index of its own
  int *pointer = &own[t % 5];                 // an address that lives across the barrier too
  __syncthreads();
  *pointer += 10000;
  tile[t] = own[3];
  __syncthreads();
  int sum = tile[95 - t];
  for (int k = 0; k < 8; ++k)
    sum = sum * 3 + own[k];
  out[t] = sum + entries[t % 3].key + int(entries[t % 3].value * 2);
}

int main() {
  int *out = managed<int>(96), own[96][8], tile[96];
  for (int shift = 0; shift < 3; ++shift) {
    run<<<1, 96>>>(out, shift);
    SYNC();
    for (int t = 0; t < 96; ++t) {
      for (int k = 0; k < 8; ++k)
        own[t][k] = t * 8 + k;
      tile[t] = own[t][t % 8];
    }
    for (int t = 0; t < 96; ++t)
      own[t][(t + shift) % 8] += tile[(t + 1) % 96];
    for (int t = 0; t < 96; ++t)
      own[t][t % 5] += 10000;
    for (int t = 0; t < 96; ++t) {
      int sum = own[95 - t][3];
      for (int k = 0; k < 8; ++k)
        sum = sum * 3 + own[t][k];
      EXPECT_EQ(out[t], sum + t + t);
    }
  }
  return verdict();
}
