// expect-path: vector
// nvcuda::wmma with halves, bfloat16, tf32 and double: every shape; all layouts; the elements of
// sums are fused multiply-adds in the order of k.
#include "check.h"
#include <cmath>
#include <mma.h>
#include <type_traits>

using namespace nvcuda;
using wmma::col_major;
using wmma::row_major;

// d = a * b + c, from and to memory with a pitch; every element of a is halved on the way.
template <class T, int m, int n, int k, class LA, class LB, class Sum, class Stored>
__global__ void product(const Stored *a, const Stored *b, const Sum *c, Sum *d, int lda, int ldb,
                        int ldc, wmma::layout_t in, wmma::layout_t out, bool satf) {
  wmma::fragment<wmma::matrix_a, m, n, k, T, LA> of_a;
  wmma::fragment<wmma::matrix_b, m, n, k, T, LB> of_b;
  wmma::fragment<wmma::accumulator, m, n, k, Sum> of_c, of_d;
  wmma::load_matrix_sync(of_a, a, lda);
  wmma::load_matrix_sync(of_b, b, ldb);
  wmma::load_matrix_sync(of_c, c, ldc, in);
  for (int i = 0; i < of_a.num_elements; ++i)
    of_a.x[i] = of_a.x[i] * Stored(0.5f);
  wmma::mma_sync(of_d, of_a, of_b, of_c, satf);
  wmma::store_matrix_sync(d, of_d, ldc, out);
}

static unsigned seed = 1;
static float number() { // a multiple of 2^-10 in [-2, 2)
  seed = seed * 1664525 + 1013904223;
  return int(seed >> 20) / 1024.0f - 2;
}

static float wide(float x) { return x; }
static double wide(double x) { return x; }
static float wide(__half x) { return __half2float(x); }
static float wide(__nv_bfloat16 x) { return __bfloat162float(x); }
static float fused(float a, float b, float c) { return fmaf(a, b, c); }
static double fused(double a, double b, double c) { return fma(a, b, c); }

template <class T> struct StoredAs {
  typedef T type;
};
template <> struct StoredAs<wmma::precision::tf32> {
  typedef float type;
};

template <class T, int m, int n, int k, class LA, class LB, class Sum>
void check(bool by_columns_in, bool by_columns_out) {
  typedef typename StoredAs<T>::type Stored;
  constexpr bool a_columns = std::is_same<LA, col_major>::value;
  constexpr bool b_columns = std::is_same<LB, col_major>::value;
  const int lda = (a_columns ? m : k) + 8, ldb = (b_columns ? k : n) + 16, ldc = 40;
  Stored *a = managed<Stored>(48 * 48), *b = managed<Stored>(48 * 48);
  Sum *c = managed<Sum>(40 * 40), *d = managed<Sum>(40 * 40);
  for (int i = 0; i < 48 * 48; ++i)
    a[i] = Stored(number()), b[i] = Stored(number());
  for (int i = 0; i < 40 * 40; ++i)
    c[i] = Sum(number());
  product<T, m, n, k, LA, LB, Sum><<<1, 32>>>(
      a, b, c, d, lda, ldb, ldc, by_columns_in ? wmma::mem_col_major : wmma::mem_row_major,
      by_columns_out ? wmma::mem_col_major : wmma::mem_row_major, false);
  SYNC();
  bool ok = true;
  for (int row = 0; row < m; ++row)
    for (int column = 0; column < n; ++column) {
      auto sum = wide(c[by_columns_in ? column * ldc + row : row * ldc + column]);
      for (int x = 0; x < k; ++x)
        sum = fused(decltype(sum)(wide(a[a_columns ? x * lda + row : row * lda + x]) * 0.5f),
                    wide(b[b_columns ? column * ldb + x : x * ldb + column]), sum);
      ok &= wide(d[by_columns_out ? column * ldc + row : row * ldc + column]) == wide(Sum(sum));
    }
  if (!ok)
    printf("%dx%dx%d, %d bytes, %d %d\n", m, n, k, int(sizeof(Stored)), a_columns, b_columns);
  EXPECT(ok);
}

// Infinities and NaN in the result, as they are and made finite.
__global__ void extremes(float *d, __half *h) {
  wmma::fragment<wmma::matrix_a, 16, 16, 16, __half, row_major> a;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, __half, row_major> b;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> c;
  wmma::fragment<wmma::accumulator, 16, 16, 16, __half> narrow;
  wmma::fill_fragment(a, __float2half(60000.0f));
  wmma::fill_fragment(b, __float2half(1.0f));
  const float starts[] = {0, INFINITY, -INFINITY, NAN};
  for (int i = 0; i < 4; ++i)
    for (int satf = 0; satf < 2; ++satf) {
      wmma::fill_fragment(c, starts[i]);
      wmma::mma_sync(narrow, a, b, c, satf);
      wmma::mma_sync(c, a, b, c, satf);
      if (threadIdx.x == 0)
        d[i * 2 + satf] = c.x[0], h[i * 2 + satf] = narrow.x[0];
    }
}

