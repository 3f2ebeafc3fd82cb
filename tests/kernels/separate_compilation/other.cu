#include "../check.h"

extern __device__ int from_main(int x);
__device__ int shared_counter = 500;
__constant__ float table[4] = {0, 10, 20, 30};
static __device__ int same_name(int x) { return x * 5; }
__device__ int other_file(int x) { return from_main(x * 3); }
typedef int (*Function)(int);
__device__ Function chosen = other_file;

static __global__ void run(int *out) {
  out[threadIdx.x] = from_main(threadIdx.x) + same_name(threadIdx.x);
}

void launch_other(int *out) {
  run<<<1, 64>>>(out);
  SYNC();
}
