// expect-path: vector
// Common patterns with masks that were found by asking, and with parts of warps: whoever is named
// is there, so they are vector code.
#include "check.h"
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
namespace cg = cooperative_groups;

__global__ void active_in_a_branch(int *out, int n) {
  int t = threadIdx.x;
  out[t] = -1;
  if (t < n) {
    unsigned active = __activemask();
    int sum = t;
    for (int d = 16; d > 0; d /= 2)
      sum += __shfl_xor_sync(active, sum, d);
    out[t] = __shfl_sync(active, sum, 0);
  }
}

__global__ void aggregated(int *counter, const int *keys) {
  int t = threadIdx.x, key = keys[t];
  unsigned same = __match_any_sync(0xffffffff, key);
  int leader = __ffs(same) - 1, rank = __popc(same & ((1u << t) - 1)), base = 0;
  if (t == leader)
    base = atomicAdd(&counter[key], __popc(same));
  base = __shfl_sync(same, base, leader);
  atomicAdd(&counter[8 + key], base + rank);
  if (__popc(same) > 4) // the same for all lanes of a group
    atomicAdd(&counter[16 + key], __reduce_max_sync(same, t));
  else
    atomicAdd(&counter[16 + key], __reduce_min_sync(same, t));
  if (key == 2)
    atomicAdd(&counter[24], __reduce_add_sync(same, t));
  else
    atomicAdd(&counter[25], __reduce_add_sync(same, t));
}

// Both sides of the ballot, with their own masks; conditions in parts.
__global__ void ballot_then_branch(int *out, int n) {
  int t = threadIdx.x;
  unsigned yes = __ballot_sync(0xffffffff, t < n && t % 3 != 0);
  if (t < n && t % 3 != 0)
    out[t] = __reduce_add_sync(yes, t) + __popc(__ballot_sync(yes, t & 1));
  else
    out[t] = -__reduce_add_sync(~yes, t);
}

// Each side was asked for itself.
__global__ void asked_twice(int *out) {
  int t = threadIdx.x;
  unsigned few = __ballot_sync(0xffffffff, t % 5 == 0),
           rest = __ballot_sync(0xffffffff, t % 5 != 0);
  if (t % 5 == 0)
    out[t] = __reduce_add_sync(few, t);
  else
    out[t] = __reduce_add_sync(rest, 1);
}

// A row of values a lane, of different lengths: who goes on is asked each round.
__global__ void rounds(int *out, const int *lengths) {
  int t = threadIdx.x, left = lengths[t], sum = 0;
  unsigned members = __ballot_sync(0xffffffff, left > 0);
  while (left > 0) {
    sum += __reduce_add_sync(members, t);
    --left;
    members = __ballot_sync(members, left > 0);
  }
  out[t] = sum;
}

// Lanes that have left the loop have nothing more to say.
__global__ void asked_once(int *out, const int *lengths) {
  int t = threadIdx.x, sum = 0;
  unsigned all = __activemask();
  for (int i = 0; i < lengths[t]; ++i)
    sum += __popc(__ballot_sync(all, i < 3));
  out[t] = sum;
}

__global__ void parts(int *out) {
  int t = threadIdx.x;
  if (t < 16)
    out[t] = __shfl_xor_sync(0xffff, t, 3) + __popc(__ballot_sync(0xffff, t & 1));
  else
    out[t] = __shfl_xor_sync(0xffff0000, t, 5) - __popc(__ballot_sync(0xffff0000, t & 1));
}

__global__ void groups(int *out) {
  int t = threadIdx.x;
  auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  bool third = t % 3 == 0;
  auto part = cg::binary_partition(warp, third);
  if (third)
    out[t] = cg::reduce(part, t, cg::plus<int>());
  else
    out[t] = cg::reduce(part, t, cg::greater<int>());
}

int main() {
  int *out = managed<int>(32), *in = managed<int>(32);
  active_in_a_branch<<<1, 32>>>(out, 16);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t < 16 ? 120 : -1);

  int *counter = managed<int>(26), expected[26] = {}, members[4] = {}, first[4], last[4],
      sum[4] = {};
  for (int t = 31; t >= 0; --t) {
    int key = in[t] = t % 7 % 4;
    last[key] = members[key]++ ? last[key] : t;
    first[key] = t;
    sum[key] += t;
  }
  for (int k = 0; k < 4; ++k) {
    expected[k] = members[k];
    expected[8 + k] = members[k] * (members[k] - 1) / 2;
    expected[16 + k] = members[k] * (members[k] > 4 ? last[k] : first[k]);
    expected[k == 2 ? 24 : 25] += members[k] * sum[k];
  }
  aggregated<<<1, 32>>>(counter, in);
  SYNC();
  for (int i = 0; i < 26; ++i)
    EXPECT_EQ(counter[i], expected[i]);

  ballot_then_branch<<<1, 32>>>(out, 20);
  SYNC();
  int yes = 0, no = 0, odd = 0;
  for (int t = 0; t < 32; ++t)
    t < 20 && t % 3 ? (yes += t, odd += t & 1) : no += t;
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t < 20 && t % 3 ? yes + odd : -no);

  asked_twice<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t % 5 == 0 ? 105 : 25);

  for (int t = 0; t < 32; ++t)
    in[t] = t % 5;
  rounds<<<1, 32>>>(out, in);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    int all = 0;
    for (int round = 0; round < in[t]; ++round)
      for (int u = 0; u < 32; ++u)
        all += in[u] > round ? u : 0;
    EXPECT_EQ(out[t], all);
  }
  asked_once<<<1, 32>>>(out, in);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    int all = 0;
    for (int round = 0; round < in[t] && round < 3; ++round)
      for (int u = 0; u < 32; ++u)
        all += in[u] > round;
    EXPECT_EQ(out[t], all);
  }
  parts<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t < 16 ? (t ^ 3) + 8 : (t ^ 5) - 8);
  groups<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], t % 3 == 0 ? 165 : 31);
  return verdict();
}
