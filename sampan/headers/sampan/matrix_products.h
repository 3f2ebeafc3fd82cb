// mma_sync and bmma_sync (see mma.h). Products of narrow types are computed as those of float or
// int, to which their numbers convert exactly; docs/accuracy.md says what the results are.
#ifndef SAMPAN_MATRIX_PRODUCTS_H
#define SAMPAN_MATRIX_PRODUCTS_H

namespace nvcuda {
namespace wmma {
namespace __sampan {

template <class T, int count> struct Values {
  T v[count];
};

// c + a * b for matrices that the warp holds, by an operation of the compiler
// (sampan.warp.mma.TYPE.M.N.K), which takes a lane's elements one by one.
template <class T, int m, int n, int k> struct Product;

#define __SAMPAN_1(f, x, i) f(x, i)
#define __SAMPAN_2(f, x, i) f(x, i), f(x, i + 1)
#define __SAMPAN_4(f, x, i) __SAMPAN_2(f, x, i), __SAMPAN_2(f, x, i + 2)
#define __SAMPAN_8(f, x, i) __SAMPAN_4(f, x, i), __SAMPAN_4(f, x, i + 4)
#define __SAMPAN_16(f, x, i) __SAMPAN_8(f, x, i), __SAMPAN_8(f, x, i + 8)
#define __SAMPAN_TYPE(type, i) type
#define __SAMPAN_VALUE(values, i) values.v[i]
#define __SAMPAN_PRODUCT(word, type, m, n, k, of_a, of_b, of_c)                                    \
  extern "C" __device__ Values<type, of_c> __sampan_warp_mma_##word##_##m##_##n##_##k(             \
      int layouts, __SAMPAN_##of_a(__SAMPAN_TYPE, type, 0),                                        \
      __SAMPAN_##of_b(__SAMPAN_TYPE, type, 0), __SAMPAN_##of_c(__SAMPAN_TYPE, type, 0));           \
  template <> struct Product<type, m, n, k> {                                                      \
    template <int layouts>                                                                         \
    __device__ static __forceinline__ Values<type, of_c>                                           \
    add(const Values<type, of_a> &a, const Values<type, of_b> &b, const Values<type, of_c> &c) {   \
      return __sampan_warp_mma_##word##_##m##_##n##_##k(                                           \
          layouts, __SAMPAN_##of_a(__SAMPAN_VALUE, a, 0), __SAMPAN_##of_b(__SAMPAN_VALUE, b, 0),   \
          __SAMPAN_##of_c(__SAMPAN_VALUE, c, 0));                                                  \
    }                                                                                              \
  };
__SAMPAN_PRODUCT(f32, float, 16, 16, 16, 8, 8, 8)
__SAMPAN_PRODUCT(f32, float, 32, 8, 16, 16, 4, 8)
__SAMPAN_PRODUCT(f32, float, 8, 32, 16, 4, 16, 8)
__SAMPAN_PRODUCT(f32, float, 16, 16, 8, 4, 4, 8)
__SAMPAN_PRODUCT(i32, int, 16, 16, 16, 8, 8, 8)
__SAMPAN_PRODUCT(i32, int, 32, 8, 16, 16, 4, 8)
__SAMPAN_PRODUCT(i32, int, 8, 32, 16, 4, 16, 8)
__SAMPAN_PRODUCT(f64, double, 8, 8, 4, 1, 1, 2)
#undef __SAMPAN_1
#undef __SAMPAN_2
#undef __SAMPAN_4
#undef __SAMPAN_8
#undef __SAMPAN_16
#undef __SAMPAN_TYPE
#undef __SAMPAN_VALUE
#undef __SAMPAN_PRODUCT

// What the product of elements of a type is computed in, and how they get there.
template <class T> struct Computed;
template <> struct Computed<__half> {
  typedef float type;
  __device__ static float from(__half x) { return __half2float(x); }
};
template <> struct Computed<__nv_bfloat16> {
  typedef float type;
  __device__ static float from(__nv_bfloat16 x) { return __bfloat162float(x); }
};
template <> struct Computed<precision::tf32> { // the low 13 bits do not count
  typedef float type;
  __device__ static float from(float x) {
    return __builtin_bit_cast(float, __builtin_bit_cast(unsigned, x) & 0xffffe000u);
  }
};
template <> struct Computed<signed char> {
  typedef int type;
  __device__ static int from(signed char x) { return x; }
};
template <> struct Computed<unsigned char> : Computed<signed char> {
  __device__ static int from(unsigned char x) { return x; }
};
template <> struct Computed<double> {
  typedef double type;
  __device__ static double from(double x) { return x; }
};

// A result becomes an element of an accumulator. There is one NaN.
__device__ inline float bounded(float x, float limit) { return fminf(fmaxf(x, -limit), limit); }
__device__ inline void finish(float &to, float sum, bool finite) {
  if (sum != sum)
    to = finite ? 0.0f : __builtin_bit_cast(float, 0x7fffffffu);
  else
    to = finite ? bounded(sum, 3.402823466e+38f) : sum;
}
__device__ inline void finish(__half &to, float sum, bool finite) {
  if (sum != sum)
    to = __ushort_as_half(finite ? 0 : 0x7fff);
  else
    to = __float2half_rn(finite ? bounded(sum, 65504.0f) : sum);
}
__device__ inline void finish(double &to, double sum, bool) {
  to = sum == sum ? sum : __builtin_bit_cast(double, 0x7ff8000000000000ull);
}

__device__ inline float start(float x) { return x; }
__device__ inline float start(__half x) { return __half2float(x); }
__device__ inline double start(double x) { return x; }

template <class T> __device__ inline int saturated(T sum) {
  return sum < T(-2147483647 - 1) ? -2147483647 - 1 : sum > T(2147483647) ? 2147483647 : int(sum);
}

template <class T, int m, int n, int k, class LA, class LB, class D, class C>
__device__ __forceinline__ void multiply(D &d, const fragment<matrix_a, m, n, k, T, LA> &a,
                                         const fragment<matrix_b, m, n, k, T, LB> &b, const C &c,
                                         bool satf) {
  typedef typename Computed<T>::type Number;
  constexpr int layouts = same<LA, col_major> + 2 * same<LB, col_major>;
  constexpr int of_a = m * k / 32, of_b = k * n / 32, of_c = m * n / 32;
  Values<Number, of_a> wide_a;
  Values<Number, of_b> wide_b;
  Values<Number, of_c> sums;
#pragma unroll
  for (int i = 0; i < of_a; ++i)
    wide_a.v[i] = Computed<T>::from(a.x[i]);
#pragma unroll
  for (int i = 0; i < of_b; ++i)
    wide_b.v[i] = Computed<T>::from(b.x[i]);
  if constexpr (same<Number, int>) {
#pragma unroll
    for (int i = 0; i < of_c; ++i)
      sums.v[i] = satf ? 0 : c.x[i];
    sums = Product<Number, m, n, k>::template add<layouts>(wide_a, wide_b, sums);
#pragma unroll
    for (int i = 0; i < of_c; ++i)
      d.x[i] = satf ? saturated((long long)c.x[i] + sums.v[i]) : sums.v[i];
  } else {
#pragma unroll
    for (int i = 0; i < of_c; ++i)
      sums.v[i] = start(c.x[i]);
    sums = Product<Number, m, n, k>::template add<layouts>(wide_a, wide_b, sums);
#pragma unroll
    for (int i = 0; i < of_c; ++i)
      finish(d.x[i], sums.v[i], satf);
  }
}

// The words of four bytes that hold row `row` of matrix_a, or column `row` of matrix_b.
template <class F> __device__ __forceinline__ unsigned word_of(const F &from, unsigned row, int w) {
  return __shfl_sync(0xffffffffu, (unsigned)from.x[0], row * 4 + w);
}

template <bool is_signed> __device__ __forceinline__ int nibbles(unsigned a, unsigned b, int sum) {
#pragma unroll
  for (int shift = 0; shift < 32; shift += 4) {
    if constexpr (is_signed)
      sum += (int(a << (28 - shift)) >> 28) * (int(b << (28 - shift)) >> 28);
    else
      sum += int((a >> shift & 15) * (b >> shift & 15));
  }
  return sum;
}

// d = c + the sum of add(word of a, word of b, sum), where rows and columns are four words long.
template <class A, class B, class C, class Add>
__device__ __forceinline__ void by_words(C &d, const A &a, const B &b, const C &c, bool satf,
                                         Add add) {
  unsigned lane = __nvvm_read_ptx_sreg_laneid();
  C result;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    int sum = 0;
#pragma unroll
    for (int w = 0; w < 4; ++w)
      sum = add(word_of(a, 4 * i + lane / 8, w), word_of(b, lane % 8, w), sum);
    result.x[i] = satf ? saturated((long long)c.x[i] + sum) : int((unsigned)c.x[i] + sum);
  }
  d = result;
}

} // namespace __sampan

// `D` and `C` may differ where factors are halves.
template <int m, int n, int k, class T, class LA, class LB, class D, class C>
__device__ __forceinline__ void
mma_sync(fragment<accumulator, m, n, k, D> &d, const fragment<matrix_a, m, n, k, T, LA> &a,
         const fragment<matrix_b, m, n, k, T, LB> &b, const fragment<accumulator, m, n, k, C> &c,
         bool satf = false) {
  using namespace experimental::precision;
  static_assert(!__sampan::same<T, b1>, "nvcuda::wmma: for b1 there is bmma_sync");
  constexpr bool is_nibble = __sampan::same<T, u4> || __sampan::same<T, s4>;
  constexpr bool is_integer =
      is_nibble || __sampan::same<T, signed char> || __sampan::same<T, unsigned char>;
  constexpr bool fits = is_integer                  ? __sampan::same<C, int>
                        : __sampan::same<T, double> ? __sampan::same<C, double>
                        : __sampan::same<T, __half> ? !__sampan::same<C, int>
                                                    : __sampan::same<C, float>;
  static_assert(fits && (__sampan::same<C, D> || __sampan::same<T, __half>),
                "nvcuda::wmma: CUDA has no mma_sync of these factors with such an accumulator");
  if constexpr (is_nibble)
    __sampan::by_words(d, a, b, c, satf, [](unsigned x, unsigned y, int sum) {
      return __sampan::nibbles<__sampan::same<T, s4>>(x, y, sum);
    });
  else
    __sampan::multiply<T, m, n, k>(d, a, b, c, satf);
}

__device__ inline void
bmma_sync(fragment<accumulator, 8, 8, 128, int> &d,
          const fragment<matrix_a, 8, 8, 128, experimental::precision::b1, row_major> &a,
          const fragment<matrix_b, 8, 8, 128, experimental::precision::b1, col_major> &b,
          const fragment<accumulator, 8, 8, 128, int> &c,
          experimental::bmmaBitOp operation = experimental::bmmaBitOpXOR,
          experimental::bmmaAccumulateOp = experimental::bmmaAccumulateOpPOPC) {
  __sampan::by_words(d, a, b, c, false, [=](unsigned x, unsigned y, int sum) {
    return sum + __popc(operation == experimental::bmmaBitOpAND ? x & y : x ^ y);
  });
}

// To the nearest number with ten bits behind the point; ties away from zero.
__device__ inline float __float_to_tf32(float x) {
  unsigned bits = __builtin_bit_cast(unsigned, x);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return __builtin_bit_cast(float, 0x7fffffffu);
  if ((bits & 0x7fffffff) < 0x7f800000)
    bits += 0x1000;
  return __builtin_bit_cast(float, bits & 0xffffe000u);
}

} // namespace wmma
} // namespace nvcuda

#endif
