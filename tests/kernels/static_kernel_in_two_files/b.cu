#include "../check.h"

static __device__ int offset = 7;
static __device__ __noinline__ int value(int i) { return i * 1000 + offset; }
static __global__ void work(int *out) { out[threadIdx.x] = value(threadIdx.x); }
namespace {
__global__ void anonymous(int *out) { out[threadIdx.x] -= 5; }
} // namespace
template <class T> __global__ void shared_template(T *out, T by) { out[threadIdx.x] *= by; }

void run_b(int *out) {
  work<<<1, 40>>>(out);
  anonymous<<<1, 40>>>(out);
  shared_template<<<1, 40>>>(out, 3);
  SYNC();
}

int offset_of_b() {
  int seen = 0;
  CUDA(cudaMemcpyFromSymbol(&seen, offset, sizeof seen));
  return seen;
}
