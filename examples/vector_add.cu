// The first CUDA program of most people: c = a + b, one thread for each element.
//
//     sampan run examples/vector_add.cu
//     sampan run --stats examples/vector_add.cu -- 50000000
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

__global__ void add(const float *a, const float *b, float *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    c[i] = a[i] + b[i];
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 1000000;
  if (n < 1) {
    std::fprintf(stderr, "usage: vector_add [COUNT]\n");
    return 2;
  }
  std::vector<float> a(n), b(n), c(n);
  for (int i = 0; i < n; ++i) {
    a[i] = std::sin(float(i));
    b[i] = std::cos(float(i));
  }

  size_t bytes = n * sizeof(float);
  float *da, *db, *dc;
  cudaMalloc(&da, bytes);
  cudaMalloc(&db, bytes);
  cudaMalloc(&dc, bytes);
  cudaMemcpy(da, a.data(), bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(db, b.data(), bytes, cudaMemcpyHostToDevice);

  add<<<(n + 255) / 256, 256>>>(da, db, dc, n);
  cudaMemcpy(c.data(), dc, bytes, cudaMemcpyDeviceToHost);
  cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess) {
    std::printf("CUDA error: %s\n", cudaGetErrorString(error));
    return 1;
  }
  cudaFree(da);
  cudaFree(db);
  cudaFree(dc);

  for (int i = 0; i < n; ++i)
    if (c[i] != a[i] + b[i]) {
      std::printf("wrong at %d: %g\n", i, c[i]);
      return 1;
    }
  std::printf("added %d numbers, all right\n", n);
}
