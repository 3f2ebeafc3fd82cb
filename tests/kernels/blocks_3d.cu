// expect-path: vector
#include "check.h"

__global__ void record(int *out, dim3 block, dim3 grid) {
  if (blockDim.x != block.x || blockDim.y != block.y || blockDim.z != block.z)
    return;
  if (gridDim.x != grid.x || gridDim.y != grid.y || gridDim.z != grid.z)
    return;
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  int z = blockIdx.z * blockDim.z + threadIdx.z;
  int width = gridDim.x * blockDim.x, height = gridDim.y * blockDim.y;
  out[(z * height + y) * width + x] = x + 1000 * y + 1000000 * z;
}

int main() {
  int *out = managed<int>(1 << 16);
  dim3 blocks[] = {{32, 4, 2}, {8, 8, 8},  {3, 5, 7},  {1, 1, 64},
                   {16, 16},   {1, 33, 1}, {31, 2, 3}, {2, 2, 2}};
  dim3 grids[] = {{2, 3, 1}, {1, 2, 3}, {3, 1, 2}, {4}, {1, 1, 5}};
  for (dim3 block : blocks)
    for (dim3 grid : grids) {
      int nx = block.x * grid.x, ny = block.y * grid.y, nz = block.z * grid.z;
      CUDA(cudaMemset(out, 0xff, sizeof(int) * (1 << 16)));
      record<<<grid, block>>>(out, block, grid);
      SYNC();
      for (int z = 0; z < nz; ++z)
        for (int y = 0; y < ny; ++y)
          for (int x = 0; x < nx; ++x)
            EXPECT_EQ(out[(z * ny + y) * nx + x], x + 1000 * y + 1000000 * z);
      EXPECT_EQ(out[nx * ny * nz], -1);
    }
  return verdict();
}
