// Blocks whose rows are shorter than a gang: a gang has several of them. Where each thread is, and
// what it reads and writes along rows, down columns and at places that a row shares.
// expect-path: vector
#include "check.h"

__global__ void places(int *out) {
  int number = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  int block = blockIdx.x + gridDim.x * blockIdx.y;
  out[block * blockDim.x * blockDim.y * blockDim.z + number] =
      threadIdx.x + 100 * threadIdx.y + 10000 * threadIdx.z;
}

// Indices of unsigned and of signed arithmetic; edges that cut through rows.
__global__ void copies(const int *in, int *rows, int *columns, unsigned width, int height) {
  unsigned x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < width && y < height) {
    rows[y * width + x] = in[y * width + x] + in[y * width]; // the last is the row's
    columns[x * height + y] = in[y * width + x] + in[x];
  }
}

__global__ void tiles(const float *a, const float *b, float *c, int n) {
  __shared__ float left[8][8], right[8][8];
  int row = blockIdx.y * 8 + threadIdx.y, column = blockIdx.x * 8 + threadIdx.x;
  float sum = 0;
  for (int t = 0; t < n; t += 8) {
    left[threadIdx.y][threadIdx.x] = a[row * n + t + threadIdx.x];
    right[threadIdx.y][threadIdx.x] = b[(t + threadIdx.y) * n + column];
    __syncthreads();
    for (int k = 0; k < 8; ++k)
      sum += left[threadIdx.y][k] * right[k][threadIdx.x];
    __syncthreads();
  }
  c[row * n + column] = sum;
}

// Threads as numbered in their block fill tiles that have rows of their own, 8 and 32 long.
__global__ void numbered(const int *in, int *out, int pitch) {
  __shared__ int narrow[16][8], wide[4][32];
  int number = threadIdx.y * 16 + threadIdx.x, last = 0;
  for (int first = 0; first < pitch; first += 8) {
    for (int e = number; e < 128; e += 64) {
      narrow[e / 8][e % 8] = in[e / 8 * pitch + first + e % 8];
      wide[e / 32][e % 32] = in[(unsigned)(e / 32) * pitch + e % 32] + last;
    }
    __syncthreads();
    for (int e = number; e < 128; e += 64)
      out[first * 128 + e] = narrow[e % 16][e / 16] - wide[e / 32][e % 32 ^ 5];
    last = wide[threadIdx.y][threadIdx.x] - number * 3 + (3 * threadIdx.x + 48 * threadIdx.y);
    __syncthreads();
  }
}

// Rows take different ways, and threads of one row different numbers of rounds.
__global__ void ways(const int *in, int *out) {
  int number = threadIdx.x + blockDim.x * threadIdx.y, sum = 0;
  if (threadIdx.y % 2) {
    for (unsigned i = 0; i < threadIdx.x; ++i)
      sum += in[threadIdx.y * 8 + i];
  } else if (threadIdx.x > threadIdx.y) {
    sum = in[threadIdx.y] + in[number];
  }
  out[number] = sum;
}

// The index of the first row goes on at 0 after four threads.
__global__ void wrapping(const signed char *far, signed char *to, int *out, unsigned start) {
  unsigned index = start + threadIdx.y * 16 + threadIdx.x;
  out[threadIdx.y * 8 + threadIdx.x] = far[index];
  to[index] = threadIdx.y * 8 + threadIdx.x;
}

void check_places(dim3 block) {
  int threads = block.x * block.y * block.z;
  int *out = managed<int>(4 * threads);
  places<<<dim3(2, 2), block>>>(out);
  SYNC();
  for (int i = 0; i < 4 * threads; ++i) {
    int number = i % threads, row = number / block.x;
    EXPECT_EQ(out[i], int(number % block.x + 100 * (row % block.y) + 10000 * (row / block.y)));
  }
  CUDA(cudaFree(out));
}

int main() {
  for (dim3 block : {dim3(16, 16), dim3(8, 8), dim3(4, 4, 4), dim3(16, 2, 3), dim3(8, 2, 2),
                     dim3(4, 2, 8), dim3(16, 3), dim3(2, 32), dim3(16, 1, 16)})
    check_places(block);

  constexpr int kWidth = 37, kHeight = 29, kCells = kWidth * kHeight;
  int *in = managed<int>(4096), *rows = managed<int>(kCells), *columns = managed<int>(kCells);
  for (int i = 0; i < 4096; ++i)
    in[i] = i * 7919 % 10007;
  copies<<<dim3(3, 4), dim3(16, 8)>>>(in, rows, columns, kWidth, kHeight);
  SYNC();
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      EXPECT_EQ(rows[y * kWidth + x], in[y * kWidth + x] + in[y * kWidth]);
      EXPECT_EQ(columns[x * kHeight + y], in[y * kWidth + x] + in[x]);
    }
  }

  constexpr int n = 40;
  float *a = managed<float>(n * n), *b = managed<float>(n * n), *c = managed<float>(n * n);
  for (int i = 0; i < n * n; ++i)
    a[i] = i % 7, b[i] = i % 5 - 2;
  tiles<<<dim3(5, 5), dim3(8, 8)>>>(a, b, c, n);
  SYNC();
  for (int i = 0; i < n * n; ++i) {
    float sum = 0;
    for (int k = 0; k < n; ++k)
      sum += a[i / n * n + k] * b[k * n + i % n];
    EXPECT_EQ(c[i], sum);
  }

  int *out = managed<int>(16 * 128);
  numbered<<<1, dim3(16, 4)>>>(in, out, 16);
  SYNC();
  int wide[128] = {}, last[64] = {};
  for (int first = 0; first < 16; first += 8) {
    for (int e = 0; e < 128; ++e)
      wide[e] = in[e / 32 * 16 + e % 32] + last[e % 64];
    for (int e = 0; e < 128; ++e)
      EXPECT_EQ(out[first * 128 + e],
                in[e % 16 * 16 + first + e / 16] - wide[e / 32 * 32 + (e % 32 ^ 5)]);
    for (int thread = 0; thread < 64; ++thread)
      last[thread] = wide[thread / 16 * 32 + thread % 16];
  }
  ways<<<1, dim3(8, 8)>>>(in, out);
  SYNC();
  for (int i = 0; i < 64; ++i) {
    int x = i % 8, y = i / 8, sum = 0;
    if (y % 2)
      for (int k = 0; k < x; ++k)
        sum += in[y * 8 + k];
    else if (x > y)
      sum = in[y] + in[i];
    EXPECT_EQ(out[i], sum);
  }

  signed char *far; // 4 GiB, of which few pages are touched
  constexpr size_t kFar = (size_t{1} << 32) + 256;
  if (cudaMalloc(&far, 2 * kFar) == cudaSuccess) {
    signed char near[256], got[256];
    for (int i = 0; i < 256; ++i)
      near[i] = i * 37 % 101;
    CUDA(cudaMemcpy(far, near + 4, 252, cudaMemcpyDefault));
    CUDA(cudaMemcpy(far + kFar - 260, near, 4, cudaMemcpyDefault));
    wrapping<<<1, dim3(8, 8)>>>(far, far + kFar, out, 0u - 4);
    SYNC();
    CUDA(cudaMemcpy(got + 4, far + kFar, 252, cudaMemcpyDefault));
    CUDA(cudaMemcpy(got, far + 2 * kFar - 260, 4, cudaMemcpyDefault));
    for (int i = 0; i < 64; ++i) {
      EXPECT_EQ(out[i], near[i / 8 * 16 + i % 8]);
      EXPECT_EQ(got[i / 8 * 16 + i % 8], i);
    }
  }
  return verdict();
}
