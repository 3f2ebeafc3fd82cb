// Kernels that launch kernels: streams, order, tail launches, errors; they are there when their
// parent is.
// sampan-flags: -rdc=true
#include "check.h"

__global__ void add(int *p, int amount) { atomicAdd(p + threadIdx.x, amount); }

template <class T> __global__ void tree(T *total, int depth) {
  if (threadIdx.x == 0)
    atomicAdd(total, T(1));
  if (depth > 0 && threadIdx.x < 2)
    tree<T><<<1, 32>>>(total, depth - 1);
}

// In one stream each sees what the one before it wrote; here the block's default stream.
__global__ void append(int *log, int value) {
  log[1 + log[0]] = value;
  ++log[0];
}
__global__ void in_order(int *log) {
  if (threadIdx.x == 5) {
    log[0] = 0; // seen by the children
    for (int i = 0; i < 20; ++i)
      append<<<1, 1>>>(log, i * i);
  }
}

__global__ void streams(int *log) {
  cudaStream_t stream;
  if (cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) != cudaSuccess)
    __trap();
  int *own = log + 64 * threadIdx.x;
  for (int i = 0; i < 5; ++i)
    append<<<1, 1, 0, stream>>>(own, threadIdx.x * 10 + i);
  cudaStreamDestroy(stream);
  for (int i = 0; i < 3; ++i)
    add<<<1, 1, 0, cudaStreamFireAndForget>>>(own + 32, 1);
}

__global__ void after_all(int *p) { p[1] = p[0] * 2; }
__global__ void tail(int *p) {
  after_all<<<1, 1, 0, cudaStreamTailLaunch>>>(p); // when all below is done
  for (int i = 0; i < 8; ++i)
    add<<<4, 1>>>(p, 1);
  tree<int><<<1, 32>>>(p, 3);
}

__global__ void transfers(int *p) {
  cudaMemsetAsync(p, 1, 4 * sizeof(int));
  cudaMemcpyAsync(p + 4, p, 4 * sizeof(int), cudaMemcpyDeviceToDevice);
  add<<<1, 4>>>(p + 4, 5);
  cudaMemcpy2DAsync(p + 8, 8, p + 2, 16, 8, 2, cudaMemcpyDeviceToDevice, 0);
}

__global__ void events(int *p) {
  cudaStream_t first, second;
  cudaEvent_t event;
  cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking);
  cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking);
  cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
  append<<<1, 1, 0, first>>>(p, 1);
  append<<<1, 1, 0, first>>>(p, 2);
  cudaEventRecord(event, first);
  cudaStreamWaitEvent(second, event, 0);
  append<<<1, 1, 0, second>>>(p, 3);
  cudaEventDestroy(event);
  cudaStreamDestroy(first);
  cudaStreamDestroy(second);
}

__global__ void errors(int *out) {
  int t = threadIdx.x, *line = out + t * 8;
  if (t % 2)
    add<<<1, 2000>>>(out, 1); // too many threads
  line[0] = cudaPeekAtLastError();
  line[1] = cudaGetLastError();
  line[2] = cudaGetLastError();
  cudaStream_t stream;
  line[3] = cudaStreamCreateWithFlags(&stream, cudaStreamDefault);
  line[4] = cudaStreamDestroy(reinterpret_cast<cudaStream_t>(4711));
  line[5] = cudaGetLastError();
  int value = 0;
  line[6] = cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0) + value;
  void *memory = nullptr;
  line[7] = cudaMalloc(&memory, size_t(1) << 40) + (memory != nullptr);
}

__global__ void deep(int *depth) {
  atomicAdd(depth, 1);
  deep<<<1, 1>>>(depth);
  if (cudaError_t error = cudaGetLastError())
    depth[1] = error;
}

