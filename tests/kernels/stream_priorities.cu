// Of work that waits, that of streams of higher priority starts first, also before the rest of a
// grid that has begun.
// not-interpreted: a grid runs as a whole there
// interpreted-alone: a process has its number of workers from its first kernel on
#include "check.h"
#include <cstdlib>
#include <vector>

__device__ void spin(long long clocks) {
  for (long long start = clock64(); clock64() - start < clocks;) {
  }
}

__global__ void take_ticket(int *next, int *ticket) { *ticket = atomicAdd(next, 1) + 1; }

__global__ void many_blocks(const volatile int *go_on, volatile int *begun, int *finished) {
  *begun = 1;
  while (!*go_on) {
  }
  spin(20000);
  if (threadIdx.x == 0)
    atomicAdd_system(finished, 1);
}
__global__ void look(const volatile int *finished, volatile int *seen) { *seen = *finished + 1; }

static void wait_for(void *flag) {
  while (!*static_cast<volatile int *>(flag)) {
  }
}

int main() {
  // One worker runs what it takes before it takes the next; of several, one that the system stops
  // between the two is overtaken.
  setenv("SAMPAN_THREADS", "1", 1);
  int least, greatest;
  CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  EXPECT(greatest < least);
  cudaStream_t gate, high, middle;
  CUDA(cudaStreamCreateWithFlags(&gate, cudaStreamNonBlocking));
  CUDA(cudaStreamCreateWithPriority(&high, cudaStreamNonBlocking, greatest));
  CUDA(cudaStreamCreateWithPriority(&middle, cudaStreamNonBlocking, greatest + 1));
  cudaEvent_t open;
  CUDA(cudaEventCreateWithFlags(&open, cudaEventDisableTiming));

  // All become ready at once, those of low priority were submitted first.
  const int count = 6;
  int *next = managed<int>(1), *tickets = managed<int>(count + 2), flag = 0;
  std::vector<cudaStream_t> low(count);
  CUDA(cudaLaunchHostFunc(gate, wait_for, &flag));
  CUDA(cudaEventRecord(open, gate));
  for (int i = 0; i < count + 2; ++i) {
    if (i < count)
      CUDA(cudaStreamCreateWithPriority(&low[i], cudaStreamNonBlocking, least));
    cudaStream_t stream = i < count ? low[i] : i == count ? middle : high;
    CUDA(cudaStreamWaitEvent(stream, open, 0));
    take_ticket<<<1, 1, 0, stream>>>(next, &tickets[i]);
  }
  *static_cast<volatile int *>(&flag) = 1;
  for (int i = 0; i < count + 2; ++i)
    wait_for(&tickets[i]); // a call that waits would run the kernels in its own order
  SYNC();
  EXPECT_EQ(tickets[count + 1], 1);
  EXPECT_EQ(tickets[count], 2);

  // A grid of low priority has begun: the small one does not wait for its end.
  const int blocks = 500;
  int *go_on = managed<int>(1), *begun = managed<int>(1);
  int *finished = managed<int>(1), *seen = managed<int>(1);
  look<<<1, 1, 0, high>>>(finished, seen); // its first launch may take long
  SYNC();
  *seen = 0;
  many_blocks<<<blocks, 32, 0, low[0]>>>(go_on, begun, finished);
  wait_for(begun);
  look<<<1, 1, 0, high>>>(finished, seen);
  *static_cast<volatile int *>(go_on) = 1;
  wait_for(seen);
  SYNC();
  EXPECT_EQ(*finished, blocks);
  EXPECT(*seen < blocks * 3 / 4);

  int priority = 0;
  CUDA(cudaStreamGetPriority(high, &priority));
  EXPECT_EQ(priority, greatest);
  for (cudaStream_t stream : low)
    CUDA(cudaStreamDestroy(stream));
  CUDA(cudaStreamDestroy(gate));
  CUDA(cudaStreamDestroy(high));
  CUDA(cudaStreamDestroy(middle));
  return verdict();
}
