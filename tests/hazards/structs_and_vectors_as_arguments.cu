// Structures with padding and nested ones, vectors, and empty objects as arguments: each at its own
// alignment, also when the kernel changes its copy.
#include "../kernels/check.h"

struct Odd {
  char c;
  double d;
  short s[3];
};
struct Nest {
  Odd odd;
  float3 v;
  struct {
  } nothing;
  long long last;
};
struct alignas(32) Wide {
  int x[8];
};

__global__ void run(char a, Nest nest, bool flag, float3 three, double2 two, Wide wide,
                    uchar4 bytes, short last, double *out) {
  int t = threadIdx.x;
  nest.odd.s[t % 3] += t; // the thread's own copy
  wide.x[t % 8] *= 2;
  double sum = a + nest.odd.c + nest.odd.d + nest.v.y + nest.last + flag + three.z + two.y + last;
  for (int i = 0; i < 3; ++i)
    sum += nest.odd.s[i];
  for (int i = 0; i < 8; ++i)
    sum += wide.x[i];
  out[t] = sum + (&bytes.x)[t % 4];
}

int main() {
  double *out = managed<double>(50);
  Nest nest{{1, 0.25, {2, 3, 4}}, {5, 6, 7}, {}, 1ll << 40};
  Wide wide{{1, 2, 3, 4, 5, 6, 7, 8}};
  run<<<1, 50>>>(9, nest, true, make_float3(1, 2, 0.5f), make_double2(3, 0.125), wide,
                 make_uchar4(10, 20, 30, 40), -3, out);
  SYNC();
  for (int t = 0; t < 50; ++t) {
    double want = 9 + 1 + 0.25 + 6 + double(1ll << 40) + 1 + 0.5 + 0.125 - 3 + 9 + t;
    want += 36 + (t % 8 + 1) + 10 * (t % 4 + 1);
    EXPECT_EQ(out[t], want);
  }
  return verdict();
}
