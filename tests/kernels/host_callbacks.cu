// Host functions in a stream run after what stands before them and before what stands after them.
#include "check.h"

__global__ void add_one(int *value) { *value += 1; }

static void double_it(void *value) { *static_cast<int *>(value) *= 2; }
static void CUDART_CB legacy(cudaStream_t, cudaError_t status, void *value) {
  *static_cast<int *>(value) += status == cudaSuccess ? 100 : -1000;
}

int main() {
  int *value = managed<int>(1);
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  *value = 1;
  add_one<<<1, 1, 0, stream>>>(value);                   // 2
  CUDA(cudaLaunchHostFunc(stream, double_it, value));    // 4
  add_one<<<1, 1, 0, stream>>>(value);                   // 5
  CUDA(cudaStreamAddCallback(stream, legacy, value, 0)); // 105
  CUDA(cudaLaunchHostFunc(stream, double_it, value));    // 210
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(*value, 210);
  CUDA(cudaStreamDestroy(stream));
  return verdict();
}
