// Matrix multiplication through tiles of shared memory, the usual first step to a fast one: every
// block computes a 16x16 tile of the result and shares what it reads.
//
//     sampan run examples/matmul.cu -- 1024
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

constexpr int Tile = 16;

__global__ void multiply(const float *a, const float *b, float *c, int n) {
  __shared__ float as[Tile][Tile], bs[Tile][Tile];
  int row = blockIdx.y * Tile + threadIdx.y, column = blockIdx.x * Tile + threadIdx.x;
  float sum = 0;
  for (int start = 0; start < n; start += Tile) {
    int k = start + threadIdx.x, l = start + threadIdx.y;
    as[threadIdx.y][threadIdx.x] = row < n && k < n ? a[row * n + k] : 0.0f;
    bs[threadIdx.y][threadIdx.x] = l < n && column < n ? b[l * n + column] : 0.0f;
    __syncthreads();
    for (int j = 0; j < Tile; ++j)
      sum += as[threadIdx.y][j] * bs[j][threadIdx.x];
    __syncthreads();
  }
  if (row < n && column < n)
    c[row * n + column] = sum;
}

static void check(cudaError_t error) {
  if (error == cudaSuccess)
    return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 512;
  if (n < 1) {
    std::fprintf(stderr, "usage: matmul [SIZE]\n");
    return 2;
  }
  size_t count = size_t(n) * n, bytes = count * sizeof(float);
  std::vector<float> a(count), b(count), c(count);
  for (size_t i = 0; i < count; ++i) {
    a[i] = float(i % 13) / 13 - 0.5f;
    b[i] = float(i % 7) / 7 - 0.5f;
  }
  float *da, *db, *dc;
  check(cudaMalloc(&da, bytes));
  check(cudaMalloc(&db, bytes));
  check(cudaMalloc(&dc, bytes));
  check(cudaMemcpy(da, a.data(), bytes, cudaMemcpyHostToDevice));
  check(cudaMemcpy(db, b.data(), bytes, cudaMemcpyHostToDevice));

  dim3 block(Tile, Tile), grid((n + Tile - 1) / Tile, (n + Tile - 1) / Tile);
  cudaEvent_t start, stop;
  check(cudaEventCreate(&start));
  check(cudaEventCreate(&stop));
  multiply<<<grid, block>>>(da, db, dc, n); // not timed: it touches the memory first
  check(cudaEventRecord(start));
  multiply<<<grid, block>>>(da, db, dc, n);
  check(cudaEventRecord(stop));
  check(cudaMemcpy(c.data(), dc, bytes, cudaMemcpyDeviceToHost));
  float milliseconds;
  check(cudaEventElapsedTime(&milliseconds, start, stop));

  // A sample of the elements against a plain sum in double precision.
  double worst = 0;
  for (int s = 0; s < 1000; ++s) {
    int i = (s * 7919) % n, j = (s * 104729) % n;
    double want = 0;
    for (int k = 0; k < n; ++k)
      want += double(a[size_t(i) * n + k]) * b[size_t(k) * n + j];
    worst = std::fmax(worst, std::fabs(c[size_t(i) * n + j] - want));
  }
  bool right = worst < 1e-5 * n;
  std::printf("%dx%d: %.3f ms, %.2f GFLOP/s, largest error %.2g: %s\n", n, n, milliseconds,
              2e-6 * n * n * n / milliseconds, worst, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
