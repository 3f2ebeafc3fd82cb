// Loads from a private array before a barrier whose results are used after it, in several regions.
#include "../kernels/check.h"

__global__ void run(const int *in, int *out) {
  __shared__ int tile[64];
  int t = threadIdx.x, own[4];
  for (int k = 0; k < 4; ++k)
    own[k] = in[t] * (k + 1);
  int early = own[t & 3]; // must be the value of now
  tile[t] = early;
  __syncthreads();
  own[t & 3] = tile[(t + 9) % 64];
  int later = own[t & 3];
  __syncthreads();
  own[t & 3] = -1;
  __syncthreads();
  out[t] = early * 100 + later + own[t & 3];
}

int main() {
  int *in = managed<int>(64), *out = managed<int>(64);
  for (int t = 0; t < 64; ++t)
    in[t] = t + 3;
  run<<<1, 64>>>(in, out);
  SYNC();
  auto early = [](int t) { return (t + 3) * ((t & 3) + 1); };
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], early(t) * 100 + early((t + 9) % 64) - 1);
  return verdict();
}
