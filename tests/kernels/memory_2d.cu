#include "check.h"
#include <vector>

__global__ void scale(float *data, size_t pitch, int width, int height) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x >= width || y >= height)
    return;
  float *row = (float *)((char *)data + y * pitch);
  row[x] = row[x] * 2 + y;
}

int main() {
  const int width = 77, height = 33;
  std::vector<float> host(width * height), back(width * height, -1);
  for (int i = 0; i < width * height; ++i)
    host[i] = i;
  float *device;
  size_t pitch;
  CUDA(cudaMallocPitch(&device, &pitch, width * sizeof(float), height));
  EXPECT(pitch >= width * sizeof(float));
  EXPECT(pitch % 256 == 0);
  CUDA(cudaMemcpy2D(device, pitch, host.data(), width * sizeof(float), width * sizeof(float),
                    height, cudaMemcpyHostToDevice));
  scale<<<dim3((width + 15) / 16, (height + 7) / 8), dim3(16, 8)>>>(device, pitch, width, height);
  CUDA(cudaGetLastError());
  CUDA(cudaMemcpy2D(back.data(), width * sizeof(float), device, pitch, width * sizeof(float),
                    height, cudaMemcpyDeviceToHost));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      EXPECT_EQ(back[y * width + x], (y * width + x) * 2.0f + y);

  // A window: rows 3 to 7, columns 10 to 19, to zero bytes.
  CUDA(cudaMemset2D((char *)device + 3 * pitch + 10 * sizeof(float), pitch, 0, 10 * sizeof(float),
                    5));
  CUDA(cudaMemcpy2DAsync(back.data(), width * sizeof(float), device, pitch, width * sizeof(float),
                         height, cudaMemcpyDeviceToHost, 0));
  CUDA(cudaStreamSynchronize(0));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      bool inside = y >= 3 && y < 8 && x >= 10 && x < 20;
      EXPECT_EQ(back[y * width + x], inside ? 0.0f : (y * width + x) * 2.0f + y);
    }
  EXPECT_EQ(cudaMemcpy2D(back.data(), 4, device, pitch, 8, 2, cudaMemcpyDeviceToHost),
            cudaErrorInvalidPitchValue); // wider than the pitch
  cudaGetLastError();
  CUDA(cudaFree(device));
  return verdict();
}
