// expect-path: vector
// nvcuda::wmma with bytes, four-bit numbers and bits; sums wrap around, or stop at the limits.
#include "check.h"
#include <climits>
#include <mma.h>

using namespace nvcuda;
using wmma::col_major;
using wmma::row_major;
namespace tiny = wmma::experimental::precision;

template <class T, int m, int n, int k, class LA, class LB>
__global__ void bytes(const T *a, const T *b, const int *c, int *d, int lda, int ldb, bool satf) {
  wmma::fragment<wmma::matrix_a, m, n, k, T, LA> of_a;
  wmma::fragment<wmma::matrix_b, m, n, k, T, LB> of_b;
  wmma::fragment<wmma::accumulator, m, n, k, int> sum;
  wmma::load_matrix_sync(of_a, a, lda);
  wmma::load_matrix_sync(of_b, b, ldb);
  wmma::load_matrix_sync(sum, c, n, wmma::mem_row_major);
  wmma::mma_sync(sum, of_a, of_b, sum, satf);
  wmma::store_matrix_sync(d, sum, n, wmma::mem_row_major);
}

template <class T> __global__ void nibbles(const int *a, const int *b, int *d) {
  wmma::fragment<wmma::matrix_a, 8, 8, 32, T, row_major> of_a;
  wmma::fragment<wmma::matrix_b, 8, 8, 32, T, col_major> of_b;
  wmma::fragment<wmma::accumulator, 8, 8, 32, int> sum;
  static_assert(of_a.num_storage_elements == 1 && of_a.num_elements == 8, "");
  wmma::load_matrix_sync(of_a, a, 64); // every other word of eight numbers is a gap
  wmma::load_matrix_sync(of_b, (const void *)b, 32);
  wmma::fill_fragment(sum, -100);
  wmma::mma_sync(sum, of_a, of_b, sum);
  wmma::store_matrix_sync(d, sum, 8, wmma::mem_row_major);
}

__global__ void bits(const unsigned *a, const unsigned *b, int *d, bool both) {
  wmma::fragment<wmma::matrix_a, 8, 8, 128, tiny::b1, row_major> of_a;
  wmma::fragment<wmma::matrix_b, 8, 8, 128, tiny::b1, col_major> of_b;
  wmma::fragment<wmma::accumulator, 8, 8, 128, int> sum;
  wmma::load_matrix_sync(of_a, a, 128);
  wmma::load_matrix_sync(of_b, b, 128);
  wmma::fill_fragment(sum, 1);
  if (both)
    wmma::bmma_sync(sum, of_a, of_b, sum, wmma::experimental::bmmaBitOpAND);
  else
    wmma::bmma_sync(sum, of_a, of_b, sum);
  wmma::store_matrix_sync(d, sum, 8, wmma::mem_col_major);
}

static unsigned seed = 1;
static unsigned number() {
  seed = seed * 1664525 + 1013904223;
  return seed >> 16 ^ seed << 16;
}

template <class T, int m, int n, int k, class LA, class LB> void check(bool satf) {
  constexpr bool a_columns = __is_same(LA, col_major), b_columns = __is_same(LB, col_major);
  const int lda = (a_columns ? m : k) + 16, ldb = b_columns ? k : n;
  T *a = managed<T>(48 * 48), *b = managed<T>(48 * 48);
  int *c = managed<int>(m * n), *d = managed<int>(m * n);
  for (int i = 0; i < 48 * 48; ++i)
    a[i] = T(number()), b[i] = T(number());
  for (int i = 0; i < m * n; ++i)
    c[i] = i % 3 == 0 ? INT_MAX : i % 3 == 1 ? INT_MIN : int(number() % 1000);
  bytes<T, m, n, k, LA, LB><<<1, 32>>>(a, b, c, d, lda, ldb, satf);
  SYNC();
  bool ok = true;
  for (int i = 0; i < m * n; ++i) {
    int row = i / n, column = i % n;
    long long sum = c[i];
    for (int x = 0; x < k; ++x)
      sum += a[a_columns ? x * lda + row : row * lda + x] *
             b[b_columns ? column * ldb + x : x * ldb + column];
    if (satf)
      sum = sum > INT_MAX ? INT_MAX : sum < INT_MIN ? INT_MIN : sum;
    ok &= d[i] == int(sum);
  }
  EXPECT(ok);
}

static int nibble(const int *words, int number, bool is_signed) {
  int value = unsigned(words[number / 8]) >> number % 8 * 4 & 15;
  return is_signed && value > 7 ? value - 16 : value;
}

int main() {
  check<signed char, 16, 16, 16, row_major, col_major>(false);
  check<signed char, 16, 16, 16, col_major, row_major>(true);
  check<signed char, 32, 8, 16, row_major, row_major>(false);
  check<signed char, 8, 32, 16, col_major, col_major>(false);
  check<unsigned char, 16, 16, 16, row_major, col_major>(true);
  check<unsigned char, 32, 8, 16, col_major, col_major>(false);
  check<unsigned char, 8, 32, 16, row_major, row_major>(true);

  int *a = managed<int>(64), *b = managed<int>(64), *d = managed<int>(64);
  for (int i = 0; i < 64; ++i)
    a[i] = number(), b[i] = number();
  for (bool is_signed : {false, true}) {
    if (is_signed)
      nibbles<tiny::s4><<<1, 32>>>(a, b, d);
    else
      nibbles<tiny::u4><<<1, 32>>>(a, b, d);
    SYNC();
    for (int i = 0; i < 64; ++i) {
      int sum = -100;
      for (int x = 0; x < 32; ++x)
        sum += nibble(a, i / 8 * 64 + x, is_signed) * nibble(b, i % 8 * 32 + x, is_signed);
      EXPECT_EQ(d[i], sum);
    }
  }
  for (bool both : {false, true}) {
    bits<<<1, 32>>>((unsigned *)a, (unsigned *)b, d, both);
    SYNC();
    for (int i = 0; i < 64; ++i) {
      int sum = 1;
      for (int x = 0; x < 4; ++x) {
        int left = a[i % 8 * 4 + x], right = b[i / 8 * 4 + x];
        sum += __builtin_popcount(both ? left & right : left ^ right);
      }
      EXPECT_EQ(d[i], sum);
    }
  }
  return verdict();
}
