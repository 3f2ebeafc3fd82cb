// Streams captured as graphs: a chain, forks that join, replay with new data, nested launches, and
// what a capture refuses.
#include "check.h"
#include <cstring>
#include <vector>

const int n = 1000;
__global__ void fill(int *p, int v) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    p[i] = v;
}
__global__ void add(int *to, const int *a, const int *b) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = a[i] + b[i];
}
__global__ void increment(int *p) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    ++p[i];
}

static int calls = 0;
static void count_call(void *by) { calls += *static_cast<int *>(by); }

static void chain(cudaStream_t stream) {
  int *p = managed<int>(n), host[n], one = 1;
  cudaGraph_t graph;
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  cudaStreamCaptureStatus status;
  unsigned long long id = 0;
  CUDA(cudaStreamIsCapturing(stream, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);
  CUDA(cudaStreamGetCaptureInfo(stream, &status, &id));
  EXPECT(status == cudaStreamCaptureStatusActive && id != 0);
  CUDA(cudaMemsetAsync(p, 0, n * sizeof(int), stream));
  for (int i = 0; i < 5; ++i)
    increment<<<4, 256, 0, stream>>>(p);
  CUDA(cudaMemcpyAsync(host, p, sizeof host, cudaMemcpyDeviceToHost, stream));
  CUDA(cudaLaunchHostFunc(stream, count_call, &one));
  CUDA(cudaStreamEndCapture(stream, &graph));
  EXPECT(p[0] == 0 && calls == 0); // nothing has run
  size_t nodes = 0, edges = 0, roots = 0;
  CUDA(cudaGraphGetNodes(graph, nullptr, &nodes));
  CUDA(cudaGraphGetEdges(graph, nullptr, nullptr, &edges));
  CUDA(cudaGraphGetRootNodes(graph, nullptr, &roots));
  EXPECT(nodes == 8 && edges == 7 && roots == 1);
  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph, nullptr, nullptr, 0));
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaGraphUpload(executable, stream));
  for (int run = 1; run <= 20; ++run) {
    std::memset(host, 0, sizeof host);
    CUDA(cudaGraphLaunch(executable, stream));
    CUDA(cudaStreamSynchronize(stream));
    EXPECT(host[0] == 5 && host[n - 1] == 5 && calls == run);
  }
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaFree(p));
}

static void forks(cudaStream_t stream) {
  int *a = managed<int>(n), *b = managed<int>(n), *sum = managed<int>(n);
  cudaStream_t other;
  CUDA(cudaStreamCreate(&other));
  cudaEvent_t fork, join;
  CUDA(cudaEventCreate(&fork));
  CUDA(cudaEventCreate(&join));
  cudaGraph_t graph;
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  CUDA(cudaEventRecord(fork, stream));
  CUDA(cudaStreamWaitEvent(other, fork));
  cudaStreamCaptureStatus status;
  CUDA(cudaStreamIsCapturing(other, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);
  fill<<<4, 256, 0, stream>>>(a, 3);
  increment<<<4, 256, 0, stream>>>(a);
  fill<<<4, 256, 0, other>>>(b, 30);
  increment<<<4, 256, 0, other>>>(b);
  CUDA(cudaEventRecord(join, other));
  EXPECT_EQ(cudaEventQuery(join), cudaErrorCapturedEvent);
  CUDA(cudaStreamWaitEvent(stream, join));
  add<<<4, 256, 0, stream>>>(sum, a, b);
  CUDA(cudaStreamEndCapture(stream, &graph));
  CUDA(cudaStreamIsCapturing(other, &status));
  EXPECT_EQ(status, cudaStreamCaptureStatusNone);
  EXPECT_EQ(cudaGetLastError(), cudaErrorCapturedEvent); // of the query

  size_t roots = 0, edges = 0;
  CUDA(cudaGraphGetRootNodes(graph, nullptr, &roots));
  CUDA(cudaGraphGetEdges(graph, nullptr, nullptr, &edges));
  EXPECT(roots == 2 && edges == 4);
  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph));
  // What the stream does before and after keeps its place.
  for (int run = 0; run < 10; ++run) {
    CUDA(cudaMemsetAsync(sum, 0, n * sizeof(int), stream));
    CUDA(cudaGraphLaunch(executable, stream));
    increment<<<4, 256, 0, stream>>>(sum);
    CUDA(cudaStreamSynchronize(stream));
    EXPECT(sum[0] == 36 && sum[n - 1] == 36);
  }
  // Launches of one executable do not overlap, not even in two streams.
  int *counter = managed<int>(n);
  cudaGraph_t counting;
  cudaGraphExec_t counts;
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
  increment<<<4, 256, 0, stream>>>(counter);
  CUDA(cudaGraphLaunch(executable, stream)); // a graph in a graph
  increment<<<4, 256, 0, stream>>>(counter);
  CUDA(cudaStreamEndCapture(stream, &counting));
  CUDA(cudaGraphInstantiate(&counts, counting));
  for (int run = 0; run < 50; ++run)
    CUDA(cudaGraphLaunch(counts, run % 2 ? stream : other));
  CUDA(cudaDeviceSynchronize());
  EXPECT(counter[0] == 100 && counter[n - 1] == 100 && sum[5] == 35);

  // The second capture, with other numbers, updates the first.
  cudaGraph_t again;
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CUDA(cudaEventRecord(fork, stream));
  CUDA(cudaStreamWaitEvent(other, fork));
  fill<<<4, 256, 0, stream>>>(a, 5);
  increment<<<4, 256, 0, stream>>>(a);
  fill<<<4, 256, 0, other>>>(b, 50);
  increment<<<4, 256, 0, other>>>(b);
  CUDA(cudaEventRecord(join, other));
  CUDA(cudaStreamWaitEvent(stream, join));
  add<<<4, 256, 0, stream>>>(sum, a, b);
  CUDA(cudaStreamEndCapture(stream, &again));
  cudaGraphExecUpdateResultInfo info;
  CUDA(cudaGraphExecUpdate(executable, again, &info));
  EXPECT_EQ(info.result, cudaGraphExecUpdateSuccess);
  CUDA(cudaGraphLaunch(executable, stream));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT(sum[0] == 57 && sum[n - 1] == 57);
  cudaGraphNode_t where;
  cudaGraphExecUpdateResult result;
  EXPECT_EQ(cudaGraphExecUpdate(executable, counting, &where, &result),
            cudaErrorGraphExecUpdateFailure);
  EXPECT(result != cudaGraphExecUpdateSuccess && where != nullptr);
  EXPECT_EQ(cudaGetLastError(), cudaErrorGraphExecUpdateFailure);
  CUDA(cudaGraphExecDestroy(executable));
  CUDA(cudaGraphExecDestroy(counts));
  CUDA(cudaGraphDestroy(graph));
  CUDA(cudaGraphDestroy(again));
  CUDA(cudaGraphDestroy(counting));
  CUDA(cudaStreamDestroy(other));
}

