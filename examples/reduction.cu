// The sum of an array, six times: each kernel improves on the one before it (after Mark Harris,
// "Optimizing Parallel Reduction in CUDA"). The steps pay on a GPU; here too the last
// two are the fastest, because they synchronise least for each number read.
//
//     sampan run examples/reduction.cu -- 16777216
#include <cstdio>
#include <cstdlib>
#include <vector>

constexpr int Threads = 256;

// 1. A tree of additions in shared memory. In every round the threads that add lie further apart,
//    so that most lanes of every warp wait.
__global__ void interleaved(const int *in, int *out, int n) {
  __shared__ int part[Threads];
  int t = threadIdx.x, i = blockIdx.x * Threads + t;
  part[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = 1; step < Threads; step *= 2) {
    if (t % (2 * step) == 0)
      part[t] += part[t + step];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

// 2. The same tree with neighbouring threads: whole warps work or are done. But the threads of a
//    warp reach for places that are far from each other (bank conflicts; gathers on a CPU).
__global__ void packed(const int *in, int *out, int n) {
  __shared__ int part[Threads];
  int t = threadIdx.x, i = blockIdx.x * Threads + t;
  part[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int step = 1; step < Threads; step *= 2) {
    int place = 2 * step * t;
    if (place < Threads)
      part[place] += part[place + step];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

// 3. Halves instead of neighbours: neighbouring threads use neighbouring places.
__global__ void halves(const int *in, int *out, int n) {
  __shared__ int part[Threads];
  int t = threadIdx.x, i = blockIdx.x * Threads + t;
  part[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int half = Threads / 2; half > 0; half /= 2) {
    if (t < half)
      part[t] += part[t + half];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

// 4. In 3 half of the threads do nothing after they have loaded: each now adds two numbers first.
__global__ void first_add(const int *in, int *out, int n) {
  __shared__ int part[Threads];
  int t = threadIdx.x, i = blockIdx.x * 2 * Threads + t;
  part[t] = (i < n ? in[i] : 0) + (i + Threads < n ? in[i + Threads] : 0);
  __syncthreads();
  for (int half = Threads / 2; half > 0; half /= 2) {
    if (t < half)
      part[t] += part[t + half];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

// 5. And why two, and not many? A fixed number of blocks walks over the whole array, each thread
//    with a sum of its own; the tree comes once at the end.
__global__ void many_each(const int *in, int *out, int n) {
  __shared__ int part[Threads];
  int t = threadIdx.x, sum = 0;
  for (int i = blockIdx.x * Threads + t; i < n; i += gridDim.x * Threads)
    sum += in[i];
  part[t] = sum;
  __syncthreads();
  for (int half = Threads / 2; half > 0; half /= 2) {
    if (t < half)
      part[t] += part[t + half];
    __syncthreads();
  }
  if (t == 0)
    out[blockIdx.x] = part[0];
}

// 6. The lanes of a warp give each other their sums without memory and without a barrier; one
//    barrier is left, before a single warp adds up the sums of the warps.
__device__ int warp_sum(int value) {
  for (int step = 16; step > 0; step /= 2)
    value += __shfl_down_sync(0xffffffff, value, step);
  return value; // in lane 0
}

__global__ void shuffles(const int *in, int *out, int n) {
  __shared__ int of_warp[Threads / 32];
  int t = threadIdx.x, sum = 0;
  for (int i = blockIdx.x * Threads + t; i < n; i += gridDim.x * Threads)
    sum += in[i];
  sum = warp_sum(sum);
  if (t % 32 == 0)
    of_warp[t / 32] = sum;
  __syncthreads();
  if (t < 32) {
    sum = warp_sum(t < Threads / 32 ? of_warp[t] : 0);
    if (t == 0)
      out[blockIdx.x] = sum;
  }
}

static void check(cudaError_t error) {
  if (error == cudaSuccess)
    return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 1 << 24;
  if (n < 1 || n > 1 << 29) {
    std::fprintf(stderr, "usage: reduction [COUNT]     (at most %d)\n", 1 << 29);
    return 2;
  }
  std::vector<int> numbers(n);
  int want = 0;
  for (int i = 0; i < n; ++i)
    want += numbers[i] = i % 7 - 2;

  struct Step {
    const char *name;
    void (*kernel)(const int *, int *, int);
    int per_block; // numbers that a block adds; 0: any
  };
  const Step steps[] = {
      {"1 interleaved", interleaved, Threads}, {"2 packed", packed, Threads},
      {"3 halves", halves, Threads},           {"4 first add", first_add, 2 * Threads},
      {"5 many each", many_each, 0},           {"6 shuffles", shuffles, 0}};
  int *in, *out, most = (n + Threads - 1) / Threads;
  check(cudaMalloc(&in, n * sizeof(int)));
  check(cudaMalloc(&out, most * sizeof(int)));
  check(cudaMemcpy(in, numbers.data(), n * sizeof(int), cudaMemcpyHostToDevice));
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin));
  check(cudaEventCreate(&end));
  bool right = true;
  std::vector<int> sums(most);
  for (const Step &step : steps) {
    int blocks = step.per_block ? (n + step.per_block - 1) / step.per_block : 256;
    if (blocks > most)
      blocks = most;
    float best = 1e30f;
    for (int run = 0; run < 3; ++run) {
      check(cudaEventRecord(begin));
      step.kernel<<<blocks, Threads>>>(in, out, n);
      check(cudaEventRecord(end));
      check(cudaEventSynchronize(end));
      float milliseconds;
      check(cudaEventElapsedTime(&milliseconds, begin, end));
      best = milliseconds < best ? milliseconds : best;
    }
    // The sums of the blocks are few: the host adds them.
    check(cudaMemcpy(sums.data(), out, blocks * sizeof(int), cudaMemcpyDeviceToHost));
    int sum = 0;
    for (int block = 0; block < blocks; ++block)
      sum += sums[block];
    right = right && sum == want;
    std::printf("%-14s %9.3f ms  %6.1f GB/s  %s\n", step.name, best, 4e-6 * n / best,
                sum == want ? "right" : "WRONG");
  }
  check(cudaFree(in));
  check(cudaFree(out));
  return right ? 0 : 1;
}
