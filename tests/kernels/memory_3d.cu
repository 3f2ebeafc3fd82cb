#include "check.h"
#include <vector>

__global__ void add_position(cudaPitchedPtr volume, int nx, int ny, int nz) {
  int x = threadIdx.x, y = blockIdx.x, z = blockIdx.y;
  if (x >= nx || y >= ny || z >= nz)
    return;
  char *slice = (char *)volume.ptr + z * volume.pitch * ny;
  int *row = (int *)(slice + y * volume.pitch);
  row[x] += x + 100 * y + 10000 * z;
}

int main() {
  const int nx = 21, ny = 5, nz = 4;
  std::vector<int> host(nx * ny * nz, 7), back(nx * ny * nz);
  cudaExtent extent = make_cudaExtent(nx * sizeof(int), ny, nz);
  cudaPitchedPtr device;
  CUDA(cudaMalloc3D(&device, extent));
  EXPECT(device.pitch >= nx * sizeof(int));

  cudaMemcpy3DParms parameters = {};
  parameters.srcPtr = make_cudaPitchedPtr(host.data(), nx * sizeof(int), nx, ny);
  parameters.dstPtr = device;
  parameters.extent = extent;
  parameters.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&parameters));
  add_position<<<dim3(ny, nz), 32>>>(device, nx, ny, nz);
  CUDA(cudaGetLastError());
  parameters.srcPtr = device;
  parameters.dstPtr = make_cudaPitchedPtr(back.data(), nx * sizeof(int), nx, ny);
  parameters.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaMemcpy3D(&parameters));
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y)
      for (int x = 0; x < nx; ++x)
        EXPECT_EQ(back[(z * ny + y) * nx + x], 7 + x + 100 * y + 10000 * z);

  CUDA(cudaMemset3D(device, 0, extent));
  CUDA(cudaMemcpy3D(&parameters));
  for (int value : back)
    EXPECT_EQ(value, 0);
  CUDA(cudaFree(device.ptr));
  return verdict();
}
