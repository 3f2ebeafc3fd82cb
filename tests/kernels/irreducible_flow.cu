// Loops with two entries, by goto and by a switch that jumps into a loop (Duff's device).
#include "check.h"

__host__ __device__ int two_entries(int x) {
  int count = 0;
  if (x % 2)
    goto second;
first:
  x = x * 3 + 1;
  ++count;
  if (count > 40)
    return -1;
second:
  x /= 2;
  ++count;
  if (x % 5 != 0 && count < 30)
    goto first;
  if (x % 7 == 3 && count < 35)
    goto second;
  return x * 100 + count;
}

__host__ __device__ int duff(const int *data, int n) {
  int sum = 0, rounds = (n + 3) / 4;
  if (n <= 0)
    return 0;
  switch (n % 4) {
    do {
    case 0:
      sum = sum * 3 + *data++;
    case 3:
      sum = sum * 3 + *data++;
    case 2:
      sum = sum * 3 + *data++;
    case 1:
      sum = sum * 3 + *data++;
    } while (--rounds > 0);
  }
  return sum;
}

__global__ void run(const int *data, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = two_entries(i) ^ duff(data, i % 13);
}

int main() {
  const int n = 200;
  int *data = managed<int>(16), *out = managed<int>(n);
  for (int i = 0; i < 16; ++i)
    data[i] = i * i + 1;
  run<<<4, 64>>>(data, out, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], two_entries(i) ^ duff(data, i % 13));
  return verdict();
}
