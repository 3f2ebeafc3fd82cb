// Lanes meet at warp-wide operations from different places in the code: vector code cannot serve
// that in one line, so these kernels run as a fibre per lane. Each would give another result if one
// path ran to its end before the other began.
#include "check.h"

__global__ void sync_in_both_branches(int *out) {
  __shared__ int box[32];
  int t = threadIdx.x;
  if (t & 1) {
    __syncwarp();
    out[t] = box[t - 1];
  } else {
    box[t] = t * 7;
    __syncwarp();
    out[t] = -t;
  }
}

__global__ void shuffle_in_both_branches(int *out) {
  int t = threadIdx.x;
  if (t < 16)
    out[t] = __shfl_xor_sync(0xffffffff, t + 100, 16);
  else
    out[t] = __shfl_xor_sync(0xffffffff, t + 200, 16);
}

// Lanes come to the operation in the loop in different rounds, but all come three times.
__global__ void in_different_rounds(int *out) {
  int t = threadIdx.x, sum = 0, met = 0;
  for (int round = 0; met < 3; ++round)
    if ((round + t) % 2 == 0) {
      ++met;
      sum += __shfl_sync(0xffffffff, t * met, (t + 1) % 32);
    }
  out[t] = sum;
}

// Odd lanes leave the loop first and wait behind it.
__global__ void in_and_behind_a_loop(unsigned *out) {
  int t = threadIdx.x;
  unsigned seen = 0;
  for (int round = 0; round < (t & 1 ? 1 : 2); ++round)
    seen = seen * 3 + __popc(__ballot_sync(0xffffffff, t % 4 == round));
  if (t & 1)
    seen = seen * 3 + __popc(__ballot_sync(0xffffffff, t % 4 == 1));
  out[t] = seen;
}

int main() {
  int *out = managed<int>(32);
  unsigned *bits = managed<unsigned>(32);
  sync_in_both_branches<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t & 1 ? (t - 1) * 7 : -t);
  shuffle_in_both_branches<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t < 16 ? t + 16 + 200 : t - 16 + 100);
  in_different_rounds<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], (t + 1) % 32 * 6);
  in_and_behind_a_loop<<<1, 32>>>(bits);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(bits[t], 8u * 3 + 8); // lanes 0, 4, … and then, from both places, 1, 5, …
  return verdict();
}
