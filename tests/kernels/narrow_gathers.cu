// Bytes and halves at addresses without a pattern: the first and last element of an allocation, odd
// places, lanes that are off, and elements that do not lie at multiples of their size.
#include "check.h"

struct __attribute__((packed)) Packed {
  char first;
  short second;
};

__global__ void narrow(const unsigned char *bytes, const short *shorts, const Packed *packed,
                       const int *where, int *out, int n) {
  int i = threadIdx.x;
  if (i >= n || i % 5 == 3)
    return;
  int w = where[i];
  out[3 * i] = bytes[w];
  out[3 * i + 1] = shorts[w];
  out[3 * i + 2] = packed[w].second;
}

__global__ void in_shared(const int *where, int *out) {
  __shared__ short box[64];
  __shared__ signed char small[64];
  int i = threadIdx.x;
  box[i] = 1000 - 40 * i;
  small[i] = 50 - 2 * i;
  __syncthreads();
  out[i] = box[where[i] % 64] * 256 + small[(where[i] * 3) % 64];
}

int main() {
  const int n = 67;
  unsigned char *bytes;
  short *shorts;
  Packed *packed = managed<Packed>(n);
  int *where = managed<int>(n), *out = managed<int>(3 * n);
  CUDA(cudaMallocManaged(&bytes, n));
  CUDA(cudaMallocManaged(&shorts, n * sizeof(short)));
  for (int i = 0; i < n; ++i) {
    bytes[i] = i * 37 + 128;
    shorts[i] = i * 991 - 30000;
    packed[i].second = 30000 - i * 893;
    where[i] = i == 0 ? n - 1 : (i * 29) % n;
    out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = -7;
  }
  narrow<<<1, 96>>>(bytes, shorts, packed, where, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    bool on = i % 5 != 3;
    EXPECT_EQ(out[3 * i], on ? bytes[where[i]] : -7);
    EXPECT_EQ(out[3 * i + 1], on ? shorts[where[i]] : -7);
    EXPECT_EQ(out[3 * i + 2], on ? packed[where[i]].second : -7);
  }
  in_shared<<<1, 64>>>(where, out);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], (1000 - 40 * (where[i] % 64)) * 256 + 50 - 2 * ((where[i] * 3) % 64));
  return verdict();
}
