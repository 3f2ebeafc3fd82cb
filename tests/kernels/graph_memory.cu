// What graphs' allocations hold, as cudaDeviceGetGraphMemAttribute says it.
#include "check.h"

static unsigned long long attribute(cudaGraphMemAttributeType which) {
  unsigned long long bytes = 0;
  CUDA(cudaDeviceGetGraphMemAttribute(0, which, &bytes));
  return bytes;
}

__global__ void square(float *x) { x[threadIdx.x] = float(threadIdx.x * threadIdx.x); }

int main() {
  const size_t bytes = 1 << 20;
  const unsigned long long before = attribute(cudaGraphMemAttrUsedMemCurrent);
  cudaGraph_t graph;
  cudaGraphNode_t allocation, kernel, copy, release;
  CUDA(cudaGraphCreate(&graph, 0));
  cudaGraphNodeParams p = {cudaGraphNodeTypeMemAlloc};
  p.alloc.bytesize = bytes;
  p.alloc.poolProps.allocType = cudaMemAllocationTypePinned;
  p.alloc.poolProps.location.type = cudaMemLocationTypeDevice;
  CUDA(cudaGraphAddNode(&allocation, graph, nullptr, 0, &p));
  void *memory = p.alloc.dptr;
  EXPECT(attribute(cudaGraphMemAttrUsedMemCurrent) >= before + bytes);
  EXPECT(attribute(cudaGraphMemAttrReservedMemCurrent) >=
         attribute(cudaGraphMemAttrUsedMemCurrent));
  EXPECT(attribute(cudaGraphMemAttrUsedMemHigh) >= bytes);

  p = {cudaGraphNodeTypeKernel};
  p.kernel.func = (void *)square;
  p.kernel.gridDim = dim3(1);
  p.kernel.blockDim = dim3(64);
  void *arguments[] = {&memory};
  p.kernel.kernelParams = arguments;
  CUDA(cudaGraphAddNode(&kernel, graph, &allocation, 1, &p));
  float result[64] = {};
  p = {cudaGraphNodeTypeMemcpy};
  p.memcpy.copyParams.srcPtr = make_cudaPitchedPtr(memory, sizeof result, sizeof result, 1);
  p.memcpy.copyParams.dstPtr = make_cudaPitchedPtr(result, sizeof result, sizeof result, 1);
  p.memcpy.copyParams.extent = make_cudaExtent(sizeof result, 1, 1);
  p.memcpy.copyParams.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaGraphAddNode(&copy, graph, &kernel, 1, &p));
  p = {cudaGraphNodeTypeMemFree};
  p.free.dptr = memory;
  CUDA(cudaGraphAddNode(&release, graph, &copy, 1, &p));
  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph));
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(result[i], i * i);

  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaDeviceGraphMemTrim(0));
  EXPECT_EQ(attribute(cudaGraphMemAttrReservedMemCurrent), before);
  EXPECT(attribute(cudaGraphMemAttrReservedMemHigh) >= bytes);
  unsigned long long value = 0;
  CUDA(cudaDeviceSetGraphMemAttribute(0, cudaGraphMemAttrUsedMemHigh, &value));
  EXPECT_EQ(attribute(cudaGraphMemAttrUsedMemHigh), before);
  EXPECT_EQ(cudaDeviceSetGraphMemAttribute(0, cudaGraphMemAttrUsedMemCurrent, &value),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaDeviceGetGraphMemAttribute(99, cudaGraphMemAttrUsedMemHigh, &value),
            cudaErrorInvalidDevice);
  return verdict();
}
