#include "library.h"

__global__ void multiply(int *out, int n) {
  int i = threadIdx.x;
  if (i < n)
    out[i] = i * FACTOR + 5;
}

int multiply_on_device(int *out, int n) {
  int *device;
  if (cudaMalloc(&device, n * sizeof(int)) != cudaSuccess)
    return 1;
  multiply<<<1, 64>>>(device, n);
  cudaMemcpy(out, device, n * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(device);
  return cudaGetLastError() != cudaSuccess;
}
