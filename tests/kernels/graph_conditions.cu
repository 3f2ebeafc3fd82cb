// Conditional nodes of graphs: if, if-else, while, switch; handles with an initial value; bodies by
// nodes and by capture; a while inside of a while; the functions that name a node's type in its
// parameters.
#include "check.h"

__global__ void choose(const unsigned *from, cudaGraphConditionalHandle handle) {
  cudaGraphSetConditional(handle, *from);
}
__global__ void add(unsigned *to, unsigned n) { *to += n; }
__global__ void count_down(unsigned *left, cudaGraphConditionalHandle handle) {
  if (threadIdx.x == 0)
    cudaGraphSetConditional(handle, --*left != 0);
}

static cudaGraphNode_t add_kernel(cudaGraph_t graph, const cudaGraphNode_t *after, void *kernel,
                                  void **arguments) {
  cudaGraphNodeParams p = {cudaGraphNodeTypeKernel};
  p.kernel.func = kernel;
  p.kernel.gridDim = p.kernel.blockDim = dim3(1);
  p.kernel.kernelParams = arguments;
  cudaGraphNode_t node;
  CUDA(cudaGraphAddNode(&node, graph, after, after ? 1 : 0, &p));
  return node;
}

// Bodies that add 1, 10, 100 and so on to `sum`.
static cudaGraphNode_t add_conditional(cudaGraph_t graph, const cudaGraphNode_t *after,
                                       cudaGraphConditionalHandle handle,
                                       cudaGraphConditionalNodeType type, unsigned size,
                                       unsigned *sum, cudaGraph_t *first = nullptr) {
  cudaGraphNodeParams p = {cudaGraphNodeTypeConditional};
  p.conditional.handle = handle;
  p.conditional.type = type;
  p.conditional.size = size;
  cudaGraphNode_t node;
  CUDA(cudaGraphAddNode(&node, graph, after, nullptr, after ? 1 : 0, &p)); // CUDA 13's arguments
  unsigned value = 1;
  for (unsigned i = 0; i < size; ++i, value *= 10) {
    void *arguments[] = {&sum, &value};
    if (sum)
      add_kernel(p.conditional.phGraph_out[i], nullptr, (void *)add, arguments);
  }
  if (first)
    *first = p.conditional.phGraph_out[0];
  return node;
}

static void launch(cudaGraphExec_t executable) {
  CUDA(cudaGraphLaunch(executable, nullptr));
  CUDA(cudaDeviceSynchronize());
}

static void choices(unsigned *memory) {
  unsigned *which = memory, *sum = memory + 1;
  struct {
    cudaGraphConditionalNodeType type;
    unsigned size, sums[6]; // for which = 0, 1, ...
  } cases[] = {{cudaGraphCondTypeIf, 1, {0, 1, 1, 1, 1, 1}},
               {cudaGraphCondTypeIf, 2, {10, 1, 1, 1, 1, 1}},
               {cudaGraphCondTypeSwitch, 4, {1, 10, 100, 1000, 0, 0}}};
  for (auto &c : cases) {
    cudaGraph_t graph;
    cudaGraphConditionalHandle handle;
    cudaGraphExec_t executable;
    CUDA(cudaGraphCreate(&graph, 0));
    CUDA(cudaGraphConditionalHandleCreate(&handle, graph));
    void *arguments[] = {&which, &handle};
    cudaGraphNode_t chooser = add_kernel(graph, nullptr, (void *)choose, arguments);
    cudaGraphNode_t node = add_conditional(graph, &chooser, handle, c.type, c.size, sum);
    cudaGraphNodeType type;
    CUDA(cudaGraphNodeGetType(node, &type));
    EXPECT_EQ(type, cudaGraphNodeTypeConditional);
    unsigned thousand = 100000;
    void *adds[] = {&sum, &thousand};
    add_kernel(graph, &node, (void *)add, adds);
    CUDA(cudaGraphInstantiate(&executable, graph));
    CUDA(cudaGraphDestroy(graph)); // the executable has copies of the bodies
    for (unsigned i = 0; i < 6; ++i) {
      *which = i;
      *sum = 0;
      launch(executable);
      EXPECT_EQ(*sum, c.sums[i] + 100000);
    }
    CUDA(cudaGraphExecDestroy(executable));
  }
}

