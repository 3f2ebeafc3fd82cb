// Nodes of graphs: adding them, and reading and changing what they do.

#include <cstring>

#include "allocations.h"
#include "api.h"
#include "arrays.h"
#include "events.h"
#include "graph.h"
#include "registry.h"

namespace sampan {

cudaError_t add_node(cudaGraphNode_t *node, cudaGraph_t graph_handle,
                     const cudaGraphNode_t *handles, size_t count,
                     const std::function<cudaError_t(Work &)> &make) {
  return api_call([&]() -> cudaError_t {
    Graph *graph = find_graph(graph_handle);
    if (!node || !graph || (count && !handles))
      return cudaErrorInvalidValue;
    std::vector<Node *> needs;
    for (size_t i = 0; i < count; ++i) {
      Node *need = find_node(handles[i]);
      if (!need || need->graph != graph)
        return cudaErrorInvalidValue;
      needs.push_back(need);
    }
    Work work;
    if (cudaError_t error = make(work))
      return error;
    *node = handle_of(graph->add(std::move(work), std::move(needs)));
    return cudaSuccess;
  });
}

namespace {

// The node's work of this type; null if it is another.
template <typename T> T *work_of(Node *node) {
  return node ? std::get_if<T>(&node->work) : nullptr;
}

// The executable's copy of a node.
Node *copy_in(cudaGraphExec_t handle, cudaGraphNode_t node) {
  ExecutableGraph *executable = find_executable(handle);
  Node *original = find_node(node);
  return executable && original ? executable->graph->copy_of(original) : nullptr;
}

// Replaces the node's work by what `make` gives.
template <typename T, typename Make> cudaError_t set(Node *node, Make &&make) {
  return api_call([&]() -> cudaError_t {
    T *work = work_of<T>(node);
    if (!work)
      return cudaErrorInvalidValue;
    T made = *work;
    if (cudaError_t error = make(made))
      return error;
    *work = std::move(made);
    return cudaSuccess;
  });
}

// The same where only the parameters say which type it is.
cudaError_t set_any(Node *node, cudaGraphNodeParams *parameters) {
  return api_call([&]() -> cudaError_t {
    if (!node || !parameters || parameters->type != type_of(node->work))
      return cudaErrorInvalidValue;
    bool fixed = std::holds_alternative<ChildWork>(node->work) ||
                 std::holds_alternative<MemoryWork>(node->work) ||
                 std::holds_alternative<ConditionalWork>(node->work);
    if (fixed)
      return cudaErrorNotSupported;
    Work made;
    if (cudaError_t error = any_work(*parameters, made))
      return error;
    node->work = std::move(made);
    return cudaSuccess;
  });
}

template <typename T, typename P> cudaError_t get(cudaGraphNode_t node, P *to) {
  return api_call([&] {
    T *work = work_of<T>(find_node(node));
    if (!work || !to)
      return cudaErrorInvalidValue;
    *to = work->parameters;
    return cudaSuccess;
  });
}

auto kernel_maker(const cudaKernelNodeParams *p) {
  return [p](KernelWork &work) { return p ? kernel_work(*p, work) : cudaErrorInvalidValue; };
}
auto copy_maker(const cudaMemcpy3DParms *p) {
  return [p](CopyWork &work) { return p ? copy_work(*p, work) : cudaErrorInvalidValue; };
}
auto copy_maker(void *to, const void *from, size_t count, cudaMemcpyKind kind) {
  return [=](CopyWork &work) { return copy_work(to, from, count, kind, work); };
}
auto fill_maker(const cudaMemsetParams *p) {
  return [p](FillWork &work) { return p ? fill_work(*p, work) : cudaErrorInvalidValue; };
}
auto host_maker(const cudaHostNodeParams *p) {
  return [p](HostWork &work) { return p ? host_work(*p, work) : cudaErrorInvalidValue; };
}
auto event_maker(cudaEvent_t event, bool record) {
  return [=](EventWork &work) { return event_work(event, record, work); };
}
auto child_maker(cudaGraph_t handle) {
  return [handle](ChildWork &work) { return child_work(handle, work); };
}
auto any_maker(cudaGraphNodeParams *p) {
  return [p](Work &work) { return p ? any_work(*p, work) : cudaErrorInvalidValue; };
}

template <typename T, typename Make> auto as_work(Make make) {
  return [make](Work &work) {
    T made;
    cudaError_t error = make(made);
    work = std::move(made);
    return error;
  };
}

// A part of a device variable; null if there is none.
char *part_of(const void *symbol, size_t offset, size_t count) {
  const SampanVariable *variable = find_variable(symbol);
  if (!variable || offset > variable->size || count > variable->size - offset)
    return nullptr;
  return static_cast<char *>(variable->address) + offset;
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGraphAddKernelNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                              const cudaGraphNode_t *needs, size_t count,
                                              const cudaKernelNodeParams *parameters) {
  return add_node(node, graph, needs, count, as_work<KernelWork>(kernel_maker(parameters)));
}

SAMPAN_API cudaError_t cudaGraphAddMemcpyNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                              const cudaGraphNode_t *needs, size_t count,
                                              const cudaMemcpy3DParms *parameters) {
  return add_node(node, graph, needs, count, as_work<CopyWork>(copy_maker(parameters)));
}

SAMPAN_API cudaError_t cudaGraphAddMemcpyNode1D(cudaGraphNode_t *node, cudaGraph_t graph,
                                                const cudaGraphNode_t *needs, size_t count,
                                                void *to, const void *from, size_t bytes,
                                                cudaMemcpyKind kind) {
  return add_node(node, graph, needs, count, as_work<CopyWork>(copy_maker(to, from, bytes, kind)));
}

SAMPAN_API cudaError_t cudaGraphAddMemcpyNodeToSymbol(cudaGraphNode_t *node, cudaGraph_t graph,
                                                      const cudaGraphNode_t *needs, size_t count,
                                                      const void *symbol, const void *from,
                                                      size_t bytes, size_t offset,
                                                      cudaMemcpyKind kind) {
  char *to = part_of(symbol, offset, bytes);
  if (!to)
    return record_error(cudaErrorInvalidSymbol);
  return add_node(node, graph, needs, count, as_work<CopyWork>(copy_maker(to, from, bytes, kind)));
}

SAMPAN_API cudaError_t cudaGraphAddMemcpyNodeFromSymbol(cudaGraphNode_t *node, cudaGraph_t graph,
                                                        const cudaGraphNode_t *needs, size_t count,
                                                        void *to, const void *symbol, size_t bytes,
                                                        size_t offset, cudaMemcpyKind kind) {
  char *from = part_of(symbol, offset, bytes);
  if (!from)
    return record_error(cudaErrorInvalidSymbol);
  return add_node(node, graph, needs, count, as_work<CopyWork>(copy_maker(to, from, bytes, kind)));
}

SAMPAN_API cudaError_t cudaGraphAddMemsetNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                              const cudaGraphNode_t *needs, size_t count,
                                              const cudaMemsetParams *parameters) {
  return add_node(node, graph, needs, count, as_work<FillWork>(fill_maker(parameters)));
}

