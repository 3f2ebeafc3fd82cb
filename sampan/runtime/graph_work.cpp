// The work of graphs' nodes, checked, from the parameters that the API takes.

#include <cstring>

#include "allocations.h"
#include "arrays.h"
#include "at_launch.h"
#include "events.h"
#include "graph.h"
#include "registry.h"

namespace sampan {

cudaError_t kernel_work(const cudaKernelNodeParams &p, KernelWork &work) {
  work.function = p.func;
  work.kernel = find_kernel(p.func);
  if (!work.kernel)
    return cudaErrorInvalidDeviceFunction;
  work.shape = {p.gridDim, p.blockDim, p.sharedMemBytes};
  if (cudaError_t error = check_launch(*work.kernel, work.shape))
    return error;
  const SampanKernel &code = work.kernel->code;
  work.ready = ready_kernel(*work.kernel, work.shape);
  if (!work.ready || !choose_variant(work.ready->code, work.shape))
    return cudaErrorNoKernelImageForDevice;
  if (code.param_count && !p.kernelParams)
    return p.extra ? cudaErrorNotSupported : cudaErrorInvalidValue;
  work.arguments.assign(code.param_bytes, 0);
  for (uint32_t i = 0; i < code.param_count; ++i) {
    std::memcpy(work.arguments.data() + code.param_offsets[i], p.kernelParams[i],
                code.param_sizes[i]);
  }
  return cudaSuccess;
}

cudaError_t copy_work(const cudaMemcpy3DParms &p, CopyWork &work) {
  work.parameters = p;
  return regions_of(p, work.to, work.from, work.size);
}

cudaError_t copy_work(void *to, const void *from, size_t count, cudaMemcpyKind kind,
                      CopyWork &work) {
  cudaMemcpy3DParms p{};
  p.dstPtr = {to, count, count, 1};
  p.srcPtr = {const_cast<void *>(from), count, count, 1};
  p.extent = {count, 1, 1};
  p.kind = kind;
  return copy_work(p, work);
}

cudaError_t fill_work(const cudaMemsetParams &p, FillWork &work) {
  bool element = p.elementSize == 1 || p.elementSize == 2 || p.elementSize == 4;
  Allocation found;
  if (!element || (p.height > 1 && p.pitch < p.width * p.elementSize) ||
      !find_allocation(p.dst, found)) {
    return cudaErrorInvalidValue;
  }
  work.parameters = p;
  return cudaSuccess;
}

cudaError_t host_work(const cudaHostNodeParams &p, HostWork &work) {
  if (!p.fn)
    return cudaErrorInvalidValue;
  work.parameters = p;
  return cudaSuccess;
}

cudaError_t child_work(cudaGraph_t handle, ChildWork &work) {
  Graph *graph = find_graph(handle);
  if (!graph)
    return cudaErrorInvalidValue;
  work.graph = graph->clone();
  work.graph->embedded = true;
  return cudaSuccess;
}

cudaError_t event_work(cudaEvent_t event, bool record, EventWork &work) {
  Event *found = find_event(event);
  if (!found || found->shared) // those of other processes have no marks
    return found ? cudaErrorNotSupported : cudaErrorInvalidResourceHandle;
  work = {event, record};
  return cudaSuccess;
}

cudaError_t allocation_work(cudaMemAllocNodeParams &p, MemoryWork &work) {
  if (!p.bytesize)
    return cudaErrorInvalidValue;
  auto memory = std::make_shared<GraphMemory>(p.bytesize);
  p.dptr = memory->start;
  work = MemoryWork{p, memory->start, memory};
  return cudaSuccess;
}

cudaError_t any_work(cudaGraphNodeParams &p, Work &work) {
  switch (p.type) {
  case cudaGraphNodeTypeKernel: {
    const cudaKernelNodeParamsV2 &k = p.kernel;
    return kernel_work({k.func, k.gridDim, k.blockDim, k.sharedMemBytes, k.kernelParams, k.extra},
                       work.emplace<KernelWork>());
  }
  case cudaGraphNodeTypeMemcpy:
    return copy_work(p.memcpy.copyParams, work.emplace<CopyWork>());
  case cudaGraphNodeTypeMemset: {
    const cudaMemsetParamsV2 &m = p.memset;
    return fill_work({m.dst, m.pitch, m.value, m.elementSize, m.width, m.height},
                     work.emplace<FillWork>());
  }
  case cudaGraphNodeTypeHost:
    return host_work({p.host.fn, p.host.userData}, work.emplace<HostWork>());
  case cudaGraphNodeTypeGraph:
    return child_work(p.graph.graph, work.emplace<ChildWork>());
  case cudaGraphNodeTypeEmpty:
    return cudaSuccess;
  case cudaGraphNodeTypeWaitEvent:
    return event_work(p.eventWait.event, false, work.emplace<EventWork>());
  case cudaGraphNodeTypeEventRecord:
    return event_work(p.eventRecord.event, true, work.emplace<EventWork>());
  case cudaGraphNodeTypeMemAlloc: {
    cudaMemAllocNodeParamsV2 &m = p.alloc;
    cudaMemAllocNodeParams plain{m.poolProps, m.accessDescs, m.accessDescCount, m.bytesize, m.dptr};
    cudaError_t error = allocation_work(plain, work.emplace<MemoryWork>());
    m.dptr = plain.dptr;
    return error;
  }
  case cudaGraphNodeTypeMemFree:
    work.emplace<MemoryWork>().start = p.free.dptr;
    return p.free.dptr ? cudaSuccess : cudaErrorInvalidValue;
  case cudaGraphNodeTypeConditional: {
    auto &made = work.emplace<ConditionalWork>();
    cudaError_t error = conditional_work(p.conditional, made);
    p.conditional.phGraph_out = made.handles.data();
    return error;
  }
  default:
    return cudaErrorNotSupported; // semaphores of other APIs
  }
}

bool default_edges(const cudaGraphEdgeData *edges, size_t count) {
  for (size_t i = 0; edges && i < count; ++i) {
    if (edges[i].from_port || edges[i].to_port || edges[i].type != cudaGraphDependencyTypeDefault)
      return false;
  }
  return true;
}

} // namespace sampan
