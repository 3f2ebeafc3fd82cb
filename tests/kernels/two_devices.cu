// Logical devices: their numbers, peers, copies between them, streams and memory that know theirs.
// SAMPAN_DEVICES is set before the runtime first asks for it.
#include "check.h"
#include <cstdlib>
#include <cstring>
#include <thread>

static int set_up = setenv("SAMPAN_DEVICES", "3", 1);

__global__ void fill(int *p, int v) { p[threadIdx.x] = v + threadIdx.x; }

int main() {
  int count = 0, device = -1, can = -1, value = -1;
  CUDA(cudaGetDeviceCount(&count));
  EXPECT(set_up == 0 && count == 3);
  EXPECT_EQ(cudaSetDevice(3), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaSetDevice(-1), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
  int *p[3];
  cudaStream_t streams[3];
  cudaDeviceProp properties[3];
  char bus[3][32];
  for (int d = 0; d < 3; ++d) {
    CUDA(cudaSetDevice(d));
    CUDA(cudaGetDevice(&device));
    EXPECT_EQ(device, d);
    CUDA(cudaGetDeviceProperties(&properties[d], d));
    CUDA(cudaDeviceGetPCIBusId(bus[d], 32, d));
    CUDA(cudaDeviceGetByPCIBusId(&device, bus[d]));
    EXPECT_EQ(device, d);
    CUDA(cudaMalloc(&p[d], 64 * sizeof(int)));
    CUDA(cudaStreamCreate(&streams[d]));
    fill<<<1, 64, 0, streams[d]>>>(p[d], 1000 * d);
    cudaPointerAttributes attributes;
    CUDA(cudaPointerGetAttributes(&attributes, p[d]));
    EXPECT_EQ(attributes.device, d);
    CUDA(cudaStreamGetDevice(streams[d], &device));
    EXPECT_EQ(device, d);
    CUDA(cudaStreamSynchronize(streams[d]));
  }
  EXPECT(std::memcmp(&properties[0].uuid, &properties[1].uuid, 16) != 0);
  EXPECT(std::strcmp(bus[0], bus[2]) != 0);
  // Another thread begins with device 0.
  std::thread([] {
    int own = -1;
    CUDA(cudaGetDevice(&own));
    EXPECT_EQ(own, 0);
  }).join();
  CUDA(cudaGetDevice(&device));
  EXPECT_EQ(device, 2);

  CUDA(cudaDeviceCanAccessPeer(&can, 2, 0));
  EXPECT_EQ(can, 1);
  CUDA(cudaDeviceCanAccessPeer(&can, 1, 1));
  EXPECT_EQ(can, 0);
  CUDA(cudaDeviceGetP2PAttribute(&value, cudaDevP2PAttrAccessSupported, 0, 1));
  EXPECT_EQ(value, 1);
  CUDA(cudaDeviceEnablePeerAccess(0, 0));
  EXPECT_EQ(cudaDeviceEnablePeerAccess(0, 0), cudaErrorPeerAccessAlreadyEnabled);
  EXPECT_EQ(cudaDeviceEnablePeerAccess(2, 0), cudaErrorInvalidDevice);
  CUDA(cudaDeviceDisablePeerAccess(0));
  EXPECT_EQ(cudaDeviceDisablePeerAccess(0), cudaErrorPeerAccessNotEnabled);
  cudaGetLastError();

  int host[64];
  CUDA(cudaMemcpyPeer(p[0], 0, p[2], 2, sizeof host));
  CUDA(cudaMemcpy(host, p[0], sizeof host, cudaMemcpyDeviceToHost));
  EXPECT(host[0] == 2000 && host[63] == 2063);
  CUDA(cudaMemcpyPeerAsync(p[0], 0, p[1], 1, sizeof host, streams[0]));
  CUDA(cudaMemcpyAsync(host, p[0], sizeof host, cudaMemcpyDeviceToHost, streams[0]));
  CUDA(cudaStreamSynchronize(streams[0]));
  EXPECT(host[0] == 1000 && host[63] == 1063);
  cudaMemcpy3DPeerParms block = {};
  block.srcPtr = make_cudaPitchedPtr(p[2], 32, 32, 4);
  block.srcDevice = 2;
  block.dstPtr = make_cudaPitchedPtr(p[1], 32, 32, 4);
  block.dstDevice = 1;
  block.extent = make_cudaExtent(16, 4, 2);
  CUDA(cudaMemcpy3DPeer(&block));
  CUDA(cudaMemcpy(host, p[1], sizeof host, cudaMemcpyDeviceToHost));
  EXPECT(host[0] == 2000 && host[3] == 2003 && host[4] == 1004 && host[59] == 2059);
  EXPECT_EQ(cudaMemcpyPeer(p[0], 0, p[2], 7, sizeof host), cudaErrorInvalidDevice);
  cudaGetLastError();
  return verdict();
}
