// Loops that lanes leave at different times and places, with values that live on after them.
// expect-path: vector
#include "check.h"

__host__ __device__ unsigned collatz(unsigned x) {
  unsigned steps = 0;
  while (x != 1) {
    x = x % 2 ? 3 * x + 1 : x / 2;
    ++steps;
  }
  return steps;
}

__host__ __device__ int multi_exit(int i, const int *data, int n) {
  int sum = 0, k;
  for (k = i; k < n; ++k) {
    if (data[k] == 0)
      break;
    sum += data[k];
    if (sum > 50)
      return -sum;
    if (data[k] % 7 == 3)
      goto out;
    if (data[k] % 5 == 2)
      continue;
    sum += 1;
  }
  return sum * 1000 + k;
out:
  return sum * 1000 + k + 500000;
}

__host__ __device__ int nested(int i) {
  unsigned value = i;
  int found = -1;
  for (int a = 0; a < 5; ++a) {
    for (int b = 0; b < i % 7; ++b) {
      value = value * 31 + a - b;
      if ((value & 15) == 3) {
        found = a * 10 + b;
        goto done;
      }
      if ((value & 7) == 5)
        break;
      for (int c = b; c < 4; ++c) {
        if ((value + c) % 11 == 0)
          continue;
        value += c;
        if (value % 13 == 1)
          goto next_a;
      }
    }
    value ^= 0x55;
  next_a:;
  }
done:
  return int(value % 1000003) + 7 * found;
}

// The value of a uniform counter, used after a loop that lanes leave at different times.
__host__ __device__ int temporal(int i) {
  int counter = 0;
  do {
    ++counter;
  } while (counter * counter < i);
  return counter;
}

__global__ void run(const int *data, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  out[4 * i] = collatz(i + 1);
  out[4 * i + 1] = multi_exit(i, data, n);
  out[4 * i + 2] = nested(i);
  out[4 * i + 3] = temporal(i);
}

int main() {
  const int n = 250;
  int *data = managed<int>(n), *out = managed<int>(4 * n);
  for (int i = 0; i < n; ++i)
    data[i] = (i * 37 + 11) % 23;
  run<<<4, 64>>>(data, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    EXPECT_EQ(out[4 * i], collatz(i + 1));
    EXPECT_EQ(out[4 * i + 1], multi_exit(i, data, n));
    EXPECT_EQ(out[4 * i + 2], nested(i));
    EXPECT_EQ(out[4 * i + 3], temporal(i));
  }
  return verdict();
}
