// Elements of matrices numbered along one dimension: columns by remainders and rows by quotients,
// for rows that are longer and shorter than a gang and that end within one.
// expect-path: vector
#include "check.h"

__global__ void places(int *columns, int *rows, int first, int n, int width) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    columns[i] = (i + first) % width;
    rows[i] = (i + first) / width;
  }
}

// What a row shares, what columns share, and neighbours in rows that differ in height.
__global__ void smooth(const int *in, int *out, unsigned width, unsigned height) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x, x = i % width, y = i / width;
  if (y >= height || x < 1 || x >= width - 1)
    return;
  out[i] = in[i - 1] + in[i + 1] + in[y * width] + in[x] * int(y);
}

__global__ void boxes(const float *in, float *out, size_t n, size_t width, size_t height) {
  float sum = 0;
  int rounds = 0;
  for (size_t i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    size_t x = i % width, rest = i / width, y = rest % height, z = rest / height;
    sum += in[(z * height + y) * width + width - 1 - x];
    rounds += x > y;
    out[i] = sum;
  }
  size_t thread = blockIdx.x * blockDim.x + threadIdx.x;
  if (thread < n)
    out[n + thread] = sum + rounds;
}

// First by a plane, then by a row; a width that is known.
__global__ void planes(int *out, int n, int plane, int width) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int z = i / plane, rest = i % plane, y = rest / width, x = rest % width;
  out[i] = x + 1000 * y + 100000 * z;
  for (int k = 0; k < x % 3; ++k)
    out[i] += i % 100 + i / 100;
}

// The line wraps in one of the gangs, where rows are huge.
__global__ void wrapping(unsigned *out, unsigned first, unsigned width) {
  unsigned i = first + threadIdx.x;
  out[threadIdx.x] = i / width * 7 + i % width;
}

// Remainders that are positive numbers in some lanes and negative ones in the others.
__global__ void signs(const int *middle, int *out, unsigned first, unsigned width) {
  int column = (first + threadIdx.x) % width;
  out[threadIdx.x] = middle[column % 128] + (column < 0 ? 1000 : 0);
  out[256 + threadIdx.x] = int((long long)column >> 32);
}

int main() {
  constexpr int n = 1000;
  int *in = managed<int>(2 * n), *out = managed<int>(2 * n);
  float *numbers = managed<float>(n), *sums = managed<float>(2 * n);
  for (int i = 0; i < 2 * n; ++i)
    in[i] = i * 7919 % 10007;
  for (int i = 0; i < n; ++i)
    numbers[i] = i * 37 % 101;
  for (int width : {1, 3, 31, 32, 33, 64, 100, 257, 5000}) {
    for (int first : {0, 17, -300, -2000}) {
      places<<<4, 256>>>(out, out + n, first, n, width);
      SYNC();
      for (int i = 0; i < n; ++i) {
        EXPECT_EQ(out[i], (i + first) % width);
        EXPECT_EQ(out[n + i], (i + first) / width);
      }
    }
    int height = n / width;
    CUDA(cudaMemset(out, 0, n * sizeof *out));
    smooth<<<8, 128>>>(in, out, width, height);
    SYNC();
    for (int i = 0; i < n; ++i) {
      int x = i % width, y = i / width, want = 0;
      if (y < height && x >= 1 && x < width - 1)
        want = in[i - 1] + in[i + 1] + in[y * width] + in[x] * y;
      EXPECT_EQ(out[i], want);
    }
    boxes<<<2, 64>>>(numbers, sums, n / width * width, width, 4);
    SYNC();
    for (int thread = 0; thread < 128; ++thread) {
      float sum = 0;
      int rounds = 0, cells = n / width * width;
      for (int i = thread; i < cells; i += 128) {
        int x = i % width, y = i / width % 4, z = i / width / 4;
        sum += numbers[(z * 4 + y) * width + width - 1 - x];
        rounds += x > y;
        EXPECT_EQ(sums[i], sum);
      }
      if (thread < cells)
        EXPECT_EQ(sums[cells + thread], sum + rounds);
    }
    planes<<<4, 256>>>(out, n, 3 * width, width);
    SYNC();
    for (int i = 0; i < n; ++i) {
      int x = i % width, y = i / width % 3, z = i / (3 * width);
      EXPECT_EQ(out[i], x + 1000 * y + 100000 * z + x % 3 * (i % 100 + i / 100));
    }
  }
  unsigned *wrapped = managed<unsigned>(256);
  for (unsigned width : {0xfffffff0u, 0x80000000u, 1u << 20}) {
    wrapping<<<1, 256>>>(wrapped, 0u - 100, width);
    SYNC();
    for (unsigned i = 0; i < 256; ++i)
      EXPECT_EQ(wrapped[i], (i - 100) / width * 7 + (i - 100) % width);
  }
  signs<<<1, 256>>>(in + 500, out, 0x7fffff90u, 0xf0000000u);
  SYNC();
  for (unsigned i = 0; i < 256; ++i) {
    int column = int(0x7fffff90u + i);
    EXPECT_EQ(out[i], in[500 + column % 128] + (column < 0 ? 1000 : 0));
    EXPECT_EQ(out[256 + i], column < 0 ? -1 : 0);
  }
  return verdict();
}
