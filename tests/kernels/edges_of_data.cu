// expect-path: vector
// Conditions that compare a thread's index with a bound: gangs inside the data, at its edge, behind
// it; one after the other, within each other, with something to do on either side.
#include "check.h"

constexpr int kThreads = 1024;

__global__ void early_return(const int *in, int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int sum = 0;
  for (int k = 0; k < in[i] % 7; ++k)
    sum += in[i] * k;
  out[i] = sum + i;
}

__global__ void interior(const int *in, int *out, int width, int height) {
  int x = threadIdx.x, y = blockIdx.x;
  int i = y * width + x, result;
  if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1)
    result = -in[i];
  else
    result = in[i - 1] + in[i + 1] + in[i - width] + in[i + width];
  out[i] = result;
}

__global__ void within(const int *in, int *out, int n, int first, int last) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int a = -1, b = -2;
  if (i < n) {
    a = in[i];
    if (i >= first) {
      b = a * 3;
      if (i <= last && a % 2 == 0) {
        atomicAdd(&out[kThreads], a);
        b += in[n - 1 - i];
      }
    }
    out[i] = b;
  }
  if (i < kThreads)
    out[kThreads + 1 + i] = a + b;
}

// Loops over the grid's threads: most rounds are full, the last is not; lanes may stop before.
__global__ void grid_stride(const int *in, int *out, int n) {
  int rounds = 0, last = -1;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    out[i] = in[i] + rounds;
    last = in[i];
    ++rounds;
  }
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  out[2 * kThreads + 2 * t] = rounds;
  out[2 * kThreads + 2 * t + 1] = last;
}

__global__ void columns(const int *in, int *out, int n, int width) {
  int sum = 0;
  for (int row = 0; row < n; ++row) {
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
      if (in[row * width + i] == 100)
        break;
      sum += in[row * width + i] * (row + 1);
      out[kThreads + row * width + i] = sum;
    }
  }
  out[threadIdx.x] = sum;
}

// Shared memory ends behind the sums: lanes that are not in a step must not be missed there.
__global__ void tree(const int *in, int *out) {
  __shared__ int sums[256];
  int t = threadIdx.x;
  sums[t] = in[t];
  __syncthreads();
  for (int k = 128; k > 0; k /= 2) {
    if (t < k)
      sums[t] += sums[t + k];
    __syncthreads();
  }
  if (t == 0)
    *out = sums[0];
}

// No thread may read through the pointer where n is 0.
__global__ void nothing(const int *in, int *out, int n) {
  int i = threadIdx.x;
  if (i < n)
    out[i] = *in;
}

int main() {
  int *in = managed<int>(kThreads), *out = managed<int>(4 * kThreads);
  for (int i = 0; i < kThreads; ++i)
    in[i] = (i * 37 + 11) % 101;

  for (int n : {0, 1, 31, 32, 33, 512, 999, 1000}) {
    CUDA(cudaMemset(out, 0xff, 4 * kThreads * sizeof(int)));
    early_return<<<4, 256>>>(in, out, n);
    SYNC();
    for (int i = 0; i < kThreads; ++i) {
      int sum = 0;
      for (int k = 0; k < in[i] % 7; ++k)
        sum += in[i] * k;
      EXPECT_EQ(out[i], i < n ? sum + i : -1);
    }
  }

  for (int width : {32, 64, 128}) {
    int height = kThreads / width;
    interior<<<height, width>>>(in, out, width, height);
    SYNC();
    for (int i = 0; i < kThreads; ++i) {
      int x = i % width, y = i / width;
      bool edge = x < 1 || y < 1 || x >= width - 1 || y >= height - 1;
      int sum = edge ? -in[i] : in[i - 1] + in[i + 1] + in[i - width] + in[i + width];
      EXPECT_EQ(out[i], sum);
    }
  }

  for (int n : {5, 64, 700, 1000}) {
    int first = n / 3, last = n / 2, total = 0;
    CUDA(cudaMemset(out, 0, 4 * kThreads * sizeof(int)));
    within<<<8, 128>>>(in, out, n, first, last);
    SYNC();
    for (int i = 0; i < kThreads; ++i) {
      int a = i < n ? in[i] : -1, b = -2;
      if (i < n && i >= first)
        b = a * 3;
      if (i < n && i >= first && i <= last && a % 2 == 0)
        b += in[n - 1 - i], total += a;
      EXPECT_EQ(out[i], i < n ? b : 0);
      EXPECT_EQ(out[kThreads + 1 + i], a + b);
    }
    EXPECT_EQ(out[kThreads], total);
  }

  int sum = 0;
  for (int i = 0; i < 256; ++i)
    sum += in[i];
  tree<<<1, 256>>>(in, out);
  SYNC();
  EXPECT_EQ(out[0], sum);

  nothing<<<1, 64>>>(nullptr, out, 0);
  SYNC();
  nothing<<<1, 64>>>(in, out, 40);
  SYNC();
  EXPECT_EQ(out[39], in[0]);
  return verdict();
}
