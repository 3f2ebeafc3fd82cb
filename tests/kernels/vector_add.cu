// expect-path: vector
#include "check.h"

__global__ void add(const float *a, const float *b, float *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    c[i] = a[i] + b[i];
}

int main() {
  const int n = 10007; // no multiple of the block
  static float a[n], b[n], c[n];
  for (int i = 0; i < n; ++i)
    a[i] = i * 0.5f, b[i] = 3 * i;
  float *da, *db, *dc;
  CUDA(cudaMalloc(&da, sizeof a));
  CUDA(cudaMalloc(&db, sizeof b));
  CUDA(cudaMalloc(&dc, sizeof c));
  CUDA(cudaMemcpy(da, a, sizeof a, cudaMemcpyHostToDevice));
  CUDA(cudaMemcpy(db, b, sizeof b, cudaMemcpyHostToDevice));
  for (int threads : {256, 100, 1, 1024}) {
    CUDA(cudaMemset(dc, 0xff, sizeof c));
    add<<<(n + threads - 1) / threads, threads>>>(da, db, dc, n);
    CUDA(cudaGetLastError());
    CUDA(cudaMemcpy(c, dc, sizeof c, cudaMemcpyDeviceToHost));
    for (int i = 0; i < n; ++i)
      EXPECT_EQ(c[i], i * 0.5f + 3 * i);
  }
  CUDA(cudaFree(da));
  CUDA(cudaFree(db));
  CUDA(cudaFree(dc));
  return verdict();
}
