// not-interpreted: it waits for seconds
// Kernels that wait for seconds and go on: for the host, by the clock, for another kernel, for a
// lock.
#include "check.h"
#include <chrono>
#include <thread>

__global__ void until_told(volatile int *flag, int *out) {
  while (*flag == 0)
    ;
  out[threadIdx.x] = *flag;
}
__global__ void by_the_clock(long long nanoseconds, int *out) {
  long long start = clock64();
  while (clock64() - start < nanoseconds)
    ;
  out[threadIdx.x] = 1;
}
__global__ void tells(long long nanoseconds, volatile int *flag) {
  long long start = clock64();
  while (clock64() - start < nanoseconds)
    ;
  *flag = 7;
}
// Two threads pass a token on; only one of them does something at a time.
__global__ void to_and_fro(volatile int *token, int rounds) {
  int me = threadIdx.x;
  for (int i = 0; i < rounds; ++i) {
    while (*token % 2 != me)
      ;
    ++*token;
  }
}
// Looks for a sum that others work on without an end in sight.
__global__ void adds_up(unsigned *sum, unsigned enough, int *out) {
  if (threadIdx.x % 32) {
    while (atomicAdd(sum, 0u) < enough)
      ;
    out[threadIdx.x] = 3;
  } else {
    while (atomicAdd(sum, 1u) < enough)
      ;
  }
}

int main() {
  int *p = managed<int>(256);
  std::thread host([=] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1800));
    *reinterpret_cast<volatile int *>(p) = 5;
  });
  until_told<<<1, 64>>>(p, p + 1);
  SYNC();
  host.join();
  EXPECT_EQ(p[64], 5);

  p[0] = 0;
  cudaStream_t streams[2];
  CUDA(cudaStreamCreateWithFlags(&streams[0], cudaStreamNonBlocking));
  CUDA(cudaStreamCreateWithFlags(&streams[1], cudaStreamNonBlocking));
  tells<<<1, 1, 0, streams[0]>>>(1800000000ll, p);
  until_told<<<1, 64, 0, streams[1]>>>(p, p + 1);
  SYNC();
  EXPECT_EQ(p[64], 7);
  by_the_clock<<<1, 1>>>(100000000ll, p);
  SYNC();

  p[0] = 0;
  to_and_fro<<<1, 2>>>(p, 200000);
  SYNC();
  EXPECT_EQ(p[0], 400000);
  p[0] = 0;
  adds_up<<<1, 64>>>(reinterpret_cast<unsigned *>(p), 300000, p + 1);
  SYNC();
  EXPECT_EQ(p[64], 3);
  return verdict();
}
