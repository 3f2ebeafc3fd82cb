// The small functions of the runtime: what is set can be read, what is not there says so.
#include "check.h"
#include <cstring>
#include <cuda_profiler_api.h>

__global__ void fill(int *p, int v) { p[blockIdx.x * blockDim.x + threadIdx.x] = v; }

static void device_settings() {
  cudaFuncCache cache;
  CUDA(cudaDeviceSetCacheConfig(cudaFuncCachePreferL1));
  CUDA(cudaDeviceGetCacheConfig(&cache));
  CUDA(cudaThreadSetCacheConfig(cudaFuncCachePreferNone));
  CUDA(cudaThreadGetCacheConfig(&cache));
  cudaSharedMemConfig banks;
  CUDA(cudaDeviceSetSharedMemConfig(cudaSharedMemBankSizeEightByte));
  CUDA(cudaDeviceGetSharedMemConfig(&banks));
  CUDA(cudaFuncSetSharedMemConfig((const void *)fill, cudaSharedMemBankSizeFourByte));
  size_t size;
  CUDA(cudaThreadSetLimit(cudaLimitStackSize, 4096));
  CUDA(cudaThreadGetLimit(&size, cudaLimitStackSize));
  EXPECT(size >= 4096);
  CUDA(cudaThreadSynchronize());
  CUDA(cudaCtxResetPersistingL2Cache());
  CUDA(cudaProfilerStart());
  CUDA(cudaProfilerStop());

  int device = -1, can = -1;
  CUDA(cudaInitDevice(0, 0, 0));
  CUDA(cudaSetValidDevices(&(device = 0), 1));
  cudaDeviceProp wanted;
  std::memset(&wanted, 0, sizeof wanted);
  CUDA(cudaChooseDevice(&device, &wanted));
  EXPECT_EQ(device, 0);
  CUDA(cudaDeviceCanAccessPeer(&can, 0, 0));
  EXPECT_EQ(can, 0); // a device is not its own peer
  EXPECT_EQ(cudaDeviceEnablePeerAccess(99, 0), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
  unsigned flags;
  CUDA(cudaSetDeviceFlags(cudaDeviceScheduleBlockingSync));
  CUDA(cudaGetDeviceFlags(&flags));
  EXPECT_EQ(flags & cudaDeviceScheduleMask, unsigned(cudaDeviceScheduleBlockingSync));
  cudaDeviceProp one, two;
  CUDA(cudaGetDeviceProperties(&one, 0));
  CUDA(cudaGetDeviceProperties_v2(&two, 0));
  EXPECT(std::strcmp(one.name, two.name) == 0 && one.major == two.major);
}

static void stream_settings() {
  cudaStream_t stream;
  CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  unsigned flags;
  CUDA(cudaStreamGetFlags(stream, &flags));
  EXPECT_EQ(flags, unsigned(cudaStreamNonBlocking));
  int device, least, greatest, priority;
  CUDA(cudaStreamGetDevice(stream, &device));
  EXPECT_EQ(device, 0);
  unsigned long long id, other;
  CUDA(cudaStreamGetId(stream, &id));
  CUDA(cudaStreamGetId(nullptr, &other));
  EXPECT(id != other);
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusActive;
  CUDA(cudaStreamIsCapturing(stream, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusNone);
  CUDA(cudaStreamDestroy(stream));
  CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  CUDA(cudaStreamCreateWithPriority(&stream, cudaStreamDefault, greatest));
  CUDA(cudaStreamGetPriority(stream, &priority));
  EXPECT_EQ(priority, greatest);
  int *shared = managed<int>(8);
  CUDA(cudaStreamAttachMemAsync(stream, shared, 0, cudaMemAttachGlobal));
  cudaEvent_t event;
  CUDA(cudaEventCreate(&event));
  CUDA(cudaEventRecordWithFlags(event, stream, cudaEventRecordDefault));
  CUDA(cudaEventSynchronize(event));
  CUDA(cudaEventDestroy(event));
  CUDA(cudaStreamDestroy(stream));
}

static void memory_pools() {
  cudaMemPool_t pool, current;
  CUDA(cudaDeviceGetDefaultMemPool(&pool, 0));
  CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT(pool == current);
  cudaMemPoolProps properties;
  std::memset(&properties, 0, sizeof properties);
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location.type = cudaMemLocationTypeDevice;
  cudaMemPool_t own;
  CUDA(cudaMemPoolCreate(&own, &properties));
  unsigned long long threshold = 1 << 20, kept = 0;
  CUDA(cudaMemPoolSetAttribute(own, cudaMemPoolAttrReleaseThreshold, &threshold));
  CUDA(cudaMemPoolGetAttribute(own, cudaMemPoolAttrReleaseThreshold, &kept));
  EXPECT_EQ(kept, threshold);
  cudaMemAccessFlags access = cudaMemAccessFlagsProtNone;
  CUDA(cudaMemPoolGetAccess(&access, own, &properties.location));
  EXPECT_EQ(access, cudaMemAccessFlagsProtReadWrite);
  int *p, host[64];
  CUDA(cudaMallocFromPoolAsync((void **)&p, sizeof host, own, nullptr));
  fill<<<1, 64>>>(p, 7);
  CUDA(cudaMemcpyAsync(host, p, sizeof host, cudaMemcpyDeviceToHost, nullptr));
  CUDA(cudaFreeAsync(p, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(host[0] == 7 && host[63] == 7);
  CUDA(cudaMemPoolTrimTo(own, 0));
  CUDA(cudaDeviceSetMemPool(0, own));
  CUDA(cudaDeviceGetMemPool(&current, 0));
  EXPECT(current == own);
  CUDA(cudaDeviceSetMemPool(0, pool));
  CUDA(cudaMemPoolDestroy(own));
}

static void copies() {
  int *a, *b, host[48], back[48];
  for (int i = 0; i < 48; ++i)
    host[i] = i;
  CUDA(cudaMalloc(&a, sizeof host));
  CUDA(cudaMalloc(&b, sizeof host));
  CUDA(cudaMemcpy(a, host, sizeof host, cudaMemcpyHostToDevice));
  CUDA(cudaMemcpyPeer(b, 0, a, 0, sizeof host));
  CUDA(cudaMemcpy(back, b, sizeof host, cudaMemcpyDeviceToHost));
  EXPECT(std::memcmp(back, host, sizeof host) == 0);
  CUDA(cudaMemset(b, 0, sizeof host));
  CUDA(cudaMemcpyPeerAsync(b, 0, a, 0, sizeof host, nullptr));
  CUDA(cudaMemset2DAsync(b, 32, 0xff, 8, 3, nullptr));
  CUDA(cudaMemcpy(back, b, sizeof host, cudaMemcpyDeviceToHost));
  EXPECT(back[0] == -1 && back[1] == -1 && back[2] == 2 && back[8] == -1 && back[24] == 24);
  CUDA(cudaMemset3DAsync(make_cudaPitchedPtr(b, 16, 4, 3), 0, make_cudaExtent(4, 3, 2), nullptr));
  CUDA(cudaMemcpy(back, b, sizeof host, cudaMemcpyDeviceToHost));
  EXPECT(back[0] == 0 && back[1] == -1 && back[4] == 0 && back[20] == 0 && back[24] == 24);

  cudaPos corner = make_cudaPos(1, 2, 3);
  EXPECT(corner.x == 1 && corner.y == 2 && corner.z == 3);
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float2>(), read;
  cudaArray_t array, second;
  CUDA(cudaMallocArray(&array, &format, 4, 6));
  CUDA(cudaMallocArray(&second, &format, 4, 6));
  CUDA(cudaGetChannelDesc(&read, array));
  EXPECT(read.x == 32 && read.y == 32 && read.z == 0 && read.f == cudaChannelFormatKindFloat);
  cudaExtent extent;
  unsigned flags;
  CUDA(cudaArrayGetInfo(&read, &extent, &flags, array));
  EXPECT(extent.width == 4 && extent.height == 6 && extent.depth == 0 && flags == 0);
  CUDA(cudaMemcpyToArray(array, 0, 0, a, sizeof host, cudaMemcpyDeviceToDevice));
  CUDA(cudaMemcpy2DArrayToArray(second, 0, 1, array, 0, 0, 32, 5, cudaMemcpyDeviceToDevice));
  std::memset(back, 0, sizeof back);
  CUDA(cudaMemcpy2DFromArray(back, 32, second, 0, 1, 32, 5, cudaMemcpyDeviceToHost));
  EXPECT(std::memcmp(back, host, 160) == 0);
  CUDA(cudaMemcpy2DToArrayAsync(second, 0, 0, host, 32, 32, 6, cudaMemcpyHostToDevice, nullptr));
  CUDA(cudaMemcpy2DFromArrayAsync(back, 32, second, 0, 0, 32, 6, cudaMemcpyDeviceToHost, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(std::memcmp(back, host, sizeof host) == 0);
  std::memset(back, 0, sizeof back);
  CUDA(cudaMemcpyFromArray(back, array, 8, 1, 16, cudaMemcpyDeviceToHost));
  EXPECT(back[0] == 10 && back[3] == 13 && back[4] == 0);
  CUDA(cudaFreeArray(array));
  CUDA(cudaFreeArray(second));
  CUDA(cudaMalloc3DArray(&array, &format, make_cudaExtent(2, 3, 4)));
  cudaMemcpy3DParms whole = {};
  whole.srcPtr = make_cudaPitchedPtr(host, 16, 2, 3);
  whole.dstArray = array;
  whole.extent = make_cudaExtent(2, 3, 4);
  whole.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3DAsync(&whole, nullptr));
  whole.srcPtr = cudaPitchedPtr();
  whole.srcArray = array, whole.dstArray = nullptr;
  whole.dstPtr = make_cudaPitchedPtr(back, 16, 2, 3);
  whole.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaMemcpy3DAsync(&whole, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(std::memcmp(back, host, sizeof host) == 0);
  CUDA(cudaFreeArray(array));
  CUDA(cudaFree(a));
  CUDA(cudaFree(b));
}

static void kernel_settings() {
  const char *name = nullptr;
  CUDA(cudaFuncGetName(&name, (const void *)fill));
  EXPECT(name && std::strstr(name, "fill"));
  size_t bytes = 0;
  CUDA(cudaOccupancyAvailableDynamicSMemPerBlock(&bytes, (const void *)fill, 1, 128));
  EXPECT(bytes >= 48 * 1024);
  int grid, block;
  CUDA(
      cudaOccupancyMaxPotentialBlockSizeWithFlags(&grid, &block, fill, 0, 0, cudaOccupancyDefault));
  EXPECT(grid > 0 && block > 0 && block <= 1024);
}

int main() {
  device_settings();
  stream_settings();
  memory_pools();
  copies();
  kernel_settings();
  return verdict();
}
