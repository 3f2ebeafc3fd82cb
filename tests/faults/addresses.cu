// Accesses of addresses that are not there.
#include "fault.h"

// case: null_store
// expect-code: cudaErrorIllegalAddress
// expect-text: kernel store_all(int*, int), block [0,0,0]
// expect-text: illegal memory access at address 0x
// expect-text: {file}:{line:store_all}
__global__ void store_all(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = i; // line: store_all
}
static void null_store() { store_all<<<1, 64>>>(nullptr, 64); }

// case: null_load
// expect-code: cudaErrorIllegalAddress
// expect-text: illegal memory access at address 0x
// expect-text: {file}:{line:load_all}
__global__ void load_all(const float *in, float *out) {
  out[threadIdx.x] = 2 * in[threadIdx.x]; // line: load_all
}
static void null_load() {
  float *out;
  cudaMalloc(&out, 4096);
  load_all<<<1, 64>>>(nullptr, out);
}

// case: not_canonical
// expect-code: cudaErrorIllegalAddress
// expect-text: illegal memory access at address 0xdeadbeefdeadbee0, {file}:{line:one_store}
__global__ void one_store(int *at) {
  if (threadIdx.x == 0)
    *at = 1; // line: one_store
}
static void not_canonical() { one_store<<<1, 32>>>(reinterpret_cast<int *>(0xdeadbeefdeadbee0)); }

// case: unmapped
// expect-code: cudaErrorIllegalAddress
// expect-text: illegal memory access at address 0x123450, {file}:{line:one_store}
static void unmapped() { one_store<<<1, 32>>>(reinterpret_cast<int *>(0x123450)); }

// case: used_after_free
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:store_all}
static void used_after_free() {
  int *memory; // so large that the workers' stacks do not fill the gap that it leaves
  cudaMalloc(&memory, 512 << 20);
  cudaFree(memory);
  store_all<<<4, 64>>>(memory, 256);
}

// case: past_the_end
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:store_all}
static void past_the_end() {
  int *memory;
  cudaMalloc(&memory, 8 << 20);
  store_all<<<4, 64>>>(memory + (2 << 20) - 64, 256);
}

// case: wild_index
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:indexed}
__global__ void indexed(const int *index, int *out) {
  out[index[threadIdx.x]] = 1; // line: indexed
}
static void wild_index() {
  int *index, *out, bad = 0x70000000;
  cudaMalloc(&index, 64 * sizeof(int));
  cudaMalloc(&out, 4096);
  cudaMemset(index, 0, 64 * sizeof(int));
  cudaMemcpy(index + 37, &bad, sizeof bad, cudaMemcpyHostToDevice);
  indexed<<<1, 64>>>(index, out);
}

// case: wild_gather
// expect-code: cudaErrorIllegalAddress
// expect-text: block [1,0,0]
// expect-text: {file}:{line:gathered}
__global__ void gathered(const int *index, const double *in, double *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = in[index[i]]; // line: gathered
}
static void wild_gather() {
  int *index, bad = 0x70000000;
  double *in, *out;
  cudaMalloc(&index, 128 * sizeof(int));
  cudaMalloc(&in, 4096);
  cudaMalloc(&out, 4096);
  cudaMemset(index, 0, 128 * sizeof(int));
  cudaMemcpy(index + 64 + 43, &bad, sizeof bad, cudaMemcpyHostToDevice);
  gathered<<<2, 64>>>(index, in, out);
}

// case: one_thread_of_one_block
// expect-code: cudaErrorIllegalAddress
// expect-text: block [2,1,0]
// expect-text: {file}:{line:divergent}
__global__ void divergent(int *out, int *bad) {
  int *at = out;
  if (blockIdx.x == 2 && blockIdx.y == 1 && threadIdx.x == 5 && threadIdx.y == 3)
    at = bad;
  *at = 1; // line: divergent
}
static void one_thread_of_one_block() {
  int *out;
  cudaMalloc(&out, 4096);
  divergent<<<dim3(4, 2), dim3(8, 8)>>>(out, reinterpret_cast<int *>(0x40));
}

// case: after_a_barrier
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:staged}
__global__ void staged(const float *in, float *out) {
  __shared__ float tile[64];
  tile[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  float sum = 0;
  for (int k = 0; k < 64; ++k) {
    sum += tile[(k + threadIdx.x) % 64];
    __syncthreads();
  }
  out[threadIdx.x] = sum; // line: staged
}
static void after_a_barrier() {
  float *in;
  cudaMalloc(&in, 4096);
  staged<<<1, 64>>>(in, nullptr);
}

// case: in_a_device_function
// expect-code: cudaErrorIllegalAddress
// expect-text: kernel calls(int*, int)
// expect-text: {file}:{line:deep}
__device__ __noinline__ void deep(int *out, int i) {
  out[i] = i; // line: deep
}
__global__ void calls(int *out, int n) {
  if (n > 0)
    deep(out, threadIdx.x);
}
static void in_a_device_function() { calls<<<1, 64>>>(nullptr, 1); }

// case: atomic
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:atomic}
__global__ void atomics(int *counter) {
  atomicAdd(counter, threadIdx.x); // line: atomic
}
static void atomic() { atomics<<<2, 64>>>(nullptr); }

// case: structure
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:structure}
__global__ void fill(float4 *out) {
  out[threadIdx.x] = make_float4(1, 2, 3, 4); // line: structure
}
static void structure() { fill<<<1, 64>>>(nullptr); }

// case: volatile_load
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:volatile_load}
__global__ void volatile_load_kernel(volatile int *in, int *out) {
  out[threadIdx.x] = in[threadIdx.x]; // line: volatile_load
}
static void volatile_load() {
  int *out;
  cudaMalloc(&out, 4096);
  volatile_load_kernel<<<1, 64>>>(nullptr, out);
}

// case: past_shared_memory
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:past_shared}
__global__ void past_shared(int *out, int offset) {
  extern __shared__ int tile[];
  tile[threadIdx.x + offset] = 1; // line: past_shared
  __syncthreads();
  out[threadIdx.x] = tile[threadIdx.x];
}
static void past_shared_memory() {
  int *out;
  cudaMalloc(&out, 4096);
  past_shared<<<1, 64, 1024>>>(out, 256);
}

// case: on_a_stream
// expect-code: cudaErrorIllegalAddress
// expect-text: {file}:{line:one_store}
static void on_a_stream() {
  cudaStream_t stream;
  cudaEvent_t event;
  cudaStreamCreate(&stream);
  cudaEventCreate(&event);
  one_store<<<1, 32, 0, stream>>>(nullptr);
  cudaEventRecord(event, stream);
  if (cudaEventSynchronize(event) != cudaErrorIllegalAddress ||
      cudaStreamSynchronize(stream) != cudaErrorIllegalAddress)
    exit(1);
}

#define CASE(name) {#name, name}
static const Case cases[] = {
    CASE(null_store),      CASE(null_load),
    CASE(not_canonical),   CASE(unmapped),
    CASE(used_after_free), CASE(past_the_end),
    CASE(wild_index),
    CASE(wild_gather),      CASE(one_thread_of_one_block),
    CASE(after_a_barrier), CASE(in_a_device_function),
    CASE(atomic),          CASE(structure),
    CASE(volatile_load),   CASE(past_shared_memory),
    CASE(on_a_stream),
};
int main(int argc, char **argv) { return run_case(cases, argc, argv); }
