#include "../../hosts/cuda_host.h"

__global__ void mandelbrot(int *counts, int width, int iterations) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  float cx = -2.0f + 3.0f * (float)x / (float)width;
  float cy = -1.5f + 3.0f * (float)y / (float)width;
  float zx = 0.0f, zy = 0.0f;
  int count = 0;
  while (count < iterations && zx * zx + zy * zy <= 4.0f) {
    float next = zx * zx - zy * zy + cx;
    zy = 2.0f * zx * zy + cy;
    zx = next;
    ++count;
  }
  counts[y * width + x] = count;
}
KERNEL(mandelbrot);