// CUDA 11: the parent waits for its children and reads what they wrote.
__global__ void waits(int *p, int depth) {
  __shared__ int before;
  if (threadIdx.x == 0) {
    p[0] += 1;
    before = p[0];
    if (depth > 0) {
      waits<<<1, 64>>>(p, depth - 1);
      cudaDeviceSynchronize();
    }
    p[1 + depth] = p[0] - before;
  }
  __syncthreads();
  if (threadIdx.x == 63)
    p[16 + depth] = p[1 + depth];
}

__global__ void by_pointer(int *p, int which) {
  void (*kernel)(int *, int) = which ? add : append;
  kernel<<<1, 1>>>(p, 40 + which);
}

struct Large {
  double values[20];
  char mark;
};
__global__ void large_argument(Large large, double *out) {
  out[threadIdx.x] = large.values[threadIdx.x] + large.mark;
}
__global__ void passes_large(double *out) {
  Large large;
  for (int i = 0; i < 20; ++i)
    large.values[i] = i * 0.5;
  large.mark = 'a';
  large_argument<<<1, 20>>>(large, out);
}

int main() {
  int *p = managed<int>(4096);
  tree<int><<<1, 32>>>(p, 5);
  SYNC();
  EXPECT_EQ(p[0], 63);

  in_order<<<1, 32>>>(p);
  SYNC();
  EXPECT_EQ(p[0], 20);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(p[1 + i], i * i);

  CUDA(cudaMemset(p, 0, 4096 * sizeof(int)));
  streams<<<1, 32>>>(p);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    EXPECT_EQ(p[64 * t], 5);
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(p[64 * t + 1 + i], t * 10 + i);
    EXPECT_EQ(p[64 * t + 32], 3);
  }

  p[0] = p[1] = 0;
  tail<<<1, 1>>>(p);
  SYNC();
  EXPECT_EQ(p[1], 2 * (32 + 15));

  transfers<<<1, 1>>>(p);
  SYNC();
  EXPECT_EQ(p[3], 0x01010101);
  EXPECT_EQ(p[7], 0x01010106);
  EXPECT_EQ(p[8], 0x01010101);
  EXPECT_EQ(p[11], 0x01010106);

  p[0] = 0;
  events<<<1, 1>>>(p);
  SYNC();
  EXPECT_EQ(p[0], 3);
  EXPECT_EQ(p[1] * 100 + p[2] * 10 + p[3], 123);

  errors<<<1, 64>>>(p);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    const int *line = p + t * 8;
    int error = t % 2 ? cudaErrorInvalidConfiguration : cudaSuccess;
    EXPECT_EQ(line[0], error);
    EXPECT_EQ(line[1], error);
    EXPECT_EQ(line[2], 0);
    EXPECT_EQ(line[3], cudaErrorInvalidValue);
    EXPECT_EQ(line[4], cudaErrorInvalidResourceHandle);
    EXPECT_EQ(line[5], cudaErrorInvalidResourceHandle);
    EXPECT_EQ(line[6], 32);
    EXPECT_EQ(line[7], cudaErrorMemoryAllocation);
  }

  p[0] = p[1] = 0;
  deep<<<1, 1>>>(p);
  SYNC();
  EXPECT_EQ(p[0], 25);
  EXPECT_EQ(p[1], cudaErrorLaunchMaxDepthExceeded);

  CUDA(cudaMemset(p, 0, 64 * sizeof(int)));
  waits<<<1, 64>>>(p, 6);
  SYNC();
  for (int depth = 0; depth <= 6; ++depth)
    EXPECT_EQ(p[16 + depth], depth);

  p[0] = 0;
  by_pointer<<<1, 1>>>(p, 0);
  by_pointer<<<1, 1>>>(p, 1);
  SYNC();
  EXPECT_EQ(p[1], 40);
  EXPECT_EQ(p[0], 42);

  double *d = managed<double>(20);
  passes_large<<<1, 1>>>(d);
  SYNC();
  EXPECT_EQ(d[19], 9.5 + 'a');
  return verdict();
}
