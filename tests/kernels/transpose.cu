// Through a padded tile of shared memory, with a two-dimensional block that loops over rows.
// expect-path: vector
#include "check.h"

template <int Tile, int Rows, class T>
__global__ void transpose(const T *in, T *out, int width, int height) {
  __shared__ T tile[Tile][Tile + 1];
  int x = blockIdx.x * Tile + threadIdx.x, y = blockIdx.y * Tile + threadIdx.y;
#pragma unroll
  for (int j = 0; j < Tile; j += Rows)
    if (x < width && y + j < height)
      tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * width + x];
  __syncthreads();
  x = blockIdx.y * Tile + threadIdx.x;
  y = blockIdx.x * Tile + threadIdx.y;
  for (int j = 0; j < Tile; j += Rows)
    if (x < height && y + j < width)
      out[(y + j) * height + x] = tile[threadIdx.x][threadIdx.y + j];
}

template <int Tile, int Rows, class T> void test(int width, int height) {
  T *in = managed<T>(width * height), *out = managed<T>(width * height);
  for (int i = 0; i < width * height; ++i)
    in[i] = T(i);
  dim3 grid((width + Tile - 1) / Tile, (height + Tile - 1) / Tile);
  transpose<Tile, Rows><<<grid, dim3(Tile, Rows)>>>(in, out, width, height);
  SYNC();
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      EXPECT_EQ(out[x * height + y], in[y * width + x]);
}

int main() {
  test<32, 8, float>(128, 64);
  test<32, 8, float>(77, 101);
  test<16, 16, double>(50, 33);
  test<8, 2, short>(20, 9);
  return verdict();
}