static void memory_of_the_graph(cudaStream_t stream) {
  int *p, host[n];
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CUDA(cudaMallocAsync(&p, n * sizeof(int), stream));
  fill<<<4, 256, 0, stream>>>(p, 8);
  increment<<<4, 256, 0, stream>>>(p);
  CUDA(cudaMemcpyAsync(host, p, sizeof host, cudaMemcpyDeviceToHost, stream));
  CUDA(cudaFreeAsync(p, stream));
  CUDA(cudaStreamEndCapture(stream, &graph));
  CUDA(cudaGraphInstantiate(&executable, graph));
  CUDA(cudaGraphDestroy(graph));
  for (int run = 0; run < 3; ++run) {
    std::memset(host, 0, sizeof host);
    CUDA(cudaGraphLaunch(executable, stream));
    CUDA(cudaStreamSynchronize(stream));
    EXPECT(host[0] == 9 && host[n - 1] == 9);
  }
  CUDA(cudaGraphExecDestroy(executable));
}

static void refused(cudaStream_t stream) {
  cudaGraph_t graph;
  cudaStream_t other;
  cudaEvent_t event;
  CUDA(cudaStreamCreate(&other));
  CUDA(cudaEventCreate(&event));
  int *p = managed<int>(n);
  EXPECT_EQ(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal),
            cudaErrorStreamCaptureUnsupported);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorIllegalState);

  // Waiting for a stream that only records, or for all.
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  EXPECT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaErrorIllegalState);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
  fill<<<4, 256, 0, stream>>>(p, 3);
  EXPECT_EQ(cudaGetLastError(), cudaErrorStreamCaptureInvalidated);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  EXPECT(graph == nullptr);

  // The default stream waits for blocking streams.
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  fill<<<4, 256>>>(p, 3);
  EXPECT_EQ(cudaGetLastError(), cudaErrorStreamCaptureImplicit);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);

  // A fork that is not joined; an end in the wrong stream; an event of before.
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CUDA(cudaEventRecord(event, stream));
  CUDA(cudaStreamWaitEvent(other, event));
  fill<<<4, 256, 0, other>>>(p, 3);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureUnjoined);
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  CUDA(cudaEventRecord(event, stream));
  CUDA(cudaStreamWaitEvent(other, event));
  EXPECT_EQ(cudaStreamEndCapture(other, &graph), cudaErrorStreamCaptureUnmatched);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CUDA(cudaEventRecord(event, other));
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  EXPECT_EQ(cudaStreamWaitEvent(stream, event), cudaErrorStreamCaptureIsolation);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  cudaGetLastError();

  // After all that the streams work as before.
  fill<<<4, 256, 0, stream>>>(p, 4);
  SYNC();
  EXPECT_EQ(p[n - 1], 4);
  CUDA(cudaStreamDestroy(other));
}

int main() {
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  chain(stream);
  forks(stream);
  memory_of_the_graph(stream);
  refused(stream);
  CUDA(cudaStreamDestroy(stream));
  return verdict();
}
