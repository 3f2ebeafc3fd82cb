// Fused multiply-adds as a processor without such instructions computes them, against the C
// library's: random numbers of all sizes, sums that nearly cancel, results half-way between two
// floats, denormal ones, what is not finite.
#include "../kernels/check.h"
#include <cmath>
#include <cstdint>
#include <vector>

__global__ void lanes(const float *a, const float *b, const float *c, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = fmaf(a[i], b[i], c[i]);
}

__global__ void uniform(const float *a, const float *b, const float *c, float *out, int n) {
  for (int i = 0; i < n; ++i)
    out[i] = fmaf(a[i], b[i], c[i]);
}

static uint64_t state = 1;
static uint32_t draw() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return uint32_t(state >> 32);
}
static float as_float(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

int main() {
  const float special[] = {0.0f,      -0.0f,     1.0f,       -1.0f,     INFINITY,        -INFINITY,
                           NAN,       0x1p-149f, -0x1p-149f, 0x1p-126f, 0x1.fffffep127f, 0x1p-75f,
                           0x1.8p-75f};
  std::vector<float> a, b, c;
  auto take = [&](float x, float y, float z) {
    a.push_back(x);
    b.push_back(y);
    c.push_back(z);
  };
  for (float x : special)
    for (float y : special)
      for (float z : special)
        take(x, y, z);
  for (int i = 0; i < 100000; ++i) {
    take(as_float(draw()), as_float(draw()), as_float(draw()));
    // Numbers of like size, with few bits set and with many.
    uint32_t mask = ~0u << draw() % 23;
    float x = as_float(0x3f800000u + (draw() & mask & 0x7fffff));
    float y = as_float(0x3f800000u + (draw() & mask & 0x7fffff));
    take(x, y, -(x * y));
    take(x, y, std::ldexp(x, int(draw() % 60) - 50));
    take(x, -y, std::ldexp(1.0f, int(draw() % 60) - 50));
    // The result is denormal, or at the edge of that.
    take(std::ldexp(x, -70), std::ldexp(y, -int(draw() % 20) - 56), std::ldexp(y, -140));
    // Half-way, but for a little: 1 + 2^-24 and a product far below.
    take(std::ldexp(x, -40), y, 1.0f + std::ldexp(1.0f, -23) * (draw() & 1));
    take(std::ldexp(1.0f, -12), std::ldexp(1.0f, -12) + std::ldexp(y, -60), 1.0f);
  }
  int n = int(a.size());
  float *in[3], *out = managed<float>(n);
  const std::vector<float> *from[] = {&a, &b, &c};
  for (int k = 0; k < 3; ++k) {
    in[k] = managed<float>(n);
    std::copy(from[k]->begin(), from[k]->end(), in[k]);
  }
  for (int kind = 0; kind < 2; ++kind) {
    if (kind == 0)
      lanes<<<(n + 255) / 256, 256>>>(in[0], in[1], in[2], out, n);
    else
      uniform<<<1, 1>>>(in[0], in[1], in[2], out, n);
    SYNC();
    int wrong = 0;
    for (int i = 0; i < n; ++i) {
      float expected = std::fma(a[i], b[i], c[i]);
      bool same = std::isnan(expected) ? std::isnan(out[i]) : !std::memcmp(&expected, &out[i], 4);
      if (!same && wrong++ < 5)
        std::printf("fma(%a, %a, %a) is %a, not %a\n", a[i], b[i], c[i], expected, out[i]);
    }
    EXPECT_EQ(wrong, 0);
  }
  return verdict();
}