// Two warps, each with its tile of a product that is 32 wide and deep.
__global__ void tiles(const __half *a, const __half *b, float *d) {
  int warp = threadIdx.x / 32;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> sums[2];
  for (auto &sum : sums)
    wmma::fill_fragment(sum, 0.0f);
  for (int k = 0; k < 32; k += 16) {
    wmma::fragment<wmma::matrix_a, 16, 16, 16, __half, row_major> of_a;
    wmma::load_matrix_sync(of_a, a + warp * 16 * 32 + k, 32);
    for (int i = 0; i < 2; ++i) {
      wmma::fragment<wmma::matrix_b, 16, 16, 16, __half, row_major> of_b;
      wmma::load_matrix_sync(of_b, b + k * 32 + i * 16, 32);
      wmma::mma_sync(sums[i], of_a, of_b, sums[i]);
    }
  }
  for (int i = 0; i < 2; ++i)
    wmma::store_matrix_sync(d + warp * 16 * 32 + i * 16, sums[i], 32, wmma::mem_row_major);
}

__global__ void to_tf32(const float *x, float *y) { *y = wmma::__float_to_tf32(*x); }

int main() {
  check<__half, 16, 16, 16, row_major, row_major, float>(false, true);
  check<__half, 16, 16, 16, row_major, col_major, __half>(true, false);
  check<__half, 16, 16, 16, col_major, row_major, float>(true, true);
  check<__half, 16, 16, 16, col_major, col_major, float>(false, false);
  check<__half, 32, 8, 16, row_major, col_major, float>(false, true);
  check<__half, 8, 32, 16, col_major, row_major, __half>(false, false);
  check<__nv_bfloat16, 16, 16, 16, row_major, col_major, float>(false, false);
  check<__nv_bfloat16, 32, 8, 16, col_major, row_major, float>(true, false);
  check<__nv_bfloat16, 8, 32, 16, row_major, col_major, float>(false, false);
  check<wmma::precision::tf32, 16, 16, 8, row_major, col_major, float>(false, false);
  check<wmma::precision::tf32, 16, 16, 8, col_major, row_major, float>(true, true);
  check<double, 8, 8, 4, row_major, col_major, double>(false, true);
  check<double, 8, 8, 4, col_major, row_major, double>(true, false);

  float *d = managed<float>(32 * 32);
  __half *h = managed<__half>(2 * 32 * 32);
  extremes<<<1, 32>>>(d, h);
  SYNC();
  EXPECT(d[0] == 960000 && d[1] == 960000 && d[2] == INFINITY && d[4] == -INFINITY);
  EXPECT(d[3] == 3.402823466e+38f && d[5] == -d[3] && isnan(d[6]) && d[7] == 0);
  const unsigned short bits[] = {0x7c00, 0x7bff, 0x7c00, 0x7bff, 0xfc00, 0xfbff, 0x7fff, 0};
  EXPECT(!memcmp(h, bits, sizeof bits));

  for (int i = 0; i < 2 * 32 * 32; ++i)
    h[i] = __float2half(float(i * 7 % 11 - 5));
  tiles<<<1, 64>>>(h, h + 32 * 32, d);
  SYNC();
  bool ok = true;
  for (int i = 0; i < 32 * 32; ++i) {
    float sum = 0;
    for (int k = 0; k < 32; ++k)
      sum += wide(h[i / 32 * 32 + k]) * wide(h[32 * 32 + k * 32 + i % 32]);
    ok &= sum == d[i];
  }
  EXPECT(ok);

  const float tf32[][2] = {{1.0f, 1.0f},
                           {1 + 0x1p-11f, 1 + 0x1p-10f},
                           {-1 - 0x1p-11f, -1 - 0x1p-10f},
                           {1 + 0x1.ffp-12f, 1.0f},
                           {INFINITY, INFINITY},
                           {3.4e38f, 0x1.ff8p127f}};
  for (auto &pair : tf32) {
    d[0] = pair[0];
    to_tf32<<<1, 1>>>(d, d + 1);
    SYNC();
    EXPECT_EQ(d[1], pair[1]);
  }
  return verdict();
}
