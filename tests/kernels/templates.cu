// expect-path: vector
#include "check.h"
#include <type_traits>

template <class T> struct Add {
  __host__ __device__ T operator()(T a, T b) const { return a + b; }
  static constexpr T neutral = 0;
};
template <class T> struct Max {
  __host__ __device__ T operator()(T a, T b) const { return a > b ? a : b; }
  static constexpr T neutral = -1000;
};

template <int Threads, class T, template <class> class Operation>
__global__ void reduce(const T *in, T *out, int n) {
  __shared__ T partial[Threads];
  Operation<T> operation;
  T value = Operation<T>::neutral;
  for (int i = threadIdx.x; i < n; i += Threads)
    value = operation(value, in[i]);
  partial[threadIdx.x] = value;
  __syncthreads();
#pragma unroll
  for (int half = Threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half)
      partial[threadIdx.x] = operation(partial[threadIdx.x], partial[threadIdx.x + half]);
    __syncthreads();
  }
  if (threadIdx.x == 0)
    *out = partial[0];
}

template <class... Ts> __device__ int total_size(Ts... values) {
  return (0 + ... + int(sizeof values)) + (0 + ... + int(values));
}
template <class T> __global__ void pack(int *out) {
  if constexpr (std::is_integral<T>::value)
    out[threadIdx.x] = total_size(T(threadIdx.x), 1, char(2));
  else
    out[threadIdx.x] = -total_size(T(threadIdx.x), 1.0, 'a');
}

template <unsigned N> struct Fibonacci {
  static constexpr unsigned value = Fibonacci<N - 1>::value + Fibonacci<N - 2>::value;
};
template <> struct Fibonacci<1> {
  static constexpr unsigned value = 1;
};
template <> struct Fibonacci<0> {
  static constexpr unsigned value = 0;
};
template <unsigned N> __global__ void constant(unsigned *out) { *out = Fibonacci<N>::value; }

template <int Threads, class T, template <class> class Operation> void try_reduce(T want) {
  const int n = 777;
  T *in = managed<T>(n), *out = managed<T>(1);
  for (int i = 0; i < n; ++i)
    in[i] = T(i % 100) - T(50);
  reduce<Threads, T, Operation><<<1, Threads>>>(in, out, n);
  SYNC();
  EXPECT_EQ(*out, want);
}

int main() {
  double sum = 0;
  for (int i = 0; i < 777; ++i)
    sum += i % 100 - 50;
  try_reduce<128, float, Add>(sum);
  try_reduce<256, double, Add>(sum);
  try_reduce<32, long long, Add>(sum);
  try_reduce<64, int, Max>(49);
  try_reduce<512, double, Max>(49);
  int *out = managed<int>(32);
  pack<short><<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], 2 + 4 + 1 + t + 1 + 2);
  pack<double><<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t)
    EXPECT_EQ(out[t], -(8 + 8 + 1 + t + 1 + 'a'));
  unsigned *number = managed<unsigned>(1);
  constant<30><<<1, 1>>>(number);
  SYNC();
  EXPECT_EQ(*number, 832040u);
  return verdict();
}
