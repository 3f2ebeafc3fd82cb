// A static kernel, a static device variable and a device function of one name in two files: each
// file has its own.
#include "../check.h"

static __device__ int offset = 100;
static __device__ __noinline__ int value(int i) { return i + offset; }
static __global__ void work(int *out) { out[threadIdx.x] = value(threadIdx.x); }
namespace {
__global__ void anonymous(int *out) { out[threadIdx.x] += 1; }
} // namespace
template <class T> __global__ void shared_template(T *out, T by) { out[threadIdx.x] *= by; }

void run_b(int *out);
int offset_of_b();

int main() {
  int *out = managed<int>(40), seen = 0;
  work<<<1, 40>>>(out);
  anonymous<<<1, 40>>>(out);
  shared_template<<<1, 40>>>(out, 2);
  SYNC();
  for (int t = 0; t < 40; ++t)
    EXPECT_EQ(out[t], (t + 101) * 2);
  run_b(out);
  for (int t = 0; t < 40; ++t)
    EXPECT_EQ(out[t], (t * 1000 + 7 - 5) * 3);
  CUDA(cudaMemcpyFromSymbol(&seen, offset, sizeof seen));
  EXPECT_EQ(seen, 100);
  EXPECT_EQ(offset_of_b(), 7);
  return verdict();
}
