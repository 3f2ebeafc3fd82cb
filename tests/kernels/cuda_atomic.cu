// cuda::atomic and cuda::atomic_ref in device and host code.
// expect-path: vector
#include "check.h"
#include <cuda/atomic>
#include <cuda/std/atomic>

struct Pair {
  int a, b;
};
typedef cuda::atomic<int, cuda::thread_scope_device> Counter;
__device__ Counter global_counter{7};

__global__ void count(Counter *counter, int *histogram, float *sum, double *most, short *smallest,
                      int **walker, int n) {
  __shared__ cuda::atomic<unsigned, cuda::thread_scope_block> in_block;
  if (threadIdx.x == 0)
    in_block.store(0, cuda::memory_order_relaxed);
  __syncthreads();
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  in_block.fetch_add(2, cuda::memory_order_relaxed);
  if (i < n) {
    cuda::atomic_ref<int, cuda::thread_scope_device> bin(histogram[i % 10]);
    bin.fetch_add(1, cuda::std::memory_order_relaxed);
    cuda::atomic_ref<float>(*sum) += 0.5f;
    cuda::atomic_ref<double>(*most).fetch_max(double(i) / 4);
    cuda::atomic_ref<short>(*smallest).fetch_min(short(300 - i));
    cuda::atomic_ref<int *>(*walker).fetch_add(2);
    ++global_counter;
  }
  __syncthreads();
  if (threadIdx.x == 0)
    counter->fetch_add(int(in_block.load()));
}

// A list that all threads push to: retries until its own exchange went through.
__global__ void push(cuda::atomic<Pair> *head, int *next) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  Pair seen = head->load(cuda::memory_order_relaxed), mine;
  do {
    next[i] = seen.a;
    mine = {i, seen.b + 1};
  } while (!head->compare_exchange_weak(seen, mine, cuda::memory_order_acq_rel,
                                        cuda::memory_order_acquire));
}

// Every operation, on host and device alike.
template <class T> __host__ __device__ int operations(T start) {
  T plain = start;
  cuda::atomic_ref<T> r(plain);
  int bad = 0;
  bad |= (r.fetch_add(3) != start || plain != T(start + 3)) << 0;
  bad |= (r.fetch_sub(1) != T(start + 3) || plain != T(start + 2)) << 1;
  bad |= (r.exchange(T(40)) != T(start + 2) || r != T(40)) << 2;
  bad |= (r.fetch_min(T(38)) != T(40) || r.fetch_min(T(39)) != T(38)) << 3;
  bad |= (r.fetch_max(T(41)) != T(38) || r.fetch_max(T(40)) != T(41)) << 4;
  bad |= (++r != T(42) || r++ != T(42) || --r != T(42) || r-- != T(42) || r != T(41)) << 5;
  bad |= ((r += T(5)) != T(46) || (r -= T(6)) != T(40)) << 6;
  T expected = T(1);
  bad |= (r.compare_exchange_strong(expected, T(2)) || expected != T(40)) << 7;
  bad |= (!r.compare_exchange_strong(expected, T(2)) || plain != T(2)) << 8;
  bad |= (!r.is_lock_free() || (r = T(9)) != T(9) || r.load() != T(9)) << 9;
  return bad;
}
__host__ __device__ int bit_operations() {
  cuda::std::atomic<unsigned> r(0xf0u);
  int bad = 0;
  bad |= (r.fetch_and(0x3cu) != 0xf0u || r != 0x30u) << 0;
  bad |= (r.fetch_or(0x41u) != 0x30u || r != 0x71u) << 1;
  bad |= (r.fetch_xor(0xffu) != 0x71u || r != 0x8eu) << 2;
  bad |= ((r &= 0x0fu) != 0x0eu || (r |= 0x10u) != 0x1eu || (r ^= 0x11u) != 0x0fu) << 3;
  cuda::std::atomic_flag flag;
  bad |= (flag.test() || flag.test_and_set() || !flag.test_and_set() || !flag.test()) << 4;
  flag.clear();
  bad |= flag.test() << 5;
  cuda::atomic_thread_fence(cuda::memory_order_seq_cst, cuda::thread_scope_device);
  cuda::std::atomic_thread_fence(cuda::std::memory_order_acquire);
  return bad;
}
__host__ __device__ int all_operations() {
  return operations<int>(5) | operations<unsigned char>(250) | operations<long long>(-1) |
         operations<float>(0.25f) | operations<double>(-7.5) | operations<short>(9) |
         bit_operations() << 16;
}
__global__ void run_operations(int *bad) { bad[threadIdx.x] = all_operations(); }

int main() {
  const int n = 1000;
  auto *counter = managed<Counter>(1);
  int *histogram = managed<int>(10), *bad = managed<int>(64), *next = managed<int>(n);
  float *sum = managed<float>(1);
  double *most = managed<double>(1);
  short *smallest = managed<short>(1);
  int **walker = managed<int *>(1);
  *walker = next;
  count<<<8, 128>>>(counter, histogram, sum, most, smallest, walker, n);
  SYNC();
  EXPECT_EQ(counter->load(), 2 * 8 * 128);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(histogram[i], 100);
  EXPECT_EQ(*sum, 500);
  EXPECT_EQ(*most, 999 / 4.0);
  EXPECT_EQ(*smallest, -699);
  EXPECT_EQ(*walker - next, 2 * n);
  int counted[1];
  CUDA(cudaMemcpyFromSymbol(counted, global_counter, sizeof counted));
  EXPECT_EQ(counted[0], 1007);

  auto *head = managed<cuda::atomic<Pair>>(1);
  head->store({-1, 0});
  push<<<n / 100, 100>>>(head, next);
  SYNC();
  Pair last = *head;
  EXPECT_EQ(last.b, n);
  int length = 0;
  for (int i = last.a; i >= 0 && length <= n; i = next[i])
    ++length;
  EXPECT_EQ(length, n);

  EXPECT_EQ(all_operations(), 0);
  run_operations<<<1, 64>>>(bad);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(bad[i], 0);
  return verdict();
}
