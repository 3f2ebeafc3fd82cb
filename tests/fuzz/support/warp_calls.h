// For kernels with warp-wide operations: masks by name, so that the reducer leaves them as they are,
// and device functions that hold operations.
#define LANE (tid & 31)
#define LANES_BELOW ((1u << LANE) - 1u)
#define HALF_WARP (0xffffu << (tid & 16))
#define QUARTER_WARP (0xffu << (tid & 24))
#define FOUR_LANES (0xfu << (tid & 28))
#define OWN_LANE (1u << LANE)

__device__ inline int some_member(unsigned members, unsigned number) {
  return (int)__fns(members, 0, (int)(number % (unsigned)__popc(members)) + 1);
}
__device__ __noinline__ unsigned warp_total(unsigned members, unsigned value) {
  unsigned total = __reduce_add_sync(members, value);
  return total * 3u + (unsigned)__popc(__ballot_sync(members, (int)(value & 1u)));
}
__device__ __noinline__ unsigned warp_rounds(unsigned members, unsigned value, int rounds) {
  for (int i = 1; i <= rounds; ++i) value = value * 5u + __shfl_xor_sync(members, value, i);
  return value;
}
// One slot of `box` for each thread of the block.
__device__ inline int warp_exchange(int *box, int tid, int nt, int value) {
  box[tid] = value;
  __syncwarp();
  int other = box[(tid ^ 1) < nt ? tid ^ 1 : tid];
  __syncwarp();
  return other;
}
