// A value loaded from private or shared memory before a barrier is used after it, when the memory
// has another value: it must be kept, not loaded again.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out) {
  __shared__ int tile[80];
  int t = threadIdx.x, own[8];
  for (int i = 0; i < 8; ++i)
    own[i] = in[i] + t;
  int index = in[t] & 7;
  tile[t] = in[t];
  __syncthreads();
  int early = own[index], neighbour = tile[(t + 1) % 80];
  int *address = &own[neighbour & 7];
  __syncthreads();
  own[index] = -1;
  tile[t] = -2;
  __syncthreads();
  int sum = early + neighbour * 1000;
  for (int k = 0; k < 3; ++k) {
    if (early & 1)
      sum += own[index] + tile[(t + 1) % 80];
    __syncthreads();
    own[index] = early + k; // what was loaded before the loop
    tile[t] = neighbour;
    __syncthreads();
  }
  out[t] = sum + *address;
  out[80 + t] = tile[(t + 1) % 80];
}

int main() {
  int *in = managed<int>(80), *out = managed<int>(160);
  for (int i = 0; i < 80; ++i)
    in[i] = i * 37 % 101;
  run<<<1, 80>>>(in, out);
  SYNC();
  for (int t = 0; t < 80; ++t) {
    int index = in[t] & 7, early = in[index] + t, neighbour = in[(t + 1) % 80];
    int second = in[(t + 2) % 80]; // what the neighbour writes back
    int sum = early + neighbour * 1000;
    if (early & 1)
      sum += -1 - 2 + early + second + early + 1 + second;
    int at = neighbour & 7;
    EXPECT_EQ(out[t], sum + (at == index ? early + 2 : in[at] + t));
    EXPECT_EQ(out[80 + t], second);
  }
  return verdict();
}
