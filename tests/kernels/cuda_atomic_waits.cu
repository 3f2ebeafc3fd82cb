// Threads that wait for each other through cuda::atomic: a lock, and waiting for a change.
#include "check.h"
#include <cuda/atomic>

__global__ void locked(cuda::atomic<int, cuda::thread_scope_device> *lock, int *sum) {
  while (lock->exchange(1, cuda::memory_order_acquire)) {
  }
  *sum += threadIdx.x;
  lock->store(0, cuda::memory_order_release);
}

__global__ void relay(cuda::atomic<int> *turn, int *order) {
  int me = 63 - threadIdx.x; // the last thread comes first
  for (int seen; (seen = turn->load(cuda::memory_order_acquire)) != me;)
    turn->wait(seen);
  order[me] = threadIdx.x;
  turn->store(me + 1, cuda::memory_order_release);
  turn->notify_all();
}

int main() {
  auto *lock = managed<cuda::atomic<int, cuda::thread_scope_device>>(1);
  auto *turn = managed<cuda::atomic<int>>(1);
  int *sum = managed<int>(1), *order = managed<int>(64);
  locked<<<4, 64>>>(lock, sum);
  relay<<<1, 64>>>(turn, order);
  SYNC();
  EXPECT_EQ(*sum, 4 * 63 * 64 / 2);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(order[i], 63 - i);
  return verdict();
}
