// Fragments of matrices: what they hold, filling, loading and storing (see mma.h).
#ifndef SAMPAN_MATRIX_FRAGMENTS_H
#define SAMPAN_MATRIX_FRAGMENTS_H

namespace nvcuda {
namespace wmma {
namespace __sampan {

template <class T, class U> constexpr bool same = __is_same(T, U);

template <class T> struct Stored { // how an element is stored, and how many elements that holds
  typedef T type;
  typedef T element;
  static constexpr int elements = 1;
};
template <> struct Stored<precision::tf32> {
  typedef float type;
  typedef float element;
  static constexpr int elements = 1;
};
template <class T, int count> struct Packed {
  typedef int type;
  typedef T element;
  static constexpr int elements = count;
};
template <> struct Stored<experimental::precision::u4> : Packed<experimental::precision::u4, 8> {};
template <> struct Stored<experimental::precision::s4> : Packed<experimental::precision::s4, 8> {};
template <> struct Stored<experimental::precision::b1> : Packed<experimental::precision::b1, 32> {};

// Which shapes and types there are.
template <class T, int m, int n, int k> constexpr bool is_factor() {
  if (same<T, __half> || same<T, __nv_bfloat16> || same<T, signed char> || same<T, unsigned char>)
    return k == 16 && ((m == 16 && n == 16) || (m == 32 && n == 8) || (m == 8 && n == 32));
  if (same<T, precision::tf32>)
    return m == 16 && n == 16 && k == 8;
  if (same<T, double>)
    return m == 8 && n == 8 && k == 4;
  if (same<T, experimental::precision::u4> || same<T, experimental::precision::s4>)
    return m == 8 && n == 8 && k == 32;
  return same<T, experimental::precision::b1> && m == 8 && n == 8 && k == 128;
}
template <class T, int m, int n, int k> constexpr bool is_accumulator() {
  if (same<T, float>)
    return is_factor<__half, m, n, k>() || is_factor<precision::tf32, m, n, k>();
  if (same<T, __half>)
    return is_factor<__half, m, n, k>();
  if (same<T, int>)
    return is_factor<signed char, m, n, k>() || is_factor<experimental::precision::u4, m, n, k>() ||
           is_factor<experimental::precision::b1, m, n, k>();
  return same<T, double> && is_factor<double, m, n, k>();
}

// What a use makes of a shape: the elements of a warp, and how many lie next to each other.
template <class Use, int m, int n, int k, class T, class Layout> struct Place;
template <int m, int n, int k, class T, class Layout> struct Place<matrix_a, m, n, k, T, Layout> {
  static constexpr bool by_columns = same<Layout, col_major>;
  static constexpr int all = m * k, line = by_columns ? m : k;
  static constexpr bool known =
      is_factor<T, m, n, k>() &&
      (same<Layout, row_major> || (by_columns && Stored<T>::elements == 1));
};
template <int m, int n, int k, class T, class Layout> struct Place<matrix_b, m, n, k, T, Layout> {
  static constexpr bool by_columns = same<Layout, col_major>;
  static constexpr int all = k * n, line = by_columns ? k : n;
  static constexpr bool known =
      is_factor<T, m, n, k>() &&
      (by_columns || (same<Layout, row_major> && Stored<T>::elements == 1));
};
template <int m, int n, int k, class T> struct Place<accumulator, m, n, k, T, void> {
  static constexpr int all = m * n, line = n;
  static constexpr bool known = is_accumulator<T, m, n, k>();
};

template <class Use, int m, int n, int k, class T, class Layout>
struct Held : Place<Use, m, n, k, T, Layout> {
  typedef Place<Use, m, n, k, T, Layout> In;
  static_assert(In::known,
                "nvcuda::wmma: CUDA has no fragment of this use, shape, type and layout");
  static constexpr int different = In::all / 32 / Stored<T>::elements;
  // Of halves, matrix_a and matrix_b have 16 elements whatever the shape.
  static constexpr int count = same<T, __half> && !same<Use, accumulator> ? 16 : different;
};

} // namespace __sampan

template <class Use, int m, int n, int k, class T, class Layout = void> class fragment {
  typedef __sampan::Held<Use, m, n, k, T, Layout> Held;

public:
  typedef typename __sampan::Stored<T>::element element_type;
  typedef typename __sampan::Stored<T>::type storage_element_type;
  enum {
    num_storage_elements = Held::count,
    num_elements = Held::count * __sampan::Stored<T>::elements
  };
  storage_element_type x[num_storage_elements];
};

namespace __sampan {

// CUDA wants pointers and strides to be the same for the whole warp: so the compiler may know.
__device__ __forceinline__ unsigned uniform(unsigned x) {
  return __builtin_constant_p(x) ? x : __shfl_sync(0xffffffffu, x, 0);
}
template <class T> __device__ __forceinline__ T *uniform(T *p) {
  return (T *)__shfl_sync(0xffffffffu, (unsigned long long)p, 0);
}

// Every lane's elements from or to memory. `stride` is that of lines, in what is stored.
template <class F, class H, class Access>
__device__ __forceinline__ void each(unsigned long long stride, bool across, Access access) {
  constexpr int line = H::line / Stored<typename F::element_type>::elements;
  unsigned lane = __nvvm_read_ptx_sreg_laneid();
#pragma unroll
  for (int i = 0; i < H::different; ++i) {
    unsigned long long major = i * (32 / line) + lane / line, minor = lane % line;
    access(i, across ? minor * stride + major : major * stride + minor);
  }
}

template <class F, class H, class T>
__device__ __forceinline__ void load(F &to, const T *from, unsigned stride, bool across) {
  from = uniform(from); // all lanes meet here
  each<F, H>(uniform(stride), across, [&](int i, unsigned long long at) { to.x[i] = from[at]; });
#pragma unroll
  for (int i = H::different; i < H::count; ++i)
    to.x[i] = to.x[i % H::different];
}

} // namespace __sampan

template <class Use, int m, int n, int k, class T, class Layout>
__device__ __forceinline__ void
fill_fragment(fragment<Use, m, n, k, T, Layout> &to,
              const typename fragment<Use, m, n, k, T, Layout>::storage_element_type &value) {
#pragma unroll
  for (auto &x : to.x)
    x = value;
}

template <class Use, int m, int n, int k, class T, class Layout>
__device__ __forceinline__ void
load_matrix_sync(fragment<Use, m, n, k, T, Layout> &to,
                 const typename fragment<Use, m, n, k, T, Layout>::storage_element_type *from,
                 unsigned ldm) {
  typedef __sampan::Held<Use, m, n, k, T, Layout> Held;
  static_assert(!__sampan::same<Use, accumulator>,
                "nvcuda::wmma: to load an accumulator, say how it lies in memory (mem_row_major or "
                "mem_col_major)");
  __sampan::load<fragment<Use, m, n, k, T, Layout>, Held>(
      to, from, ldm / __sampan::Stored<T>::elements, false);
}

// Elements smaller than a byte are loaded from a pointer to anything.
template <class Use, int m, int n, int k, class T, class Layout>
__device__ __forceinline__ void load_matrix_sync(fragment<Use, m, n, k, T, Layout> &to,
                                                 const void *from, unsigned ldm) {
  static_assert(__sampan::Stored<T>::elements > 1,
                "nvcuda::wmma: the pointer's type is not that of the fragment's elements");
  load_matrix_sync(to, (const int *)from, ldm);
}

template <int m, int n, int k, class T>
__device__ __forceinline__ void load_matrix_sync(fragment<accumulator, m, n, k, T> &to,
                                                 const T *from, unsigned ldm, layout_t layout) {
  typedef __sampan::Held<accumulator, m, n, k, T, void> Held;
  if (layout == mem_row_major)
    __sampan::load<fragment<accumulator, m, n, k, T>, Held>(to, from, ldm, false);
  else
    __sampan::load<fragment<accumulator, m, n, k, T>, Held>(to, from, ldm, true);
}

template <int m, int n, int k, class T>
__device__ __forceinline__ void store_matrix_sync(T *to,
                                                  const fragment<accumulator, m, n, k, T> &from,
                                                  unsigned ldm, layout_t layout) {
  typedef fragment<accumulator, m, n, k, T> F;
  typedef __sampan::Held<accumulator, m, n, k, T, void> Held;
  to = __sampan::uniform(to); // all lanes meet here
  ldm = __sampan::uniform(ldm);
  auto put = [&](int i, unsigned long long at) { to[at] = from.x[i]; };
  if (layout == mem_row_major)
    __sampan::each<F, Held>(ldm, false, put);
  else
    __sampan::each<F, Held>(ldm, true, put);
  __syncwarp();
}

} // namespace wmma
} // namespace nvcuda

#endif
