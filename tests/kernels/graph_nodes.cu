// Graphs built node by node: every kind of node, its parameters read and changed, in the graph and
// in the executable, the structure asked for and changed.
#include "check.h"
#include <cstring>

const int n = 600;
__device__ int variable[4];
__global__ void scale(int *p, int by, char plus) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    p[i] = p[i] * by + plus;
}

static int heard = 0;
static void hear(void *what) { heard += *static_cast<int *>(what); }

int main() {
  int *p = managed<int>(n), *q = managed<int>(n), host[n];
  cudaGraph_t graph;
  CUDA(cudaGraphCreate(&graph, 0));

  cudaGraphNode_t fill, kernel, second, copy, call, empty, nodes[16];
  cudaMemsetParams fill_parameters = {p, 0, 7, 4, n, 1};
  CUDA(cudaGraphAddMemsetNode(&fill, graph, nullptr, 0, &fill_parameters));
  int by = 2;
  char plus = 1;
  void *arguments[] = {&p, &by, &plus};
  cudaKernelNodeParams kernel_parameters = {(void *)scale, 3, 256, 0, arguments, nullptr};
  CUDA(cudaGraphAddKernelNode(&kernel, graph, &fill, 1, &kernel_parameters));
  by = 10, plus = 2; // the node has a copy
  CUDA(cudaGraphAddKernelNode(&second, graph, &kernel, 1, &kernel_parameters));
  CUDA(cudaGraphAddEmptyNode(&empty, graph, &second, 1));
  CUDA(cudaGraphAddMemcpyNode1D(&copy, graph, &empty, 1, host, p, sizeof host,
                                cudaMemcpyDeviceToHost));
  int three = 3, four = 4;
  cudaHostNodeParams call_parameters = {hear, &three};
  CUDA(cudaGraphAddHostNode(&call, graph, &copy, 1, &call_parameters));

  cudaGraphNodeType type;
  CUDA(cudaGraphNodeGetType(second, &type));
  EXPECT_EQ(type, cudaGraphNodeTypeKernel);
  size_t count = 16;
  CUDA(cudaGraphGetNodes(graph, nodes, &count));
  EXPECT(count == 6 && nodes[0] == fill && nodes[5] == call);
  count = 16;
  CUDA(cudaGraphNodeGetDependencies(copy, nodes, &count));
  EXPECT(count == 1 && nodes[0] == empty);
  count = 16;
  CUDA(cudaGraphNodeGetDependentNodes(fill, nodes, &count));
  EXPECT(count == 1 && nodes[0] == kernel);

  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph, 0));
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(host[0] == 152 && host[n - 1] == 152 && heard == 3);

  // In the executable alone.
  by = 3;
  CUDA(cudaGraphExecKernelNodeSetParams(executable, second, &kernel_parameters));
  fill_parameters.value = 1;
  CUDA(cudaGraphExecMemsetNodeSetParams(executable, fill, &fill_parameters));
  call_parameters.userData = &four;
  CUDA(cudaGraphExecHostNodeSetParams(executable, call, &call_parameters));
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(host[0] == 11 && host[n - 1] == 11 && heard == 7);
  unsigned enabled = 1;
  CUDA(cudaGraphNodeSetEnabled(executable, kernel, 0));
  CUDA(cudaGraphNodeGetEnabled(executable, kernel, &enabled));
  EXPECT_EQ(enabled, 0u);
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(host[3], 5);
  CUDA(cudaGraphExecMemcpyNodeSetParams1D(executable, copy, q, p, sizeof host,
                                          cudaMemcpyDeviceToDevice));
  host[3] = 0;
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(host[3] == 0 && q[3] == 5);
  CUDA(cudaGraphExecDestroy(executable));

  // The graph still is what it was; what is changed in it counts for the next executable.
  cudaKernelNodeParams read;
  CUDA(cudaGraphKernelNodeGetParams(second, &read));
  EXPECT(read.func == (void *)scale && read.gridDim.x == 3 && read.blockDim.x == 256);
  EXPECT(*(int *)read.kernelParams[1] == 10 && *(char *)read.kernelParams[2] == 2);
  *(int *)read.kernelParams[1] = 100;
  CUDA(cudaGraphKernelNodeSetParams(second, &read));
  cudaMemsetParams read_fill;
  CUDA(cudaGraphMemsetNodeGetParams(fill, &read_fill));
  EXPECT(read_fill.dst == p && read_fill.value == 7 && read_fill.width == n);
  read_fill.value = 2;
  CUDA(cudaGraphMemsetNodeSetParams(fill, &read_fill));
  cudaHostNodeParams read_call;
  CUDA(cudaGraphHostNodeGetParams(call, &read_call));
  EXPECT(read_call.fn == hear && read_call.userData == &three);
  read_call.userData = &four;
  CUDA(cudaGraphHostNodeSetParams(call, &read_call));
  cudaMemcpy3DParms read_copy;
  CUDA(cudaGraphMemcpyNodeGetParams(copy, &read_copy));
  EXPECT(read_copy.srcPtr.ptr == p && read_copy.extent.width == sizeof host);
  CUDA(cudaGraphMemcpyNodeSetParams(copy, &read_copy));

  // A clone has its own nodes; a child graph is a copy too.
  cudaGraph_t clone, whole, inside;
  cudaGraphNode_t in_clone, child, to_symbol, from_symbol, recorded;
  CUDA(cudaGraphClone(&clone, graph));
  CUDA(cudaGraphNodeFindInClone(&in_clone, second, clone));
  EXPECT(in_clone != second);
  CUDA(cudaGraphCreate(&whole, 0));
  int four_numbers[4] = {1, 2, 3, 4}, back[4] = {};
  CUDA(cudaGraphAddMemcpyNodeToSymbol(&to_symbol, whole, nullptr, 0, variable, four_numbers,
                                      sizeof four_numbers, 0, cudaMemcpyHostToDevice));
  CUDA(cudaGraphAddChildGraphNode(&child, whole, &to_symbol, 1, clone));
  CUDA(cudaGraphChildGraphNodeGetGraph(child, &inside));
  CUDA(cudaGraphGetNodes(inside, nullptr, &count));
  EXPECT(count == 6 && inside != clone);
  CUDA(cudaGraphAddMemcpyNodeFromSymbol(&from_symbol, whole, &child, 1, back, variable,
                                        2 * sizeof(int), sizeof(int), cudaMemcpyDeviceToHost));
  cudaEvent_t event;
  CUDA(cudaEventCreate(&event));
  CUDA(cudaGraphAddEventRecordNode(&recorded, whole, &child, 1, event));
  CUDA(cudaGraphInstantiateWithFlags(&executable, whole, 0));
  heard = 0;
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaEventSynchronize(event));
  EXPECT(host[0] == 502 && heard == 4);
  CUDA(cudaDeviceSynchronize());
  EXPECT(back[0] == 2 && back[1] == 3 && back[2] == 0);
  CUDA(cudaGraphExecDestroy(executable));

  // Memory that belongs to the graph.
  cudaGraphNode_t allocate, use, take, release;
  cudaMemAllocNodeParams memory = {};
  memory.bytesize = n * sizeof(int);
  cudaGraph_t owner;
  CUDA(cudaGraphCreate(&owner, 0));
  CUDA(cudaGraphAddMemAllocNode(&allocate, owner, nullptr, 0, &memory));
  cudaMemsetParams use_parameters = {memory.dptr, 0, 0x55, 1, n * sizeof(int), 1};
  CUDA(cudaGraphAddMemsetNode(&use, owner, &allocate, 1, &use_parameters));
  CUDA(cudaGraphAddMemcpyNode1D(&take, owner, &use, 1, host, memory.dptr, sizeof host,
                                cudaMemcpyDefault));
  CUDA(cudaGraphAddMemFreeNode(&release, owner, &take, 1, memory.dptr));
  CUDA(cudaGraphInstantiate(&executable, owner));
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
  EXPECT(host[0] == 0x55555555 && host[n - 1] == 0x55555555);
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphDestroy(owner));

  // Edges come and go; a circle cannot be instantiated.
  CUDA(cudaGraphRemoveDependencies(graph, &copy, &call, 1));
  CUDA(cudaGraphGetRootNodes(graph, nullptr, &count));
  EXPECT_EQ(count, 2u);
  CUDA(cudaGraphAddDependencies(graph, &call, &fill, 1));
  CUDA(cudaGraphAddDependencies(graph, &copy, &call, 1));
  EXPECT_EQ(cudaGraphInstantiate(&executable, graph), cudaErrorInvalidValue);
  CUDA(cudaGraphDestroyNode(call));
  CUDA(cudaGraphInstantiate(&executable, graph));
  CUDA(cudaGraphExecDestroy(executable));

  // What makes no sense.
  kernel_parameters.func = (void *)&heard;
  EXPECT_EQ(cudaGraphAddKernelNode(&kernel, graph, nullptr, 0, &kernel_parameters),
            cudaErrorInvalidDeviceFunction);
  EXPECT_EQ(cudaGraphAddEmptyNode(&empty, whole, &fill, 1), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGraphKernelNodeGetParams(fill, &read), cudaErrorInvalidValue);
  cudaGetLastError();
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaGraphDestroy(clone));
  CUDA(cudaGraphDestroy(whole));
  return verdict();
}
