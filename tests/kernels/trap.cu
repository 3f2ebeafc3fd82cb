// __trap ends the grid with an error that stays.
// interpreted-alone: leaves an error or resets the device
#include "check.h"

__global__ void checked(const int *in, int *out) {
  if (in[threadIdx.x] < 0)
    __trap();
  out[threadIdx.x] = in[threadIdx.x];
}

int main() {
  int *in = managed<int>(64), *out = managed<int>(64);
  checked<<<1, 64>>>(in, out);
  SYNC();
  in[40] = -1;
  checked<<<1, 64>>>(in, out);
  cudaError_t error = cudaDeviceSynchronize();
  EXPECT(error == cudaErrorLaunchFailure || error == cudaErrorIllegalInstruction);
  EXPECT_EQ(cudaGetLastError(), error);
  EXPECT_EQ(cudaDeviceSynchronize(), error);
  return verdict();
}
