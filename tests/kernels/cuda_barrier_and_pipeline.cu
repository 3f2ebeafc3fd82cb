// cuda::barrier and cuda::pipeline: arriving and waiting apart, threads that drop out, copies, and
// pipelines of one thread, of a whole block, and with threads that only fill or only use.
#include "check.h"
#include <cooperative_groups.h>
#include <cuda/barrier>
#include <cuda/pipeline>
#include <cuda/std/type_traits>
#include <utility>

namespace cg = cooperative_groups;
static_assert(cuda::std::is_same<int, int>::value, "");

__global__ void meet(int *out) {
  __shared__ cuda::barrier<cuda::thread_scope_block> bar;
  __shared__ int box[64];
  int t = threadIdx.x, n = blockDim.x, sum = 0;
  if (t == 0)
    init(&bar, n);
  __syncthreads();
  for (int round = 0; round < 3; ++round) {
    box[t] = t * (round + 1);
    auto token = bar.arrive();
    int own = t * 10;
    bar.wait(std::move(token));
    sum += box[(t + 1) % n] + own;
    bar.arrive_and_wait();
  }
  if (t % 2) {
    bar.arrive_and_drop();
    out[t] = sum;
    return;
  }
  box[t] = sum;
  bar.arrive_and_wait(); // with the odd threads, which come no more
  bar.arrive_and_wait();
  out[t] = box[(t + 2) % n];
}

__global__ void copies(const int *in, int *out) {
  __shared__ cuda::barrier<cuda::thread_scope_block> bar;
  __shared__ int box[128];
  __shared__ char bytes[37];
  auto block = cg::this_thread_block();
  int t = threadIdx.x;
  if (t == 0)
    init(&bar, blockDim.x);
  block.sync();
  cuda::memcpy_async(&box[t], &in[t], cuda::aligned_size_t<4>(4), bar);
  cuda::memcpy_async(block, box + 64, in + 64, sizeof(int) * 64, bar);
  cuda::memcpy_async(block, bytes, reinterpret_cast<const char *>(in) + 1, 37, bar);
  bar.arrive_and_wait();
  auto pipe = cuda::make_pipeline();
  int own = 0;
  pipe.producer_acquire();
  cuda::memcpy_async(&own, &in[t], sizeof(int), pipe);
  pipe.producer_commit();
  cuda::pipeline_consumer_wait_prior<0>(pipe);
  pipe.consumer_release();
  out[t] = box[63 - t] + box[64 + t] * 1000 + own * 1000000;
  if (t < 37)
    out[64 + t] = bytes[t];
}

constexpr int stages = 2, chunks = 7;

__device__ int use(cuda::pipeline<cuda::thread_scope_block> &pipe, const int (&box)[stages][32],
                   int t, int chunk) {
  pipe.consumer_wait();
  int value = box[chunk % stages][31 - t] * (chunk + 1);
  pipe.consumer_release();
  return value;
}

__global__ void all_fill_and_use(const int *in, int *out) {
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, stages> state;
  __shared__ int box[stages][32];
  auto block = cg::this_thread_block();
  auto pipe = cuda::make_pipeline(block, &state);
  int t = threadIdx.x, sum = 0;
  for (int chunk = 0, filled = 0; chunk < chunks; ++chunk) {
    for (; filled < chunks && filled < chunk + stages; ++filled) {
      pipe.producer_acquire();
      cuda::memcpy_async(&box[filled % stages][t], &in[filled * 32 + t], sizeof(int), pipe);
      pipe.producer_commit();
    }
    sum += use(pipe, box, t, chunk);
  }
  out[t] = sum;
}

__global__ void some_fill(const int *in, int *out) {
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, stages> state;
  __shared__ int box[stages][32];
  auto block = cg::this_thread_block();
  bool fills = threadIdx.x >= 32;
  auto role = fills ? cuda::pipeline_role::producer : cuda::pipeline_role::consumer;
  auto pipe = cuda::make_pipeline(block, &state, role);
  int t = threadIdx.x % 32, sum = 0;
  for (int chunk = 0; chunk < chunks; ++chunk)
    if (fills) {
      pipe.producer_acquire();
      cuda::memcpy_async(&box[chunk % stages][t], &in[chunk * 32 + t], sizeof(int), pipe);
      pipe.producer_commit();
    } else {
      sum += use(pipe, box, t, chunk);
    }
  if (!fills)
    out[t] = sum;
}

int main() {
  int *in = managed<int>(256), *out = managed<int>(128);
  for (int i = 0; i < 256; ++i)
    in[i] = (i * 37 + 11) % 101;
  meet<<<1, 64>>>(out);
  SYNC();
  auto sum_of = [](int t) { return ((t + 1) % 64) * 6 + t * 30; };
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], sum_of(t % 2 ? t : (t + 2) % 64));

  copies<<<1, 64>>>(in, out);
  SYNC();
  for (int t = 0; t < 64; ++t)
    EXPECT_EQ(out[t], in[63 - t] + in[64 + t] * 1000 + in[t] * 1000000);
  for (int t = 0; t < 37; ++t)
    EXPECT_EQ(out[64 + t], reinterpret_cast<const char *>(in)[t + 1]);

  for (int kind = 0; kind < 2; ++kind) {
    if (kind)
      some_fill<<<1, 64>>>(in, out);
    else
      all_fill_and_use<<<1, 32>>>(in, out);
    SYNC();
    for (int t = 0; t < 32; ++t) {
      int sum = 0;
      for (int chunk = 0; chunk < chunks; ++chunk)
        sum += in[chunk * 32 + 31 - t] * (chunk + 1);
      EXPECT_EQ(out[t], sum);
    }
  }
  return verdict();
}