SAMPAN_API cudaError_t cudaGraphAddHostNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                            const cudaGraphNode_t *needs, size_t count,
                                            const cudaHostNodeParams *parameters) {
  return add_node(node, graph, needs, count, as_work<HostWork>(host_maker(parameters)));
}

SAMPAN_API cudaError_t cudaGraphAddEmptyNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                             const cudaGraphNode_t *needs, size_t count) {
  return add_node(node, graph, needs, count, [](Work &) { return cudaSuccess; });
}

SAMPAN_API cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                                  const cudaGraphNode_t *needs, size_t count,
                                                  cudaGraph_t child) {
  return add_node(node, graph, needs, count, as_work<ChildWork>(child_maker(child)));
}

SAMPAN_API cudaError_t cudaGraphAddEventRecordNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                                   const cudaGraphNode_t *needs, size_t count,
                                                   cudaEvent_t event) {
  return add_node(node, graph, needs, count, as_work<EventWork>(event_maker(event, true)));
}

SAMPAN_API cudaError_t cudaGraphAddEventWaitNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                                 const cudaGraphNode_t *needs, size_t count,
                                                 cudaEvent_t event) {
  return add_node(node, graph, needs, count, as_work<EventWork>(event_maker(event, false)));
}

SAMPAN_API cudaError_t cudaGraphAddMemAllocNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                                const cudaGraphNode_t *needs, size_t count,
                                                cudaMemAllocNodeParams *parameters) {
  return add_node(node, graph, needs, count, [&](Work &work) {
    MemoryWork made;
    cudaError_t error = parameters ? allocation_work(*parameters, made) : cudaErrorInvalidValue;
    work = std::move(made);
    return error;
  });
}

