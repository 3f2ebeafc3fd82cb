// Device variables of all kinds: initialised, pointing at each other, static in functions, large.
#include "check.h"

__device__ int zero_initialised[1 << 16];
__device__ int table[4] = {4, 3, 2, 1};
__device__ int *pointer_to_table = table + 1;
__device__ const char *const text = "device text";
__device__ const float constants[] = {0.5f, 1.5f};
static __device__ unsigned long long counter;
struct Config {
  int mode;
  float scale[2];
};
__device__ Config config = {3, {1.0f, 2.0f}};
namespace {
__device__ int hidden = 21;
}
template <class T> struct Holder {
  static __device__ T value;
};
template <class T> __device__ T Holder<T>::value = T(5);
__device__ volatile int watched = 9;

__device__ int next_number() {
  static int calls = 100; // one for all threads
  return atomicAdd(&calls, 1);
}
__device__ int lookup(int i) {
  const int odd[] = {1, 3, 5, 7, 9, 11, 13, 15};
  return odd[i & 7];
}

__global__ void run(int *out) {
  int t = threadIdx.x;
  zero_initialised[t * 100] += t;
  atomicAdd(&counter, 1ull);
  out[t] = pointer_to_table[t % 3] + text[t % 11] + int(constants[t & 1] * 2) + lookup(t);
  atomicAdd(&out[64], next_number());
  if (t == 0) {
    config.mode += int(config.scale[1]);
    hidden *= 2;
    Holder<int>::value += 1;
    Holder<float>::value += 0.5f;
    watched = watched + watched;
    out[65] = config.mode * 10000 + hidden * 100 + Holder<int>::value;
    out[66] = int(Holder<float>::value * 2) + watched * 100;
  }
}

int main() {
  int *out = managed<int>(67);
  run<<<1, 64>>>(out);
  SYNC();
  const char *letters = "device text";
  const int want_table[] = {3, 2, 1};
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], want_table[t % 3] + letters[t % 11] + (t & 1 ? 3 : 1) + 2 * (t & 7) + 1);
  EXPECT_EQ(out[64], 64 * 100 + 63 * 64 / 2);
  EXPECT_EQ(out[65], 5 * 10000 + 42 * 100 + 6);
  EXPECT_EQ(out[66], 11 + 1800);
  static int back[1 << 16];
  CUDA(cudaMemcpyFromSymbol(back, zero_initialised, sizeof back));
  for (int i = 0; i < 1 << 16; i += 100)
    EXPECT_EQ(back[i], i / 100 < 64 ? i / 100 : 0);
  return verdict();
}
