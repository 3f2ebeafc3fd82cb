// Mandelbrot set, 1024x1024 points, 256 iterations, blocks of 32x8: one point a thread.
// Protocol of benchmarks/compare.py: for each line on standard input, one timed round.
#include <cstdint>
#include <cstdio>
#include <vector>

constexpr int SIZE = 1024, ITERATIONS = 256;

__global__ void mandelbrot(int *counts, int width, int iterations) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  float cx = -2.0f + 3.0f * (float)x / (float)width;
  float cy = -1.5f + 3.0f * (float)y / (float)width;
  float zx = 0.0f, zy = 0.0f;
  int count = 0;
  while (count < iterations && zx * zx + zy * zy <= 4.0f) {
    float next = zx * zx - zy * zy + cx;
    zy = 2.0f * zx * zy + cy;
    zx = next;
    ++count;
  }
  counts[y * width + x] = count;
}

int main() {
  std::vector<int> counts(SIZE * SIZE);
  int *device = nullptr;
  cudaMalloc(&device, counts.size() * sizeof(int));
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    cudaEventRecord(begin);
    mandelbrot<<<dim3(SIZE / 32, SIZE / 8), dim3(32, 8)>>>(device, SIZE, ITERATIONS);
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    float milliseconds = 0;
    cudaEventElapsedTime(&milliseconds, begin, end);
    cudaMemcpy(counts.data(), device, counts.size() * sizeof(int), cudaMemcpyDeviceToHost);
    uint64_t sum = 0;
    for (int count : counts) sum += count;
    printf("{\"milliseconds\": %.6f, \"checksum\": %llu, \"error\": \"%s\"}\n", milliseconds,
           (unsigned long long)sum, cudaGetErrorString(cudaGetLastError()));
    fflush(stdout);
  }
  return 0;
}
