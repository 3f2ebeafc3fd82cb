// Built-in variables in functions that are not inlined, in a static member, in a constructor, and
// as default arguments.
#include "../kernels/check.h"

__device__ __noinline__ int global_index() { return blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __noinline__ int scaled(int by, int index = global_index()) { return by * index; }

struct Place {
  int thread, block;
  __device__ __noinline__ Place() : thread(threadIdx.y), block(gridDim.y) {}
  __device__ __noinline__ static int row() { return blockIdx.y * blockDim.y + threadIdx.y; }
};

__global__ void run(int *out, int width) {
  Place place;
  int row = Place::row(), value = 0;
  if (row % 2) // only some of the lanes call
    value = scaled(3) + (threadIdx.x > 2 ? scaled(100, place.block) : 0);
  out[row * width + global_index()] = value + 10000 * place.thread;
}

int main() {
  const int width = 14, height = 15;
  int *out = managed<int>(width * height);
  run<<<dim3(2, 3), dim3(7, 5)>>>(out, width);
  SYNC();
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      int want = y % 2 ? 3 * x + (x % 7 > 2 ? 300 : 0) : 0;
      EXPECT_EQ(out[y * width + x], want + 10000 * (y % 5));
    }
  return verdict();
}
