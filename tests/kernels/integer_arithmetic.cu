// All widths: division and remainder of both signs, shifts, wrap-around, promotion, 128-bit
// products.
// expect-path: vector
#include "check.h"

template <class T> __host__ __device__ unsigned long long mix(T a, T b) {
  unsigned long long h = (unsigned long long)(T)(a + b);
  h = h * 31 + (unsigned long long)(T)(a - b);
  h = h * 31 + (unsigned long long)(T)(a * b);
  if (b != 0 && !(b == T(-1))) {
    h = h * 31 + (unsigned long long)(T)(a / b);
    h = h * 31 + (unsigned long long)(T)(a % b);
  }
  h = h * 31 + (unsigned long long)(T)(a << (int(b) & (sizeof(T) * 8 - 1)));
  h = h * 31 + (unsigned long long)(T)(a >> (int(b) & (sizeof(T) * 8 - 1)));
  h = h * 31 + (unsigned long long)(T)(a & b) + (unsigned long long)(T)(a | ~b);
  h = h * 31 + (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a > b);
  return h;
}

__host__ __device__ unsigned long long all(int i) {
  unsigned long long state = i * 0x9e3779b97f4a7c15ull + 12345, h = 0;
  for (int k = 0; k < 4; ++k) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    unsigned a = unsigned(state >> 33), b = unsigned(state >> 7);
    if (k == 1)
      b &= 15;
    if (k == 2)
      a &= 0x7f, b = b % 3 - 1;
    h = h * 1000003 + mix<unsigned char>(a, b) + mix<unsigned short>(a, b) + mix<unsigned>(a, b);
    h = h * 1000003 + mix<signed char>(a % 100, b % 100 + 1);
    h = h * 1000003 + mix<short>(a % 100, b % 100 + 1) + mix<unsigned long long>(state, b);
    // Signed arithmetic that cannot overflow, of both signs.
    int c = int(a % 20000) - 10000, d = int(b % 200) - 100;
    long long e = (long long)(state >> 20) - (1ll << 43), f = d * 1001ll;
    if (d != 0)
      h += c / d * 7 + c % d * 5;
    if (f != 0)
      h += e / f * 7 + e % f * 5;
    h += (c >> (b & 31)) + (e >> (b & 63)) + (c < d) + (e < f) * 2;
  }
  return h;
}

__global__ void run(unsigned long long *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  out[2 * i] = all(i);
  __int128 wide = (__int128)(i * 1000000007ll) * (i + 998244353ll);
  out[2 * i + 1] = (unsigned long long)(wide >> 40) ^ (unsigned long long)wide;
}

int main() {
  const int n = 500;
  unsigned long long *out = managed<unsigned long long>(2 * n);
  run<<<8, 64>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    EXPECT(out[2 * i] == all(i));
    __int128 wide = (__int128)(i * 1000000007ll) * (i + 998244353ll);
    EXPECT(out[2 * i + 1] == ((unsigned long long)(wide >> 40) ^ (unsigned long long)wide));
  }
  return verdict();
}
