// Order within a stream, between streams by events, and around the legacy default stream.
#include "check.h"

__global__ void slow_append(int *log, int *position, int what) {
  long long start = clock64();
  while (clock64() - start < 200000) {
  }
  log[atomicAdd(position, 1)] = what;
}

__global__ void append(int *log, int *position, int what) { log[atomicAdd(position, 1)] = what; }

int main() {
  int *log = managed<int>(64), *position = managed<int>(1);
  cudaStream_t a, b;
  CUDA(cudaStreamCreate(&a));
  CUDA(cudaStreamCreate(&b));
  cudaEvent_t done;
  CUDA(cudaEventCreateWithFlags(&done, cudaEventDisableTiming));

  // In order within one stream.
  for (int i = 0; i < 8; ++i) {
    if (i % 2)
      append<<<1, 1, 0, a>>>(log, position, i);
    else
      slow_append<<<1, 1, 0, a>>>(log, position, i);
  }
  CUDA(cudaStreamSynchronize(a));
  EXPECT_EQ(*position, 8);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(log[i], i);

  // b waits for a's event, although a is slow.
  *position = 0;
  slow_append<<<1, 1, 0, a>>>(log, position, 10);
  CUDA(cudaEventRecord(done, a));
  CUDA(cudaStreamWaitEvent(b, done, 0));
  append<<<1, 1, 0, b>>>(log, position, 20);
  CUDA(cudaStreamSynchronize(b));
  EXPECT_EQ(log[0], 10);
  EXPECT_EQ(log[1], 20);
  EXPECT_EQ(cudaEventQuery(done), cudaSuccess);

  // The legacy default stream waits for all blocking streams, and they wait for it.
  *position = 0;
  slow_append<<<1, 1, 0, a>>>(log, position, 1);
  slow_append<<<1, 1>>>(log, position, 2);
  append<<<1, 1, 0, b>>>(log, position, 3);
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*position, 3);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(log[i], i + 1);

  // A never recorded event is complete; waiting for it is no wait.
  cudaEvent_t fresh;
  CUDA(cudaEventCreate(&fresh));
  EXPECT_EQ(cudaEventQuery(fresh), cudaSuccess);
  CUDA(cudaStreamWaitEvent(a, fresh, 0));
  CUDA(cudaEventSynchronize(fresh));

  // Time between events, in milliseconds, not negative and in order.
  cudaEvent_t start, middle, stop;
  CUDA(cudaEventCreate(&start));
  CUDA(cudaEventCreate(&middle));
  CUDA(cudaEventCreate(&stop));
  CUDA(cudaEventRecord(start, a));
  slow_append<<<1, 1, 0, a>>>(log, position, 4);
  CUDA(cudaEventRecord(middle, a));
  slow_append<<<1, 1, 0, a>>>(log, position, 5);
  CUDA(cudaEventRecord(stop, a));
  CUDA(cudaEventSynchronize(stop));
  float first = -1, both = -1;
  CUDA(cudaEventElapsedTime(&first, start, middle));
  CUDA(cudaEventElapsedTime(&both, start, stop));
  EXPECT(first > 0 && both > first && both < 60000);
  float none;
  EXPECT_EQ(cudaEventElapsedTime(&none, start, done), cudaErrorInvalidResourceHandle); // no timing
  cudaGetLastError();

  int low = 1, high = 1;
  CUDA(cudaDeviceGetStreamPriorityRange(&low, &high));
  EXPECT(high <= low);
  cudaStream_t urgent;
  CUDA(cudaStreamCreateWithPriority(&urgent, cudaStreamNonBlocking, high));
  append<<<1, 1, 0, urgent>>>(log, position, 6);
  CUDA(cudaStreamSynchronize(urgent));
  CUDA(cudaStreamDestroy(urgent));
  for (auto event : {done, fresh, start, middle, stop})
    CUDA(cudaEventDestroy(event));
  CUDA(cudaStreamDestroy(a));
  CUDA(cudaStreamDestroy(b));
  return verdict();
}
