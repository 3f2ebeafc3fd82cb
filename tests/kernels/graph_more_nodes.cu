// The rarer functions of graphs: waits for events, 3-D copies, changed events and copies, a
// picture, dependencies of a capture set by hand.
#include "check.h"
#include <cstring>

__global__ void increment(int *p) { ++p[threadIdx.x]; }

int main() {
  int *p = managed<int>(64), *q = managed<int>(64), host[64] = {}, other[64] = {};
  cudaStream_t stream;
  cudaEvent_t first, second;
  CUDA(cudaStreamCreate(&stream));
  CUDA(cudaEventCreate(&first));
  CUDA(cudaEventCreate(&second));

  cudaGraph_t graph;
  CUDA(cudaGraphCreate(&graph, 0));
  cudaGraphNode_t wait, kernel, copy, flat, record;
  CUDA(cudaGraphAddEventWaitNode(&wait, graph, nullptr, 0, first));
  void *arguments[] = {&p};
  cudaKernelNodeParams launch = {(void *)increment, 1, 64, 0, arguments, nullptr};
  CUDA(cudaGraphAddKernelNode(&kernel, graph, &wait, 1, &launch));
  cudaMemcpy3DParms block = {};
  block.srcPtr = make_cudaPitchedPtr(p, 32, 32, 8);
  block.dstPtr = make_cudaPitchedPtr(host, 32, 32, 8);
  block.extent = make_cudaExtent(16, 8, 1);
  block.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaGraphAddMemcpyNode(&copy, graph, &kernel, 1, &block));
  CUDA(cudaGraphAddMemcpyNode1D(&flat, graph, &kernel, 1, q, p, 16, cudaMemcpyDeviceToDevice));
  CUDA(cudaGraphMemcpyNodeSetParams1D(flat, q, p, 64 * sizeof(int), cudaMemcpyDeviceToDevice));
  CUDA(cudaGraphAddEventRecordNode(&record, graph, &copy, 1, first));
  CUDA(cudaGraphDebugDotPrint(graph, "/dev/null", 0));
  cudaGraphExec_t executable;
  unsigned long long flags = 9;
  CUDA(cudaGraphInstantiate(&executable, graph, cudaGraphInstantiateFlagUseNodePriority));
  CUDA(cudaGraphExecGetFlags(executable, &flags));
  EXPECT_EQ(flags, (unsigned long long)cudaGraphInstantiateFlagUseNodePriority);
  CUDA(cudaGraphLaunch(executable, stream));
  CUDA(cudaEventSynchronize(first));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT(host[0] == 1 && host[3] == 1 && host[4] == 0 && host[8] == 1 && q[63] == 1);

  CUDA(cudaGraphExecEventWaitNodeSetEvent(executable, wait, second));
  CUDA(cudaGraphExecEventRecordNodeSetEvent(executable, record, second));
  block.dstPtr = make_cudaPitchedPtr(other, 32, 32, 8);
  CUDA(cudaGraphExecMemcpyNodeSetParams(executable, copy, &block));
  CUDA(cudaGraphLaunch(executable, stream));
  CUDA(cudaEventSynchronize(second));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT(host[0] == 1 && other[0] == 2 && other[4] == 0 && q[63] == 2);
  EXPECT_EQ(cudaGraphExecEventWaitNodeSetEvent(executable, kernel, second), cudaErrorInvalidValue);
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphDestroy(graph));

  // A capture whose second node is told to need nothing.
  cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
  CUDA(cudaThreadExchangeStreamCaptureMode(&mode));
  EXPECT_EQ(mode, cudaStreamCaptureModeGlobal);
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  increment<<<1, 64, 0, stream>>>(p);
  cudaStreamCaptureStatus status;
  unsigned long long id;
  cudaGraph_t captured;
  const cudaGraphNode_t *needs;
  size_t count = 0;
  CUDA(cudaStreamGetCaptureInfo(stream, &status, &id, &captured, &needs, &count));
  EXPECT(status == cudaStreamCaptureStatusActive && count == 1);
  cudaGraphNode_t before = needs[0];
  CUDA(cudaStreamUpdateCaptureDependencies(stream, nullptr, 0, cudaStreamSetCaptureDependencies));
  increment<<<1, 64, 0, stream>>>(q);
  CUDA(cudaStreamUpdateCaptureDependencies(stream, &before, 1, cudaStreamAddCaptureDependencies));
  CUDA(cudaStreamEndCapture(stream, &graph));
  EXPECT(graph == captured);
  CUDA(cudaGraphGetRootNodes(graph, nullptr, &count));
  EXPECT_EQ(count, 2u);

  // Memory of a graph knows its size.
  cudaGraphNode_t allocate;
  cudaMemAllocNodeParams memory = {}, read;
  memory.bytesize = 400;
  CUDA(cudaGraphAddMemAllocNode(&allocate, graph, nullptr, 0, &memory));
  CUDA(cudaGraphMemAllocNodeGetParams(allocate, &read));
  EXPECT(read.bytesize == 400 && read.dptr == memory.dptr && memory.dptr);
  CUDA(cudaDeviceGraphMemTrim(0));
  CUDA(cudaGraphDestroy(graph));

  cudaStreamAttrValue value = {};
  value.priority = -2;
  cudaStream_t to;
  CUDA(cudaStreamCreate(&to));
  CUDA(cudaStreamSetAttribute(stream, cudaLaunchAttributePriority, &value));
  CUDA(cudaStreamCopyAttributes(to, stream));
  value.priority = 0;
  CUDA(cudaStreamGetAttribute(to, cudaLaunchAttributePriority, &value));
  EXPECT_EQ(value.priority, -2);
  CUDA(cudaStreamDestroy(to));
  CUDA(cudaStreamDestroy(stream));
  return verdict();
}
