// A kernel launched, and a symbol written, before main begins.
// interpreted-alone: launches before main
#include "check.h"

__device__ int variable = 4;
__global__ void twice(int *out) { out[threadIdx.x] = threadIdx.x * 2 + variable; }

struct Early {
  int values[32];
  Early() {
    int *out, four_hundred = 400;
    CUDA(cudaMalloc(&out, sizeof values));
    CUDA(cudaMemcpyToSymbol(variable, &four_hundred, sizeof(int)));
    twice<<<1, 32>>>(out);
    CUDA(cudaGetLastError());
    CUDA(cudaMemcpy(values, out, sizeof values, cudaMemcpyDeviceToHost));
    CUDA(cudaFree(out));
  }
};
static Early early;

int main() {
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(early.values[i], i * 2 + 400);
  return verdict();
}