SAMPAN_API cudaError_t cudaGraphAddMemFreeNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                               const cudaGraphNode_t *needs, size_t count,
                                               void *pointer) {
  return add_node(node, graph, needs, count, [&](Work &work) {
    work = MemoryWork{{}, pointer, nullptr};
    return pointer ? cudaSuccess : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaGraphAddNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                        const cudaGraphNode_t *needs, size_t count,
                                        cudaGraphNodeParams *parameters) {
  return add_node(node, graph, needs, count, any_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphAddNode_v2(cudaGraphNode_t *node, cudaGraph_t graph,
                                           const cudaGraphNode_t *needs,
                                           const cudaGraphEdgeData *edges, size_t count,
                                           cudaGraphNodeParams *parameters) {
  if (!default_edges(edges, count))
    return record_error(cudaErrorNotSupported);
  return add_node(node, graph, needs, count, any_maker(parameters));
}

// ---- What nodes do -----------------------------------------------------------------------------

// The pointers are valid as long as the node is unchanged.
SAMPAN_API cudaError_t cudaGraphKernelNodeGetParams(cudaGraphNode_t node,
                                                    cudaKernelNodeParams *parameters) {
  return api_call([&] {
    KernelWork *work = work_of<KernelWork>(find_node(node));
    if (!work || !parameters)
      return cudaErrorInvalidValue;
    const SampanKernel &code = work->kernel->code;
    work->pointers.clear();
    for (uint32_t i = 0; i < code.param_count; ++i)
      work->pointers.push_back(work->arguments.data() + code.param_offsets[i]);
    *parameters = {const_cast<void *>(work->function),
                   work->shape.grid,
                   work->shape.block,
                   static_cast<unsigned>(work->shape.dynamic_shared),
                   work->pointers.data(),
                   nullptr};
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphKernelNodeSetParams(cudaGraphNode_t node,
                                                    const cudaKernelNodeParams *parameters) {
  return set<KernelWork>(find_node(node), kernel_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphMemcpyNodeGetParams(cudaGraphNode_t node,
                                                    cudaMemcpy3DParms *parameters) {
  return get<CopyWork>(node, parameters);
}

SAMPAN_API cudaError_t cudaGraphMemcpyNodeSetParams(cudaGraphNode_t node,
                                                    const cudaMemcpy3DParms *parameters) {
  return set<CopyWork>(find_node(node), copy_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphMemcpyNodeSetParams1D(cudaGraphNode_t node, void *to,
                                                      const void *from, size_t count,
                                                      cudaMemcpyKind kind) {
  return set<CopyWork>(find_node(node), copy_maker(to, from, count, kind));
}

SAMPAN_API cudaError_t cudaGraphMemsetNodeGetParams(cudaGraphNode_t node,
                                                    cudaMemsetParams *parameters) {
  return get<FillWork>(node, parameters);
}

SAMPAN_API cudaError_t cudaGraphMemsetNodeSetParams(cudaGraphNode_t node,
                                                    const cudaMemsetParams *parameters) {
  return set<FillWork>(find_node(node), fill_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphHostNodeGetParams(cudaGraphNode_t node,
                                                  cudaHostNodeParams *parameters) {
  return get<HostWork>(node, parameters);
}

SAMPAN_API cudaError_t cudaGraphHostNodeSetParams(cudaGraphNode_t node,
                                                  const cudaHostNodeParams *parameters) {
  return set<HostWork>(find_node(node), host_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphMemAllocNodeGetParams(cudaGraphNode_t node,
                                                      cudaMemAllocNodeParams *parameters) {
  return get<MemoryWork>(node, parameters);
}

SAMPAN_API cudaError_t cudaGraphChildGraphNodeGetGraph(cudaGraphNode_t node, cudaGraph_t *graph) {
  return api_call([&] {
    ChildWork *work = work_of<ChildWork>(find_node(node));
    if (!work || !graph)
      return cudaErrorInvalidValue;
    *graph = handle_of(work->graph.get());
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeSetParams(cudaGraphNode_t node,
                                              cudaGraphNodeParams *parameters) {
  return set_any(find_node(node), parameters);
}

// ---- The same in executable graphs ------------------------------------------------------------

SAMPAN_API cudaError_t cudaGraphExecKernelNodeSetParams(cudaGraphExec_t executable,
                                                        cudaGraphNode_t node,
                                                        const cudaKernelNodeParams *parameters) {
  return set<KernelWork>(copy_in(executable, node), kernel_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphExecMemcpyNodeSetParams(cudaGraphExec_t executable,
                                                        cudaGraphNode_t node,
                                                        const cudaMemcpy3DParms *parameters) {
  return set<CopyWork>(copy_in(executable, node), copy_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphExecMemcpyNodeSetParams1D(cudaGraphExec_t executable,
                                                          cudaGraphNode_t node, void *to,
                                                          const void *from, size_t count,
                                                          cudaMemcpyKind kind) {
  return set<CopyWork>(copy_in(executable, node), copy_maker(to, from, count, kind));
}

SAMPAN_API cudaError_t cudaGraphExecMemsetNodeSetParams(cudaGraphExec_t executable,
                                                        cudaGraphNode_t node,
                                                        const cudaMemsetParams *parameters) {
  return set<FillWork>(copy_in(executable, node), fill_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphExecHostNodeSetParams(cudaGraphExec_t executable,
                                                      cudaGraphNode_t node,
                                                      const cudaHostNodeParams *parameters) {
  return set<HostWork>(copy_in(executable, node), host_maker(parameters));
}

SAMPAN_API cudaError_t cudaGraphExecEventRecordNodeSetEvent(cudaGraphExec_t executable,
                                                            cudaGraphNode_t node,
                                                            cudaEvent_t event) {
  return set<EventWork>(copy_in(executable, node), event_maker(event, true));
}

SAMPAN_API cudaError_t cudaGraphExecEventWaitNodeSetEvent(cudaGraphExec_t executable,
                                                          cudaGraphNode_t node, cudaEvent_t event) {
  return set<EventWork>(copy_in(executable, node), event_maker(event, false));
}

SAMPAN_API cudaError_t cudaGraphExecNodeSetParams(cudaGraphExec_t executable, cudaGraphNode_t node,
                                                  cudaGraphNodeParams *parameters) {
  return set_any(copy_in(executable, node), parameters);
}
