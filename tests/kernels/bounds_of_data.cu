// Indices that are clamped: neighbours beyond the border are repeated, in blocks of one and of two
// dimensions, on data smaller and larger than a gang.
// expect-path: vector
#include "check.h"

__global__ void smooth(const int *in, int *out, int n, int reach) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] =
        in[max(i - reach, 0)] + 3 * in[min(i + reach, n - 1)] + 5 * in[min(max(i - 2, 3), n - 5)];
}

__global__ void blur(const int *in, int *out, unsigned width, unsigned height) {
  unsigned x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x >= width || y >= height)
    return;
  int sum = 0;
#pragma unroll
  for (int dy = -1; dy <= 1; ++dy)
#pragma unroll
    for (int dx = -1; dx <= 1; ++dx) {
      int column = min(max(int(x) + dx, 0), int(width) - 1);
      int row = min(max(int(y) + dy, 0), int(height) - 1);
      sum += (3 * dy + dx + 5) * in[row * width + column];
    }
  out[y * width + x] = sum;
}

// In a loop, unsigned, and of what wraps between two lanes.
__global__ void rounds(const int *in, int *out, unsigned n, unsigned first) {
  int sum = 0;
  for (unsigned k = 0; k < 5; ++k) {
    unsigned i = first + threadIdx.x + k * 20;
    sum = sum * 3 + in[min(i, n - 1)] + in[min(max(i, 7u), n - 1)];
  }
  out[threadIdx.x] = sum;
}

int main() {
  constexpr int n = 1200;
  int *in = managed<int>(n), *out = managed<int>(n);
  for (int i = 0; i < n; ++i)
    in[i] = i * 7919 % 10007;
  for (int size : {8, 31, 100, 1000})
    for (int reach : {0, 1, 40}) {
      smooth<<<4, 256>>>(in, out, size, reach);
      SYNC();
      for (int i = 0; i < size; ++i)
        EXPECT_EQ(out[i], in[std::max(i - reach, 0)] + 3 * in[std::min(i + reach, size - 1)] +
                              5 * in[std::min(std::max(i - 2, 3), size - 5)]);
    }
  for (dim3 block : {dim3(16, 16), dim3(32, 8), dim3(8, 8), dim3(128)})
    for (int width : {5, 40, 150}) {
      int height = n / width;
      dim3 grid((width + block.x - 1) / block.x, (height + block.y - 1) / block.y);
      blur<<<grid, block>>>(in, out, width, height);
      SYNC();
      for (int i = 0; i < width * height; ++i) {
        int sum = 0;
        for (int d = 0; d < 9; ++d) {
          int x = i % width + d % 3 - 1, y = i / width + d / 3 - 1;
          x = std::min(std::max(x, 0), width - 1), y = std::min(std::max(y, 0), height - 1);
          sum += (d + 1) * in[y * width + x];
        }
        EXPECT_EQ(out[i], sum);
      }
    }
  for (unsigned first : {0u, 5u, 100u, 0u - 10, 0u - 50}) {
    rounds<<<1, 64>>>(in, out, n, first);
    SYNC();
    for (unsigned thread = 0; thread < 64; ++thread) {
      int sum = 0;
      for (unsigned k = 0; k < 5; ++k) {
        unsigned i = first + thread + k * 20, last = n - 1;
        sum = sum * 3 + in[std::min(i, last)] + in[std::min(std::max(i, 7u), last)];
      }
      EXPECT_EQ(out[thread], sum);
    }
  }
  return verdict();
}
