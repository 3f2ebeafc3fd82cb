// A program for the debugger: see test_gdb.py.
#include <cstdio>

struct Weights {
  float centre, side;
};

__device__ float weigh(const float *tile, int at, Weights weights) {
  float sides = tile[at - 1] + tile[at + 1];
  return weights.centre * tile[at] + weights.side * sides; // line: weigh
}

__global__ void stencil(const float *in, float *out, int n) {
  __shared__ float tile[34];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tile[threadIdx.x + 1] = i < n ? in[i] : 0;
  __syncthreads();
  Weights weights = {0.5f, 0.25f};
  if (threadIdx.x > 0 && threadIdx.x < 31)
    out[i] = weigh(tile, threadIdx.x + 1, weights); // line: stencil
}

int main() {
  float *in, *out;
  cudaMallocManaged(&in, 64 * sizeof(float));
  cudaMallocManaged(&out, 64 * sizeof(float));
  for (int i = 0; i < 64; ++i)
    in[i] = 2 * i;
  stencil<<<2, 32>>>(in, out, 64);
  cudaError_t error = cudaDeviceSynchronize();
  printf("%s %g\n", cudaGetErrorName(error), out[42]);
  stencil<<<1, dim3(32, 1)>>>(nullptr, out, 64); // faults
  printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
