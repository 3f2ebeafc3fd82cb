// Masks that were found by asking name lanes that were together once. Here they part afterwards and
// meet again at operations in different places, or in different rounds of a loop: one path must not
// run to its end before the other begins.
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

// The ballot names the lower half; its odd and its even lanes come from two sides.
__global__ void ballot_then_both_sides(int *out) {
  int t = threadIdx.x;
  unsigned lower = __ballot_sync(0xffffffff, t < 16);
  int got = -1;
  if (t < 16) {
    if (t & 1)
      got = __shfl_xor_sync(lower, t + 100, 1);
    else
      got = __shfl_xor_sync(lower, t + 200, 1);
  }
  out[t] = got;
}

// The mask of all in disguise meets the constant.
__global__ void ballot_and_constant(int *out) {
  int t = threadIdx.x;
  unsigned all = __ballot_sync(0xffffffff, 1);
  if (t & 2)
    out[t] = __shfl_xor_sync(all, t + 100, 2);
  else
    out[t] = __shfl_xor_sync(0xffffffff, t + 200, 2);
}

// Two asks that found the same lanes.
__global__ void two_asks(int *out) {
  int t = threadIdx.x;
  unsigned all = __ballot_sync(0xffffffff, 1), active = __activemask();
  if (t & 4)
    out[t] = __shfl_xor_sync(all, t + 100, 4);
  else
    out[t] = __shfl_xor_sync(active, t + 200, 4);
}

__global__ void match_then_both_sides(int *out) {
  __shared__ int box[32];
  int t = threadIdx.x;
  unsigned same = __match_any_sync(0xffffffff, t / 4);
  if (t & 1) {
    __syncwarp(same);
    out[t] = box[t - 1];
  } else {
    box[t] = t * 7;
    __syncwarp(same);
    out[t] = -t;
  }
}

// All come three times, but lanes of one group in different rounds.
__global__ void in_different_rounds(int *out) {
  int t = threadIdx.x, sum = 0, met = 0;
  unsigned active = __activemask();
  for (int round = 0; met < 3; ++round)
    if ((round + t) % 2 == 0) {
      ++met;
      sum += __shfl_sync(active, t * met, (t + 1) % 32);
    }
  out[t] = sum;
}

// The mask of one round is used in the next one, when some have gone another way.
__global__ void carried_round_a_loop(int *out) {
  int t = threadIdx.x, sum = 0;
  unsigned members = __ballot_sync(0xffffffff, 1);
  for (int round = 0; round < 3; ++round) {
    if ((t + round) % 3 == 0)
      sum += __reduce_add_sync(members, t);
    else
      sum += __reduce_add_sync(members, t * 10);
    members = __ballot_sync(members, t < 24 - round);
    if (t >= 24 - round)
      break;
  }
  out[t] = sum;
}

__global__ void group_then_both_sides(int *out) {
  int t = threadIdx.x;
  auto group = cg::coalesced_threads();
  if (group.thread_rank() < 9)
    out[t] = group.shfl(t + 100, 31 - t);
  else
    out[t] = group.shfl(t + 200, 31 - t);
}

// Who leaves the loop waits behind it for those that have not.
__global__ void in_and_behind_a_loop(unsigned *out) {
  int t = threadIdx.x;
  unsigned seen = 0, all = __ballot_sync(0xffffffff, 1);
  for (int round = 0; round < (t & 1 ? 1 : 2); ++round)
    seen = seen * 3 + __popc(__ballot_sync(all, t % 4 == round));
  if (t & 1)
    seen = seen * 3 + __popc(__ballot_sync(all, t % 4 == 1));
  out[t] = seen;
}

// The condition is that of the ballot, but has changed since.
__global__ void condition_has_changed(int *out) {
  int t = threadIdx.x, sum = 0;
  unsigned members = 0;
  for (int round = 0; round < 2; ++round) {
    bool odd = (t + round) & 1;
    if (members) {
      if (odd)
        sum = __reduce_add_sync(members, t);
      else
        sum = __reduce_add_sync(members, t * 10);
    }
    if (round)
      break;
    members = __ballot_sync(0xffffffff, odd || t < 8);
    if (!(odd || t < 8))
      break;
  }
  out[t] = sum;
}

int main() {
  int *out = managed<int>(32);
  ballot_then_both_sides<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t >= 16 ? -1 : t & 1 ? t - 1 + 200 : t + 1 + 100);
  ballot_and_constant<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t & 2 ? (t ^ 2) + 200 : (t ^ 2) + 100);
  two_asks<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t & 4 ? (t ^ 4) + 200 : (t ^ 4) + 100);
  match_then_both_sides<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t & 1 ? (t - 1) * 7 : -t);
  in_different_rounds<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], (t + 1) % 32 * 6);
  carried_round_a_loop<<<1, 32>>>(out);
  SYNC();
  int total = 0;
  int expected[32] = {};
  for (int round = 0, left = 32; round < 3; left = 24 - round++) {
    total = 0;
    for (int t = 0; t < left; ++t)
      total += (t + round) % 3 == 0 ? t : t * 10;
    for (int t = 0; t < left; ++t)
      expected[t] += total;
  }
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], expected[t]);
  group_then_both_sides<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], 31 - t + (31 - t < 9 ? 100 : 200));
  unsigned *bits = managed<unsigned>(32);
  in_and_behind_a_loop<<<1, 32>>>(bits);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(bits[t], 8u * 3 + 8);
  condition_has_changed<<<1, 32>>>(out);
  SYNC();
  total = 0;
  for (int t = 0; t < 32; ++t)
    if ((t & 1) || t < 8)
      total += (t + 1) & 1 ? t : t * 10;
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], (t & 1) || t < 8 ? total : 0);
  return verdict();
}
