// expect-output: 4294967295 -1 200 -56
// expect-output: 0.333
//
// What C leaves to the target, and what calling conventions differ in: char is signed on all of
// them, structures lie alike on both sides, packed members need no alignment, unsigned numbers of
// 2^31 and more pass through calls unchanged, and long double is double on the device.
#include "check.h"
#include <cstddef>

struct Mixed {
  char first;
  long long wide;
  char second;
  double real;
  short narrow;
  void *pointer;
  long integer;
};

struct __attribute__((packed)) Packed {
  char tag;
  int number;
  double real;
  short last;
};

__global__ void layout(Mixed by_value, size_t *out) {
  size_t at[] = {sizeof(Mixed),
                 offsetof(Mixed, wide),
                 offsetof(Mixed, second),
                 offsetof(Mixed, real),
                 offsetof(Mixed, narrow),
                 offsetof(Mixed, pointer),
                 offsetof(Mixed, integer),
                 sizeof(Packed),
                 alignof(Mixed)};
  if (threadIdx.x < 9)
    out[threadIdx.x] = at[threadIdx.x];
  if (threadIdx.x == 9)
    out[9] = by_value.first + by_value.wide + by_value.second + (size_t)by_value.real +
             by_value.narrow + by_value.integer;
}

__global__ void signs(const char *bytes, int *out) {
  int i = threadIdx.x;
  out[i] = bytes[i] < 0 ? -bytes[i] : bytes[i] >> 1;
}

__global__ void packed(Packed *all) {
  Packed &one = all[threadIdx.x];
  one.number += one.tag;
  one.real *= 2;
  one.last = (short)(one.number & 0xff);
}

__global__ void calls(unsigned *out) {
  unsigned lane = threadIdx.x % 32;
  unsigned large = 0x80000000u + lane;
  out[threadIdx.x] = __ballot_sync(~0u, lane >= 16) ^ __shfl_sync(~0u, large, 31 - (int)lane);
  if (threadIdx.x == 0)
    printf("%u %d %u %d\n", ~0u, -1, (unsigned char)200, (signed char)200);
}

__global__ void long_doubles(double *out) {
  long double third = 1.0L / (3 + (int)threadIdx.x);
  out[threadIdx.x] = (double)(third * third);
}

int main() {
  size_t *sizes;
  CUDA(cudaMallocManaged(&sizes, 10 * sizeof(size_t)));
  layout<<<1, 32>>>(Mixed{-1, 1LL << 40, -2, 3, -4, nullptr, 1L << 41}, sizes);
  CUDA(cudaDeviceSynchronize());
  const size_t expected[] = {sizeof(Mixed),
                             offsetof(Mixed, wide),
                             offsetof(Mixed, second),
                             offsetof(Mixed, real),
                             offsetof(Mixed, narrow),
                             offsetof(Mixed, pointer),
                             offsetof(Mixed, integer),
                             sizeof(Packed),
                             alignof(Mixed)};
  for (int i = 0; i < 9; ++i)
    EXPECT(sizes[i] == expected[i]);
  EXPECT(sizes[9] == (1ull << 40) + (1ull << 41) - 4);

  char *bytes;
  int *numbers;
  CUDA(cudaMallocManaged(&bytes, 256));
  CUDA(cudaMallocManaged(&numbers, 256 * sizeof(int)));
  for (int i = 0; i < 256; ++i)
    bytes[i] = (char)i;
  EXPECT(bytes[200] == -56);
  signs<<<1, 256>>>(bytes, numbers);
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 256; ++i)
    EXPECT(numbers[i] == (i < 128 ? i >> 1 : 256 - i));

  Packed *all;
  CUDA(cudaMallocManaged(&all, 64 * sizeof(Packed)));
  for (int i = 0; i < 64; ++i)
    all[i] = Packed{(char)-i, 1000 * i, i + 0.25, 0};
  packed<<<1, 64>>>(all);
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 64; ++i)
    EXPECT(all[i].number == 999 * i && all[i].real == 2 * i + 0.5 &&
           all[i].last == (999 * i & 0xff));

  unsigned *words = reinterpret_cast<unsigned *>(numbers);
  calls<<<1, 64>>>(words);
  CUDA(cudaDeviceSynchronize());
  for (unsigned i = 0; i < 64; ++i)
    EXPECT(words[i] == (0xffff0000u ^ (0x80000000u + 31 - i % 32)));

  double *reals;
  CUDA(cudaMallocManaged(&reals, 32 * sizeof(double)));
  long_doubles<<<1, 32>>>(reals);
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 32; ++i)
    EXPECT(reals[i] == (1.0 / (3 + i)) * (1.0 / (3 + i)));
  volatile long double tiny = 1.0L / (1LL << 60);
  EXPECT(1 + tiny != 1); // more than a double on the host
  std::printf("%.3Lf\n", 1.0L / 3);
  return verdict();
}
