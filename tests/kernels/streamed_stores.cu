// Stores that go past the caches, where whole lines are written and nothing is read there: aligned
// and not, in loops, by several kernels that read each other's results. Tests run with the limit
// for such stores at one byte.
// expect-path: vector
#include <cstdio>
#include <vector>

__global__ void copy(const float *from, float *to, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i] + 1.0f;
}

__global__ void widen(const int *from, double *to, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    to[i] = 0.5 * from[i];
}

__global__ void transpose(const float *from, float *to, int rows, int columns) {
  __shared__ float tile[32][33];
  int x = blockIdx.x * 32 + threadIdx.x, y = blockIdx.y * 32 + threadIdx.y;
  for (int j = 0; j < 32; j += 8)
    if (x < columns && y + j < rows)
      tile[threadIdx.y + j][threadIdx.x] = from[(y + j) * columns + x];
  __syncthreads();
  x = blockIdx.y * 32 + threadIdx.x;
  y = blockIdx.x * 32 + threadIdx.y;
  for (int j = 0; j < 32; j += 8)
    if (x < rows && y + j < columns)
      to[(y + j) * rows + x] = tile[threadIdx.x][threadIdx.y + j];
}

// Each round writes the same place: the last one's value stays.
__global__ void again(float *to, int n, int rounds) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  for (int k = 0; k < rounds; ++k)
    to[i] = (float)(k * n + i);
}

__global__ void in_place(float *data) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  data[i] = 2.0f * data[i];
}

// The address divides by what is zero in a later block, if there were one.
__global__ void divided(const float *from, float *to) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  to[i] = from[i + 96 / (16 - (int)blockIdx.x)];
}

// Blocks that tell others, by an atomic operation, that they have written.
__global__ void last_adds(float *parts, float *sum, unsigned *done) {
  __shared__ bool last;
  parts[blockIdx.x * blockDim.x + threadIdx.x] = (float)threadIdx.x;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0)
    last = atomicAdd(done, 1u) == gridDim.x - 1;
  __syncthreads();
  if (last) {
    float mine = 0.0f;
    for (unsigned i = threadIdx.x; i < gridDim.x * blockDim.x; i += blockDim.x)
      mine += parts[i];
    atomicAdd(sum, mine);
  }
}

int main() {
  const int n = 5000;
  bool right = true;
  for (int shift : std::vector<int>{0, 1, 8, 16}) {
    float *memory, *a, *b;
    cudaMalloc(&memory, 2 * (n + 64) * sizeof(float));
    a = memory + shift;
    b = memory + n + 64 + shift;
    cudaMemset(memory, 0, 2 * (n + 64) * sizeof(float));
    for (int round = 0; round < 4; ++round) {
      copy<<<(n + 127) / 128, 128>>>(a, b, n);
      copy<<<(n + 127) / 128, 128>>>(b, a, n);
    }
    std::vector<float> host(n + 1);
    cudaMemcpy(host.data(), a, (n + 1) * sizeof(float), cudaMemcpyDeviceToHost);
    for (int i = 0; i <= n; ++i)
      right &= host[i] == (i < n ? 8.0f : 0.0f);
    cudaFree(memory);
  }
  if (!right)
    puts("copies");

  std::vector<int> numbers(n);
  for (int i = 0; i < n; ++i)
    numbers[i] = i * 7 - 1000;
  int *ints;
  double *doubles;
  cudaMalloc(&ints, n * sizeof(int));
  cudaMalloc(&doubles, n * sizeof(double));
  cudaMemcpy(ints, numbers.data(), n * sizeof(int), cudaMemcpyHostToDevice);
  widen<<<3, 64>>>(ints, doubles, n);
  std::vector<double> wide(n);
  cudaMemcpy(wide.data(), doubles, n * sizeof(double), cudaMemcpyDeviceToHost);
  bool widened = true;
  for (int i = 0; i < n; ++i)
    widened &= wide[i] == 0.5 * numbers[i];
  if (!widened)
    puts("widened");

  bool transposed = true;
  for (int columns : std::vector<int>{64, 80, 67}) {
    const int rows = 96;
    std::vector<float> matrix(rows * columns), result(rows * columns);
    for (int i = 0; i < rows * columns; ++i)
      matrix[i] = (float)i;
    float *from, *to;
    cudaMalloc(&from, matrix.size() * sizeof(float));
    cudaMalloc(&to, matrix.size() * sizeof(float));
    cudaMemcpy(from, matrix.data(), matrix.size() * sizeof(float), cudaMemcpyHostToDevice);
    transpose<<<dim3((columns + 31) / 32, rows / 32), dim3(32, 8)>>>(from, to, rows, columns);
    cudaMemcpy(result.data(), to, matrix.size() * sizeof(float), cudaMemcpyDeviceToHost);
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < columns; ++x)
        transposed &= result[x * rows + y] == matrix[y * columns + x];
    cudaFree(from);
    cudaFree(to);
  }
  if (!transposed)
    puts("transposed");

  float *data, *sum;
  unsigned *done;
  cudaMalloc(&data, 4096 * sizeof(float));
  cudaMallocManaged(&sum, sizeof(float));
  cudaMalloc(&done, sizeof(unsigned));
  again<<<32, 128>>>(data, 4096, 5);
  in_place<<<32, 128>>>(data);
  std::vector<float> host(4096);
  cudaMemcpy(host.data(), data, host.size() * sizeof(float), cudaMemcpyDeviceToHost);
  bool kept = true;
  for (int i = 0; i < 4096; ++i)
    kept &= host[i] == 2.0f * (float)(4 * 4096 + i);
  if (!kept)
    puts("again and in place");

  float *quotients;
  cudaMalloc(&quotients, 1024 * sizeof(float));
  divided<<<8, 128>>>(data, quotients);
  cudaMemcpy(host.data(), quotients, 1024 * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < 1024; ++i)
    kept &= host[i] == 2.0f * (float)(4 * 4096 + i + 96 / (16 - i / 128));
  if (!kept)
    puts("divided");

  *sum = 0.0f;
  cudaMemset(done, 0, sizeof(unsigned));
  last_adds<<<32, 128>>>(data, sum, done);
  cudaDeviceSynchronize();
  if (*sum != 32 * 127 * 64.0f)
    printf("sum %g\n", *sum);
  right &= widened && transposed && kept && *sum == 32 * 127 * 64.0f;
  puts(right ? "PASS" : "FAIL");
  return !right;
}
