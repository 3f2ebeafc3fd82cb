// expect-path: vector
// Indices that are arithmetic on the lane's number and uniform numbers: groups of lanes whose
// elements lie next to each other, whole warps and parts of them; sums that wrap.
#include "check.h"

constexpr int kSize = 4096;

__device__ unsigned own_lane() {
  unsigned lane;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  return lane;
}

__global__ void tiles(const int *in, int *out, int pitch, int to_pitch) {
  int lane = own_lane();
  int warp = threadIdx.x / 32;
  __syncwarp();
  in += kSize / 2, out += kSize / 2 + warp * 512;
  out[lane / 16 * to_pitch + lane % 16] = in[lane / 8 * pitch + lane % 8 + warp];
  int value = in[(lane / 4) * (unsigned long long)pitch + lane % 4];
  if (value % 3 == 0)
    out[256 + (3 - lane / 8) * 40 + lane % 8] =
        in[lane / 4 * pitch + lane % 4] + in[(lane / 16 * 2 + 1) * pitch - lane % 16];
}

// The pitch makes the 32-bit product wrap, from the second half of the lanes on.
__global__ void wrapping(const int *in, int *out, unsigned pitch) {
  unsigned lane = own_lane();
  __syncwarp();
  unsigned index = (lane / 8 + 6) * pitch + lane % 8;
  out[lane] = in[index % kSize];
  // A negative number becomes a large one before the pointer is moved by it.
  short back = short(pitch) - 24;
  const int *far = in - 0xfffffff0ull;
  out[32 + lane] = far[(unsigned)back + (unsigned long long)(lane / 16 * 100 + lane % 16)];
}

// What is uniform in every round differs between lanes behind the loop.
__global__ void rounds(const int *in, int *out) {
  unsigned lane = own_lane();
  unsigned long long start = 0, other = 0, sum = 0;
  for (int i = 0; i <= in[lane] % 5; ++i) {
    start = i * 64ull + (lane / 8) * 16 + lane % 8;
    other = unsigned(i) * 67u + (lane / 8) * 16 + lane % 8; // may wrap before it is extended
    sum += other;
    __syncwarp(__activemask());
  }
  out[lane] = in[start];
  out[32 + lane] = in[other] + int(sum);
}

int main() {
  int *in = managed<int>(kSize), *out = managed<int>(kSize), *want = managed<int>(kSize);
  for (int i = 0; i < kSize; ++i)
    in[i] = i * 7919 % 10007;
  for (int pitch : {24, -24, 0}) {
    CUDA(cudaMemset(out, 0, kSize * sizeof *out));
    memset(want, 0, kSize * sizeof *want);
    tiles<<<1, 64>>>(in, out, pitch, 50);
    SYNC();
    for (int thread = 0; thread < 64; ++thread) {
      int lane = thread % 32, warp = thread / 32;
      const int *from = in + kSize / 2;
      int *to = want + kSize / 2 + warp * 512;
      to[lane / 16 * 50 + lane % 16] = from[lane / 8 * pitch + lane % 8 + warp];
      int value = from[lane / 4 * pitch + lane % 4];
      if (value % 3 == 0)
        to[256 + (3 - lane / 8) * 40 + lane % 8] =
            value + from[(lane / 16 * 2 + 1) * pitch - lane % 16];
    }
    EXPECT(!memcmp(out, want, kSize * sizeof *out));
  }
  const unsigned pitch = 0x20000008;
  wrapping<<<1, 32>>>(in, out, pitch);
  SYNC();
  for (unsigned lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(out[lane], in[((lane / 8 + 6) * pitch + lane % 8) % kSize]);
    EXPECT_EQ(out[32 + lane], in[lane / 16 * 100 + lane % 16]);
  }
  rounds<<<1, 32>>>(in, out);
  SYNC();
  for (int lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(out[lane], in[in[lane] % 5 * 64 + lane / 8 * 16 + lane % 8]);
    int last = in[lane] % 5, first = lane / 8 * 16 + lane % 8;
    int sum = (last + 1) * first + 67 * last * (last + 1) / 2;
    EXPECT_EQ(out[32 + lane], in[last * 67 + first] + sum);
  }
  return verdict();
}
