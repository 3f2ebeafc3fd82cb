// Reads a constant number of bytes apart, farther than a few elements: of arrays, tiles and
// structures, upwards and downwards, of several types, by whole gangs and at edges.
// expect-path: vector
#include "check.h"

struct Record {
  int key;
  double weight;
  float values[7];
  long long count;
  short flag;
};

__global__ void arrays(const float *floats, const double *doubles, const long long *longs,
                       const int *ints, double *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  double sum = floats[9 * i + 2] + doubles[11 * i] + ints[13 * (n - 1 - i)];
  if (i < n - 3)
    sum += longs[8 * i] * 0.5;
  out[i] = sum;
}

__global__ void columns(const int *in, int *out) {
  __shared__ int tile[32][33];
  for (int j = threadIdx.y; j < 32; j += blockDim.y)
    tile[j][threadIdx.x] = in[j * 32 + threadIdx.x];
  __syncthreads();
  for (int j = threadIdx.y; j < 32; j += blockDim.y)
    out[j * 32 + threadIdx.x] = tile[threadIdx.x][j] - tile[31 - threadIdx.x][j];
}

__global__ void records(const Record *in, double *out, unsigned first) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  const Record &own = in[first + i];
  out[i] = own.key + own.weight + own.values[i & 3] + own.count + own.flag;
}

int main() {
  constexpr int n = 192;
  float *floats = managed<float>(9 * n + 2);
  double *doubles = managed<double>(11 * n), *out = managed<double>(n);
  long long *longs = managed<long long>(8 * n);
  int *ints = managed<int>(13 * n);
  for (int i = 0; i < 9 * n + 2; ++i)
    floats[i] = i % 97;
  for (int i = 0; i < 13 * n; ++i)
    ints[i] = i * 7 - 50;
  for (int i = 0; i < 11 * n; ++i)
    doubles[i] = 0.25 * i;
  for (int i = 0; i < 8 * n; ++i)
    longs[i] = i * 3ll - 1000;
  arrays<<<3, 64>>>(floats, doubles, longs, ints, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    double sum = floats[9 * i + 2] + doubles[11 * i] + ints[13 * (n - 1 - i)];
    EXPECT_EQ(out[i], i < n - 3 ? sum + longs[8 * i] * 0.5 : sum);
  }

  int *square = managed<int>(1024), *turned = managed<int>(1024);
  for (int i = 0; i < 1024; ++i)
    square[i] = i * i % 1009;
  for (int rows : {1, 8, 32}) {
    columns<<<1, dim3(32, rows)>>>(square, turned);
    SYNC();
    for (int i = 0; i < 1024; ++i)
      EXPECT_EQ(turned[i], square[i % 32 * 32 + i / 32] - square[(31 - i % 32) * 32 + i / 32]);
  }

  Record *many = managed<Record>(n + 5);
  for (int i = 0; i < n + 5; ++i) {
    many[i] = {i, i * 0.5, {}, i * 1000000007ll % 1000, short(-i)};
    for (int k = 0; k < 7; ++k)
      many[i].values[k] = i + 100 * k;
  }
  records<<<3, 64>>>(many, out, 5);
  SYNC();
  for (int i = 0; i < n; ++i) {
    const Record &one = many[5 + i];
    EXPECT_EQ(out[i], one.key + one.weight + one.values[i & 3] + one.count + one.flag);
  }
  return verdict();
}
