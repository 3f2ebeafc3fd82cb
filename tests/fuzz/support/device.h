// Before the common part: what the harness needs, as CUDA.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>
#include <cuda_runtime.h>

#define F(site)
// Those that come along: with Sampan all that can, but CUDA does not promise it.
#define ACTIVE() __activemask()
#define ALL_ACTIVE() __activemask()
#define COALESCED() cg::coalesced_threads()
#define ALL_COALESCED() cg::coalesced_threads()
#define DYNAMIC_SHARED(type, name) extern __shared__ type name[]
#define LAUNCH(kernel, grid, block, dynamic, ...) kernel<<<grid, block, dynamic>>>(__VA_ARGS__)

static void *to_device(const void *data, size_t bytes) {
  void *copy = nullptr;
  cudaMalloc(&copy, bytes);
  cudaMemcpy(copy, data, bytes, cudaMemcpyHostToDevice);
  return copy;
}
static void to_host(void *data, void *copy, size_t bytes) {
  cudaMemcpy(data, copy, bytes, cudaMemcpyDeviceToHost);
  cudaFree(copy);
}
static unsigned finish() { return (unsigned)cudaDeviceSynchronize(); }
static void begin_case(unsigned, unsigned) {}
static void end_case(FILE *) {}
static void set_schedule(unsigned) {}
