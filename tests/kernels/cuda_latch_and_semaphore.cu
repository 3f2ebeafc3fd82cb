// cuda::latch and semaphores, those of cuda::std, and what <cuda/atomic>, <cuda/functional> and
// <cuda/cmath> bring.
#include "check.h"
#include <cuda/atomic>
#include <cuda/cmath>
#include <cuda/functional>
#include <cuda/latch>
#include <cuda/semaphore>
#include <cuda/std/barrier>
#include <cuda/std/latch>
#include <cuda/std/semaphore>
#include <new>

struct Meeting {
  cuda::latch<cuda::thread_scope_block> written;
  cuda::std::latch counted;
  cuda::binary_semaphore<cuda::thread_scope_block> one;
  cuda::std::counting_semaphore<> some;
};

__global__ void meet(int *sum, int *order, int *most) {
  __shared__ alignas(Meeting) char memory[sizeof(Meeting)];
  __shared__ int values[64], inside, turn;
  Meeting &meeting = *reinterpret_cast<Meeting *>(memory);
  if (threadIdx.x == 0) {
    new (&meeting) Meeting{
        cuda::latch<cuda::thread_scope_block>(blockDim.x), cuda::std::latch(blockDim.x + 1),
        cuda::binary_semaphore<cuda::thread_scope_block>(1), cuda::std::counting_semaphore<>(3)};
    inside = turn = 0;
  }
  __syncthreads();
  // All are written before one is read.
  values[threadIdx.x] = threadIdx.x;
  meeting.written.arrive_and_wait();
  atomicAdd(sum, values[blockDim.x - 1 - threadIdx.x]);
  // One at a time.
  meeting.one.acquire();
  order[threadIdx.x] = turn;
  turn = turn + 1;
  meeting.one.release();
  // Three at most.
  meeting.some.acquire();
  atomicMax(most, atomicAdd(&inside, 1) + 1);
  atomicSub(&inside, 1);
  meeting.some.release();
  if (threadIdx.x == 0)
    meeting.counted.count_down();
  meeting.counted.arrive_and_wait();
  if (!meeting.counted.try_wait() || turn != int(blockDim.x))
    atomicAdd(sum, 1 << 20);
}

__global__ void barriers(int *out) {
  __shared__ cuda::std::barrier<> barrier;
  __shared__ int values[64];
  if (threadIdx.x == 0)
    init(&barrier, blockDim.x);
  __syncthreads();
  for (int round = 0; round < 3; ++round) {
    values[threadIdx.x] = threadIdx.x + round;
    barrier.arrive_and_wait();
    out[threadIdx.x] += values[threadIdx.x ^ 1];
    barrier.arrive_and_wait();
  }
}

__global__ void seen(volatile cuda::std::atomic<int> *counter, int *last) {
  counter->fetch_add(2, cuda::std::memory_order_relaxed);
  atomicMax(last, counter->load(cuda::memory_order_acquire));
}

template <class Function> __global__ void apply(int *out, Function function) {
  out[threadIdx.x] = function(int(threadIdx.x));
}
struct Square {
  __device__ int operator()(int x) const { return x * x; }
};

int main() {
  int *sum = managed<int>(1), *order = managed<int>(64), *most = managed<int>(1);
  meet<<<1, 64>>>(sum, order, most);
  SYNC();
  EXPECT_EQ(*sum, 63 * 32);
  long turns = 0;
  for (int i = 0; i < 64; ++i)
    turns |= 1l << order[i];
  EXPECT_EQ(turns, -1l);
  EXPECT(*most >= 1 && *most <= 3);

  int *out = managed<int>(64);
  barriers<<<1, 64>>>(out);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], 3 * (i ^ 1) + 3);

  auto *counter = managed<cuda::std::atomic<int>>(1);
  int *last = managed<int>(1);
  seen<<<2, 32>>>(counter, last);
  SYNC();
  EXPECT_EQ(*last, 128);

  apply<<<1, 64>>>(out, cuda::proclaim_return_type<int>(Square()));
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], i * i);
  EXPECT_EQ(cuda::maximum<>()(3, 5), 5);
  EXPECT_EQ(cuda::minimum<int>()(3, 5), 3);
  EXPECT_EQ(cuda::ceil_div(7, 2u), 4u);
  EXPECT_EQ(cuda::ceil_div(-7, 2), -3);
  EXPECT_EQ(cuda::round_up(7, 4), 8);
  EXPECT_EQ(cuda::round_down(7, 4), 4);
  return verdict();
}
