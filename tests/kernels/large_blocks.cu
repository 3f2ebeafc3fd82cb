// Blocks of up to 1024 threads with barriers, in one and more dimensions.
// expect-path: vector
#include "check.h"

__global__ void reverse(const int *in, int *out) {
  __shared__ int tile[1024];
  int threads = blockDim.x * blockDim.y * blockDim.z;
  int t = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  tile[t] = in[blockIdx.x * threads + t];
  __syncthreads();
  out[blockIdx.x * threads + t] = tile[threads - 1 - t];
}

int main() {
  const int n = 8192;
  int *in = managed<int>(n), *out = managed<int>(n);
  for (int i = 0; i < n; ++i)
    in[i] = i * 7;
  dim3 shapes[] = {{1024}, {32, 32},   {16, 8, 8}, {64, 16}, {1, 1024},  {1023},
                   {1000}, {4, 4, 64}, {1},        {33},     {11, 13, 7}};
  for (dim3 shape : shapes) {
    int threads = shape.x * shape.y * shape.z, blocks = n / threads < 4 ? n / threads : 4;
    reverse<<<blocks, shape>>>(in, out);
    SYNC();
    for (int b = 0; b < blocks; ++b)
      for (int t = 0; t < threads; ++t)
        EXPECT_EQ(out[b * threads + t], 7 * (b * threads + threads - 1 - t));
  }
  return verdict();
}
