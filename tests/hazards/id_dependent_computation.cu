// Work that depends on the thread's number in all dimensions, before and after a barrier.
#include "../kernels/check.h"

__global__ void run(int *out) {
  __shared__ int tile[4][6][10];
  int x = threadIdx.x, y = threadIdx.y, z = threadIdx.z, value = 0;
  if (x > y)
    value = x * 100 + z;
  else if (y > z)
    for (int i = 0; i < x; ++i)
      value += y;
  else
    value = -(x + y + z);
  tile[z][y][x] = value;
  __syncthreads();
  int block = blockIdx.y * gridDim.x + blockIdx.x;
  out[block * 240 + (z * 6 + y) * 10 + x] = tile[3 - z][5 - y][9 - x] + value * 1000 + block;
}

int main() {
  int *out = managed<int>(6 * 240);
  run<<<dim3(2, 3), dim3(10, 6, 4)>>>(out);
  SYNC();
  auto value = [](int x, int y, int z) {
    return x > y ? x * 100 + z : y > z ? x * y : -(x + y + z);
  };
  for (int b = 0; b < 6; ++b)
    for (int i = 0; i < 240; ++i) {
      int x = i % 10, y = i / 10 % 6, z = i / 60;
      EXPECT_EQ(out[b * 240 + i], value(9 - x, 5 - y, 3 - z) + value(x, y, z) * 1000 + b);
    }
  return verdict();
}
