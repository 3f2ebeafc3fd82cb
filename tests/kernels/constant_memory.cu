// expect-path: vector
#include "check.h"

__constant__ float filter[5];
__constant__ const int squares[] = {0, 1, 4, 9, 16, 25, 36, 49};

__global__ void convolve(const float *in, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float sum = 0;
  for (int k = -2; k <= 2; ++k) {
    int j = min(max(i + k, 0), n - 1);
    sum += filter[k + 2] * in[j];
  }
  out[i] = sum + squares[i & 7]; // every lane another element
}

int main() {
  const int n = 333;
  float *in = managed<float>(n), *out = managed<float>(n);
  float weights[5] = {1, 2, 4, 2, 1};
  for (int i = 0; i < n; ++i)
    in[i] = i % 17;
  CUDA(cudaMemcpyToSymbol(filter, weights, sizeof weights));
  convolve<<<3, 128>>>(in, out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    float sum = 0;
    for (int k = -2; k <= 2; ++k) {
      int j = i + k < 0 ? 0 : i + k >= n ? n - 1 : i + k;
      sum += weights[k + 2] * in[j];
    }
    EXPECT_EQ(out[i], sum + (i & 7) * (i & 7));
  }
  return verdict();
}
