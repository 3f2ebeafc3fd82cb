// Single-precision C = A * B of 1024x1024, 16x16 tiles in shared memory, one element a thread.
// Protocol of benchmarks/compare.py: for each line on standard input, one timed round.
#include <cstdio>
#include <vector>

constexpr int SIZE = 1024, TILE = 16;

__global__ void sgemm(const float *a, const float *b, float *c, int n) {
  __shared__ float tile_a[TILE][TILE];
  __shared__ float tile_b[TILE][TILE];
  int tx = threadIdx.x, ty = threadIdx.y;
  int row = blockIdx.y * TILE + ty, column = blockIdx.x * TILE + tx;
  float sum = 0.0f;
  for (int tile = 0; tile < n / TILE; ++tile) {
    tile_a[ty][tx] = a[row * n + tile * TILE + tx];
    tile_b[ty][tx] = b[(tile * TILE + ty) * n + column];
    __syncthreads();
    for (int k = 0; k < TILE; ++k) sum += tile_a[ty][k] * tile_b[k][tx];
    __syncthreads();
  }
  c[row * n + column] = sum;
}

int main() {
  std::vector<float> a(SIZE * SIZE), b(SIZE * SIZE), c(SIZE * SIZE);
  for (int i = 0; i < SIZE * SIZE; ++i) {
    a[i] = (float)(i * 7 % 13 - 6) / 8.0f; // exact sums: any order gives the same bits
    b[i] = (float)(i * 5 % 11 - 5) / 8.0f;
  }
  float *da = nullptr, *db = nullptr, *dc = nullptr;
  size_t bytes = a.size() * sizeof(float);
  cudaMalloc(&da, bytes);
  cudaMalloc(&db, bytes);
  cudaMalloc(&dc, bytes);
  cudaMemcpy(da, a.data(), bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(db, b.data(), bytes, cudaMemcpyHostToDevice);
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    cudaEventRecord(begin);
    sgemm<<<dim3(SIZE / TILE, SIZE / TILE), dim3(TILE, TILE)>>>(da, db, dc, SIZE);
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    float milliseconds = 0;
    cudaEventElapsedTime(&milliseconds, begin, end);
    cudaMemcpy(c.data(), dc, bytes, cudaMemcpyDeviceToHost);
    double sum = 0;
    for (int i = 0; i < SIZE * SIZE; ++i) sum += c[i] * (double)(i % 31 + 1);
    printf("{\"milliseconds\": %.6f, \"checksum\": %.6f, \"error\": \"%s\"}\n", milliseconds, sum,
           cudaGetErrorString(cudaGetLastError()));
    fflush(stdout);
  }
  return 0;
}
