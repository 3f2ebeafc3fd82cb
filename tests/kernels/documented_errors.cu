// not-interpreted: malloc in the interpreter has no limit but the largest object
// The errors that the reference names for host functions, stream-ordered memory, pools and streams;
// memory that kernels allocate until there is no more.
#include "check.h"

static void never(void *) { failures += 1; }
static void CUDART_CB never_called(cudaStream_t, cudaError_t, void *) { failures += 1; }

#define EXPECT_ERROR(call, code)                                                                   \
  do {                                                                                             \
    EXPECT_EQ(call, code);                                                                         \
    EXPECT_EQ(cudaGetLastError(), code);                                                           \
  } while (0)

__global__ void exhaust(int *got, size_t size) {
  void *kept[40];
  int count = 0;
  for (int i = 0; i < 40; ++i) {
    kept[count] = malloc(size);
    if (kept[count])
      *static_cast<char *>(kept[count++]) = 1;
  }
  *got = count;
  for (int i = 0; i < count; ++i)
    free(kept[i]);
  int *again = static_cast<int *>(malloc(size));
  if (again)
    again[0] = 1; // what was freed can be had again
  got[1] = again != nullptr;
  free(again);
}

static void host_functions(cudaStream_t stream, cudaStream_t destroyed) {
  EXPECT_ERROR(cudaLaunchHostFunc(stream, nullptr, nullptr), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaLaunchHostFunc(destroyed, never, nullptr), cudaErrorInvalidResourceHandle);
  EXPECT_ERROR(cudaStreamAddCallback(stream, nullptr, nullptr, 0), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaStreamAddCallback(stream, never_called, nullptr, 1), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaStreamAddCallback(destroyed, never_called, nullptr, 0),
               cudaErrorInvalidResourceHandle);
}

static void memory(cudaStream_t stream, cudaStream_t destroyed) {
  void *p = nullptr;
  EXPECT_ERROR(cudaMallocAsync(nullptr, 16, stream), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaMallocAsync(&p, 16, destroyed), cudaErrorInvalidResourceHandle);
  EXPECT_ERROR(cudaMallocAsync(&p, size_t(1) << 60, stream), cudaErrorMemoryAllocation);
  CUDA(cudaMallocAsync(&p, 1000, stream));
  EXPECT_ERROR(cudaFreeAsync(static_cast<char *>(p) + 8, stream), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaFreeAsync(p, destroyed), cudaErrorInvalidResourceHandle);
  CUDA(cudaFreeAsync(p, stream));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_ERROR(cudaFreeAsync(p, stream), cudaErrorInvalidValue);
}

static void pools(cudaStream_t stream) {
  cudaMemPool_t pool = nullptr, standard = nullptr, current = nullptr;
  CUDA(cudaDeviceGetDefaultMemPool(&standard, 0));
  EXPECT_ERROR(cudaDeviceGetDefaultMemPool(&pool, 99), cudaErrorInvalidDevice);
  EXPECT_ERROR(cudaMemPoolDestroy(standard), cudaErrorInvalidValue);
  cudaMemPoolProps properties = {};
  EXPECT_ERROR(cudaMemPoolCreate(&pool, nullptr), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaMemPoolCreate(&pool, &properties), cudaErrorInvalidValue);
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location.type = cudaMemLocationTypeDevice;
  properties.location.id = 99;
  EXPECT_ERROR(cudaMemPoolCreate(&pool, &properties), cudaErrorInvalidValue);
  properties.location.id = 0;
  CUDA(cudaMemPoolCreate(&pool, &properties));
  CUDA(cudaDeviceSetMemPool(0, pool));
  CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT(current == pool);
  void *p = nullptr;
  CUDA(cudaMallocFromPoolAsync(&p, 64, pool, stream));
  CUDA(cudaFreeAsync(p, stream));
  unsigned long long threshold = 1 << 20, read = 0;
  CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
  CUDA(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &read));
  EXPECT_EQ(read, threshold);
  EXPECT_ERROR(cudaMemPoolSetAttribute(pool, cudaMemPoolAttr(77), &threshold),
               cudaErrorInvalidValue);
  CUDA(cudaMemPoolDestroy(pool));
  CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT(current == standard);
  EXPECT_ERROR(cudaMemPoolDestroy(pool), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaMemPoolTrimTo(pool, 0), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaMallocFromPoolAsync(&p, 64, pool, stream), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaDeviceSetMemPool(0, pool), cudaErrorInvalidValue);
}

static void streams(cudaStream_t destroyed) {
  cudaStream_t stream;
  int least = 1, greatest = 1, priority = 1;
  CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  EXPECT(greatest < least && least == 0);
  EXPECT_ERROR(cudaStreamCreateWithPriority(&stream, 8, 0), cudaErrorInvalidValue);
  EXPECT_ERROR(cudaStreamCreateWithFlags(nullptr, 0), cudaErrorInvalidValue);
  CUDA(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, greatest - 100));
  CUDA(cudaStreamGetPriority(stream, &priority));
  EXPECT_EQ(priority, greatest);
  EXPECT_ERROR(cudaStreamGetPriority(stream, nullptr), cudaErrorInvalidValue);
  CUDA(cudaStreamDestroy(stream));
  EXPECT_ERROR(cudaStreamDestroy(destroyed), cudaErrorInvalidResourceHandle);
  EXPECT_ERROR(cudaStreamDestroy(nullptr), cudaErrorInvalidResourceHandle);
  EXPECT_ERROR(cudaStreamGetPriority(destroyed, &priority), cudaErrorInvalidResourceHandle);
  int can;
  EXPECT_ERROR(cudaDeviceCanAccessPeer(&can, 0, 99), cudaErrorInvalidDevice);
  EXPECT_ERROR(cudaDeviceEnablePeerAccess(0, 0), cudaErrorInvalidDevice);
  EXPECT_ERROR(cudaMemcpyPeer(&can, 99, &can, 0, 4), cudaErrorInvalidDevice);
}

int main() {
  cudaStream_t stream, destroyed;
  CUDA(cudaStreamCreate(&stream));
  CUDA(cudaStreamCreate(&destroyed));
  CUDA(cudaStreamDestroy(destroyed));
  host_functions(stream, destroyed);
  memory(stream, destroyed);
  pools(stream);
  streams(destroyed);

  int *got = managed<int>(2);
  CUDA(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 4 << 20));
  exhaust<<<1, 1>>>(got, 1 << 18);
  SYNC();
  EXPECT(got[0] > 8 && got[0] <= 16);
  EXPECT_EQ(got[1], 1);
  return verdict();
}
