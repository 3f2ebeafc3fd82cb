#include "check.h"

__global__ void measure(long long *out, unsigned *narrow) {
  long long start = clock64();
  unsigned start32 = clock();
  unsigned long long before;
  before = clock64();
  while (clock64() - start < 10000) {
  }
  out[0] = clock64() - start;
  out[1] = before >= (unsigned long long)start;
  narrow[0] = unsigned(clock()) - start32;
}

__global__ void sleep(long long *out) {
  long long start = clock64();
  __nanosleep(500000); // half a millisecond; the manual allows anything from none to twice that
  if (threadIdx.x % 2)
    __nanosleep(10 + threadIdx.x);
  out[threadIdx.x] = clock64() - start;
}

int main() {
  long long *out = managed<long long>(32);
  unsigned *narrow = managed<unsigned>(1);
  measure<<<1, 1>>>(out, narrow);
  SYNC();
  EXPECT(out[0] >= 10000);
  EXPECT_EQ(out[1], 1);
  EXPECT(narrow[0] > 0);
  sleep<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT(out[t] > 0);
  return verdict();
}
