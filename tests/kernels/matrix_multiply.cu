// expect-path: vector
// not-interpreted: millions of operations
#include "check.h"

template <int Tile> __global__ void multiply(const float *a, const float *b, float *c, int n) {
  __shared__ float as[Tile][Tile], bs[Tile][Tile];
  int row = blockIdx.y * Tile + threadIdx.y, column = blockIdx.x * Tile + threadIdx.x;
  float sum = 0;
  for (int tile = 0; tile < (n + Tile - 1) / Tile; ++tile) {
    int k = tile * Tile;
    as[threadIdx.y][threadIdx.x] =
        row < n && k + threadIdx.x < n ? a[row * n + k + threadIdx.x] : 0;
    bs[threadIdx.y][threadIdx.x] =
        k + threadIdx.y < n && column < n ? b[(k + threadIdx.y) * n + column] : 0;
    __syncthreads();
    for (int j = 0; j < Tile; ++j)
      sum += as[threadIdx.y][j] * bs[j][threadIdx.x];
    __syncthreads();
  }
  if (row < n && column < n)
    c[row * n + column] = sum;
}

template <int Tile> void test(int n) {
  float *a = managed<float>(n * n), *b = managed<float>(n * n), *c = managed<float>(n * n);
  for (int i = 0; i < n * n; ++i)
    a[i] = i % 7 - 3, b[i] = i % 5 - 2; // whole numbers: exact sums
  dim3 grid((n + Tile - 1) / Tile, (n + Tile - 1) / Tile);
  multiply<Tile><<<grid, dim3(Tile, Tile)>>>(a, b, c, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      float sum = 0;
      for (int k = 0; k < n; ++k)
        sum += a[i * n + k] * b[k * n + j];
      EXPECT_EQ(c[i * n + j], sum);
    }
}

int main() {
  test<16>(64);
  test<16>(50);
  test<8>(37);
  test<32>(70);
  return verdict();
}
