// expect-path: vector
// The part of the C++ library that libcu++ has under cuda::std, in device code.
#include "check.h"
#include <cuda/std/algorithm>
#include <cuda/std/array>
#include <cuda/std/bit>
#include <cuda/std/chrono>
#include <cuda/std/cmath>
#include <cuda/std/complex>
#include <cuda/std/cstdint>
#include <cuda/std/functional>
#include <cuda/std/limits>
#include <cuda/std/numeric>
#include <cuda/std/optional>
#include <cuda/std/span>
#include <cuda/std/tuple>
#include <cuda/std/type_traits>
#include <cuda/std/utility>
#include <cuda/std/variant>

constexpr int VALUES = 48, THREADS = 64;

__host__ __device__ float sum(cuda::std::span<const float> of) {
  return cuda::std::accumulate(of.begin(), of.end(), 0.0f);
}

__host__ __device__ void compute(int i, double *o) {
  cuda::std::array<float, 4> a{1, 2, 3, 4};
  a[i & 3] += i;
  cuda::std::array<float, 4> filled;
  filled.fill(i * 0.5f);
  *o++ = sum(a) + a.front() + a.back() + a.at(i % 4);
  *o++ = sum(cuda::std::span<float>(filled).subspan(1, 2)) + (filled == a) * 100 + (a != a);
  *o++ = cuda::std::get<2>(a) + a.size();
  auto [first, second, third, fourth] = a;
  *o++ = first * 1000 + second * 100 + third * 10 + fourth;
  float plain[3] = {1.5f, float(i), 2};
  cuda::std::span part(plain);
  *o++ = part.last(2).front() + part.size_bytes() + part[0] + part.back();

  auto t = cuda::std::make_tuple(i, 2.5f, 'c');
  cuda::std::get<0>(t) += 4;
  *o++ = cuda::std::get<0>(t) + cuda::std::get<1>(t) + cuda::std::get<char>(t);
  *o++ = cuda::std::apply([](auto... x) { return double((x + ...)); }, t);
  cuda::std::pair<int, float> p{i, 1.5f};
  int n = 7;
  cuda::std::swap(p.first, n);
  *o++ = p.first * 1000 + n + cuda::std::exchange(p.second, 9.0f) + p.second;

  cuda::std::optional<int> maybe;
  if (i % 3)
    maybe = i * 2;
  *o++ = maybe.value_or(-1) + maybe.has_value() * 1000 + (maybe ? *maybe : 0);
  typedef cuda::std::variant<int, double> either_of;
  either_of either = i & 1 ? either_of(i + 0.25) : either_of(i);
  *o++ = cuda::std::visit([](auto x) { return double(x) + sizeof(x); }, either);

  cuda::std::complex<float> z(1, i), w(2, 3);
  z = z * w - conj(z);
  z /= cuda::std::complex<float>(0.5f, 0.5f);
  *o++ = z.real();
  *o++ = z.imag() + norm(z);
  cuda::std::complex<double> c(0.5 + i, -2), root = sqrt(c), back = exp(log(c));
  *o++ = abs(root * root - c) < 1e-13 * abs(c) && abs(back - c) < 1e-13 * abs(c);
  *o++ = abs(cuda::std::polar(abs(c), arg(c)) - c) < 1e-13 * abs(c) && abs(c / c - 1.0) < 1e-14;

  unsigned bits = i * 0x9e3779b9u, narrow = bits & 0xff;
  *o++ = cuda::std::popcount(bits) + 100 * cuda::std::countl_zero((unsigned char)narrow);
  *o++ = cuda::std::countr_zero(bits) + 100 * cuda::std::countr_one(bits) +
         10000 * cuda::std::countl_one((unsigned short)bits);
  *o++ = cuda::std::bit_floor(bits) + cuda::std::bit_ceil(narrow) + cuda::std::bit_width(bits);
  *o++ = cuda::std::rotl(bits, i) + cuda::std::rotr((unsigned char)narrow, 3) +
         cuda::std::has_single_bit(bits);
  *o++ = cuda::std::bit_cast<float>(0x3f800000 + i);

  const int values[5] = {3, i, 5, 1, 4};
  *o++ = cuda::std::reduce(values, values + 5) + 100 * cuda::std::max(i, 40);
  *o++ = cuda::std::inner_product(values, values + 5, values, 0);
  *o++ = cuda::std::transform_reduce(values, values + 5, 1, cuda::std::multiplies<>(),
                                     [](int x) { return x + 1; });
  int sums[5];
  *o++ = cuda::std::partial_sum(values, values + 5, sums) - sums + sums[3] + sums[4];
  cuda::std::iota(sums, sums + 5, i);
  *o++ = sums[4] + cuda::std::clamp(i, 5, 20) + cuda::std::gcd(i, 12);
  *o++ = cuda::std::identity()(i) + cuda::std::plus<>()(i, 1.5);
  *o++ = cuda::std::chrono::duration<double>(cuda::std::chrono::milliseconds(i)).count();
  *o++ = cuda::std::numeric_limits<cuda::std::int16_t>::max() + cuda::std::sqrt(double(i * i)) +
         cuda::std::is_same<cuda::std::remove_cv_t<const int>, int>::value;
}

__global__ void all(double *out) { compute(threadIdx.x, out + threadIdx.x * VALUES); }

int main() {
  static_assert(cuda::std::span<int, 4>::extent == 4 && sizeof(cuda::std::array<char, 3>) == 3 &&
                    cuda::std::bit_ceil(5u) == 8 && cuda::std::rotl(1u, 33) == 2 &&
                    cuda::std::countl_zero((unsigned char)1) == 7,
                "at compile time");
  double *out = managed<double>(THREADS * VALUES);
  all<<<1, THREADS>>>(out);
  SYNC();
  for (int i = 0; i < THREADS; ++i) {
    double o[VALUES] = {};
    compute(i, o);
    for (int k = 0; k < VALUES; ++k)
      EXPECT_EQ(out[i * VALUES + k], o[k]);
  }
  EXPECT_EQ(out[5 * VALUES], 1 + 7 + 3 + 4 + 1 + 4 + 7.0);
  EXPECT_EQ(out[5 * VALUES + 1], 5.0);
  EXPECT_EQ(out[5 * VALUES + 12] + out[5 * VALUES + 13], 2.0); // what is true of complex numbers
  return verdict();
}
