// sampan-flags: -std=c++20
// Concepts, lambdas with template parameters, designated initialisers, consteval and constinit,
// three-way comparison, ranges of arrays with an initialiser: in kernels.
#include "check.h"
#include <compare>
#include <concepts>

static_assert(__cplusplus >= 202002L);

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

template <Number T> __device__ T half(T x) { return x / 2; }
__device__ int half(const int *x) { return *x * 10; }

struct Point {
  int x = 1, y = 2, z = 3;
  constexpr auto operator<=>(const Point &) const = default;
};

__host__ __device__ consteval int square(int x) { return x * x; }
__device__ constinit int scale = square(4);

template <auto Value> __device__ constexpr auto value = Value;

__global__ void modern(int *out, double *reals) {
  int t = threadIdx.x;
  out[0 * 64 + t] = half(t) + half(&t);
  reals[t] = half(t + 0.5);
  Point p{.x = t, .z = 7}, q{.x = 20};
  out[1 * 64 + t] = p < q ? -1 : p > q ? 1 : 0;
  out[2 * 64 + t] = p == Point{.x = t, .y = 2, .z = 7};
  auto add = []<class T>(T a, T b) { return a + b; };
  out[3 * 64 + t] = add(t, scale) + value<5>;
  int total = 0;
  for (int k = t % 4; int v : {3, 1, 4, 1, 5}) {
    if (k-- == 0) [[unlikely]]
      continue;
    total = total * 10 + v;
  }
  out[4 * 64 + t] = total;
}

int main() {
  int *out = managed<int>(5 * 64);
  double *reals = managed<double>(64);
  modern<<<1, 64>>>(out, reals);
  SYNC();
  const int totals[] = {1415, 3415, 3115, 3145};
  for (int t = 0; t < 64; ++t) {
    EXPECT_EQ(out[t], t / 2 + 10 * t);
    EXPECT_EQ(reals[t], (t + 0.5) / 2);
    EXPECT_EQ(out[64 + t], t < 20 ? -1 : 1);
    EXPECT_EQ(out[128 + t], 1);
    EXPECT_EQ(out[192 + t], t + 21);
    EXPECT_EQ(out[256 + t], totals[t % 4]);
  }
  return verdict();
}
