// sampan-flags: -std=c++20
// The C++ library on the host, and its header-only parts in kernels.
#include "check.h"
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

template <class T>
concept Number = requires(T a) { a + a; };

struct Pair {
  std::int64_t first;
  std::uint8_t second;
};

template <Number T> __global__ void run(T *out, std::array<T, 4> values, Pair pair) {
  auto [a, b] = pair;
  T sum{};
  for (int i = 0; i < 4; ++i)
    sum += values[i];
  out[threadIdx.x] = sum + T(a) + T(b) + T(threadIdx.x);
}

int main() {
  std::map<std::string, int> counts;
  for (const char *word : {"b", "a", "b"})
    ++counts[word];
  std::vector<double> results(64);
  double *out = managed<double>(64);
  run<double><<<1, 64>>>(out, {1.5, 2, 3, 4}, Pair{100, 7});
  SYNC();
  std::copy(out, out + 64, results.begin());
  EXPECT_EQ(std::accumulate(results.begin(), results.end(), 0.0), 64 * 117.5 + 63 * 32);
  EXPECT_EQ(counts["b"], 2);
  return verdict();
}