// The inner loop runs `inner` times in each of three rounds of the outer one.
static void loops(unsigned *memory) {
  unsigned *outer_left = memory, *inner_left = memory + 1, *sum = memory + 2;
  cudaGraph_t graph, outer_body, inner_body;
  cudaGraphConditionalHandle outer, inner;
  cudaGraphExec_t executable;
  CUDA(cudaGraphCreate(&graph, 0));
  CUDA(cudaGraphConditionalHandleCreate(&outer, graph, 1, cudaGraphCondAssignDefault));
  add_conditional(graph, nullptr, outer, cudaGraphCondTypeWhile, 1, nullptr, &outer_body);

  CUDA(cudaGraphConditionalHandleCreate(&inner, outer_body, 1, cudaGraphCondAssignDefault));
  cudaGraphNodeParams fill = {cudaGraphNodeTypeMemset};
  fill.memset.dst = inner_left;
  fill.memset.value = 5;
  fill.memset.elementSize = 4;
  fill.memset.width = fill.memset.height = 1;
  cudaGraphNode_t filled;
  CUDA(cudaGraphAddNode(&filled, outer_body, nullptr, 0, &fill));
  cudaGraphNode_t node =
      add_conditional(outer_body, &filled, inner, cudaGraphCondTypeWhile, 1, nullptr, &inner_body);

  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  CUDA(cudaStreamBeginCaptureToGraph(stream, inner_body, nullptr, nullptr, 0,
                                     cudaStreamCaptureModeGlobal));
  add<<<1, 1, 0, stream>>>(sum, 1);
  count_down<<<1, 32, 0, stream>>>(inner_left, inner);
  CUDA(cudaStreamEndCapture(stream, nullptr));
  CUDA(cudaStreamBeginCaptureToGraph(stream, outer_body, &node, nullptr, 1,
                                     cudaStreamCaptureModeGlobal));
  add<<<1, 1, 0, stream>>>(sum, 1000);
  count_down<<<1, 32, 0, stream>>>(outer_left, outer);
  CUDA(cudaStreamEndCapture(stream, nullptr));

  CUDA(cudaGraphInstantiate(&executable, graph));
  for (int launches = 0; launches < 2; ++launches) {
    *outer_left = 3;
    *sum = 0;
    launch(executable);
    EXPECT_EQ(*sum, 3 * (1000 + 5));
  }
  // Launches in two streams share the handles, so they come one after the other.
  cudaStream_t other;
  CUDA(cudaStreamCreate(&other));
  *outer_left = 3;
  *sum = 0;
  for (int i = 0; i < 4; ++i) {
    CUDA(cudaGraphLaunch(executable, i % 2 ? stream : other));
    CUDA(cudaStreamSynchronize(i % 2 ? stream : other));
    *outer_left = 3;
  }
  EXPECT_EQ(*sum, 4 * 3 * (1000 + 5));
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaStreamDestroy(stream));
  CUDA(cudaStreamDestroy(other));
}

// A conditional node in the middle of a capture.
static void captured(unsigned *memory) {
  unsigned *left = memory, *sum = memory + 1;
  cudaStream_t stream;
  cudaGraph_t graph, body;
  cudaGraphConditionalHandle handle;
  cudaStreamCaptureStatus status;
  const cudaGraphNode_t *needs;
  size_t count;
  CUDA(cudaStreamCreate(&stream));
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CUDA(cudaStreamGetCaptureInfo(stream, &status, nullptr, &graph));
  CUDA(cudaGraphConditionalHandleCreate(&handle, graph));
  choose<<<1, 1, 0, stream>>>(left, handle);
  const cudaGraphEdgeData *edges;
  CUDA(cudaStreamGetCaptureInfo(stream, &status, nullptr, &graph, &needs, &edges, &count));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(edges[0].type, cudaGraphDependencyTypeDefault);
  cudaGraphNode_t node =
      add_conditional(graph, needs, handle, cudaGraphCondTypeWhile, 1, sum, &body);
  CUDA(cudaStreamUpdateCaptureDependencies(stream, &node, nullptr, 1,
                                           cudaStreamSetCaptureDependencies));
  add<<<1, 1, 0, stream>>>(sum, 1000);
  CUDA(cudaStreamEndCapture(stream, &graph));
  cudaGraphNode_t in_body;
  size_t one = 1;
  CUDA(cudaGraphGetNodes(body, &in_body, &one));
  void *arguments[] = {&left, &handle};
  add_kernel(body, &in_body, (void *)count_down, arguments);

  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph));
  for (unsigned rounds : {0u, 1u, 7u}) {
    *left = rounds;
    *sum = 0;
    launch(executable);
    EXPECT_EQ(*sum, 1000 + rounds);
  }
  // The body's kernel node in the executable adds something else.
  unsigned ten = 10;
  void *others[] = {&sum, &ten};
  cudaGraphNodeParams p = {cudaGraphNodeTypeKernel};
  p.kernel.func = (void *)add;
  p.kernel.gridDim = p.kernel.blockDim = dim3(1);
  p.kernel.kernelParams = others;
  CUDA(cudaGraphExecNodeSetParams(executable, in_body, &p));
  *left = 3;
  *sum = 0;
  launch(executable);
  EXPECT_EQ(*sum, 1000 + 3 * 10);
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaStreamDestroy(stream));
}

static void nothing(void *) {}

static void refused() {
  cudaGraph_t graph, body;
  cudaGraphConditionalHandle handle;
  cudaGraphNode_t node;
  cudaGraphExec_t executable;
  CUDA(cudaGraphCreate(&graph, 0));
  CUDA(cudaGraphConditionalHandleCreate(&handle, graph));
  cudaGraphNodeParams p = {cudaGraphNodeTypeConditional};
  p.conditional.handle = handle;
  p.conditional.type = cudaGraphCondTypeWhile;
  p.conditional.size = 2; // a while has one body
  EXPECT_EQ(cudaGraphAddNode(&node, graph, nullptr, 0, &p), cudaErrorInvalidValue);
  add_conditional(graph, nullptr, handle, cudaGraphCondTypeIf, 1, nullptr, &body);
  p.conditional.size = 1; // a handle has one node
  EXPECT_EQ(cudaGraphAddNode(&node, graph, nullptr, 0, &p), cudaErrorInvalidValue);
  p.conditional.handle = 12345;
  EXPECT_EQ(cudaGraphAddNode(&node, graph, nullptr, 0, &p), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGraphDestroy(body), cudaErrorInvalidValue); // the node's own
  cudaHostNodeParams host = {nothing, nullptr};
  CUDA(cudaGraphAddHostNode(&node, body, nullptr, 0, &host));
  EXPECT_EQ(cudaGraphInstantiate(&executable, graph), cudaErrorNotSupported);
  cudaGetLastError();
  CUDA(cudaGraphDestroy(graph));
}

int main() {
  unsigned *memory = managed<unsigned>(4);
  choices(memory);
  loops(memory);
  captured(memory);
  refused();
  return verdict();
}
