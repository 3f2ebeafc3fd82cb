#include "check.h"

__global__ void small(int *out) { out[threadIdx.x] = 1; }
__global__ void __launch_bounds__(128) with_shared(float *out) {
  __shared__ float tile[6000];
  tile[threadIdx.x] = out[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x ^ 1];
}
static size_t shared_for(int block) { return block * sizeof(float); }

int main() {
  int blocks = 0, grid = 0, block = 0;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, small, 256, 0));
  EXPECT(blocks >= 1 && blocks <= 32);
  int few = 0;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&few, with_shared, 128, 0));
  EXPECT(few >= 1);
  int none = -1;
  CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&none, small, 1024, 10 << 20));
  EXPECT_EQ(none, 0); // more shared memory than there is
  CUDA(cudaOccupancyMaxPotentialBlockSize(&grid, &block, small, 0, 0));
  EXPECT(block >= 32 && block <= 1024 && block % 32 == 0 && grid >= 1);
  CUDA(cudaOccupancyMaxPotentialBlockSize(&grid, &block, with_shared));
  EXPECT(block >= 32 && block <= 128);
  CUDA(cudaOccupancyMaxPotentialBlockSizeVariableSMem(&grid, &block, small, shared_for));
  EXPECT(block >= 32 && grid >= 1);
  int *out = managed<int>(1024);
  small<<<grid, block>>>(out);
  SYNC();
  EXPECT_EQ(out[block - 1], 1);
  cudaFuncAttributes attributes;
  CUDA(cudaFuncGetAttributes(&attributes, with_shared));
  EXPECT(attributes.sharedSizeBytes == 24000);
  EXPECT_EQ(attributes.maxThreadsPerBlock, 128);
  EXPECT(attributes.numRegs > 0 && attributes.binaryVersion >= 10);
  return verdict();
}
