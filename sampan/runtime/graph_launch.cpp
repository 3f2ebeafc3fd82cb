// Executable graphs: made from graphs, launched, updated.

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "allocations.h"
#include "api.h"
#include "capture.h"
#include "device_printf.h"
#include "devices.h"
#include "events.h"
#include "graph.h"
#include "host_function.h"
#include "knobs.h"

namespace sampan {
namespace {

using Commands = std::vector<CommandRef>;

// Submits one node's work; what it returns has to be done for the node to be done.
struct Submit {
  const Commands &needs;
  Stream *stream;
  Command *around;

  Commands operator()(const EmptyWork &) const { return needs; }
  Commands operator()(const MemoryWork &) const { return needs; }
  Commands operator()(const KernelWork &work) const {
    const SampanKernel &code = work.kernel->code;
    std::vector<void *> arguments;
    for (uint32_t i = 0; i < code.param_count; ++i)
      arguments.push_back(const_cast<char *>(work.arguments.data()) + code.param_offsets[i]);
    const SampanVariant &variant = *choose_variant(work.ready->code, work.shape);
    return submit(new Grid(*work.ready, variant, work.shape, arguments.data()));
  }
  Commands operator()(const CopyWork &work) const {
    if (work.size.bytes() == 0)
      return needs;
    return submit(copy_command(work.to, work.from, work.size));
  }
  Commands operator()(const FillWork &work) const {
    const cudaMemsetParams &p = work.parameters;
    Size3D size{p.width * p.elementSize, p.height, 1};
    if (size.bytes() == 0)
      return needs;
    Region to{static_cast<char *>(p.dst), p.pitch, 0};
    return submit(fill_command(to, size, p.value, p.elementSize));
  }
  Commands operator()(const HostWork &work) const {
    return submit(new HostFunction(work.parameters.fn, work.parameters.userData));
  }
  Commands operator()(const ChildWork &work) const {
    return enqueue_graph(*work.graph, needs, stream, around);
  }
  Commands operator()(const ConditionalWork &work) const {
    return submit(conditional_command(work, around != nullptr));
  }
  Commands operator()(const EventWork &work) const {
    Event *event = find_event(work.event);
    if (!event)
      return needs;
    if (work.record) {
      CommandRef mark(new Mark);
      event->set_recorded(mark);
      return submit(mark);
    }
    Commands both = needs;
    both.push_back(event->recorded());
    return both;
  }

  Commands submit(Command *command) const { return submit(CommandRef(command)); }
  Commands submit(const CommandRef &command) const {
    if (around)
      Scheduler::get().submit_child(command, around, needs);
    else
      Scheduler::get().submit_after(command, stream, needs);
    return {command};
  }
};

} // namespace

Commands enqueue_graph(const Graph &graph, const Commands &before, Stream *stream,
                       Command *around) {
  Commands after = before;
  if (CommandRef initial = initial_conditions(graph))
    after = Submit{before, stream, around}.submit(initial);
  std::unordered_map<const Node *, Commands> done;
  Commands last;
  std::vector<Node *> leaves = graph.leaves();
  for (Node *node : graph.ordered()) {
    Commands needs;
    for (Node *need : node->needs)
      needs.insert(needs.end(), done[need].begin(), done[need].end());
    if (node->needs.empty())
      needs = after;
    done[node] =
        node->enabled ? std::visit(Submit{needs, stream, around}, node->work) : std::move(needs);
    if (std::find(leaves.begin(), leaves.end(), node) != leaves.end())
      last.insert(last.end(), done[node].begin(), done[node].end());
  }
  return graph.nodes.empty() ? after : last;
}

namespace {

// Whether all kernels still exist in a form that runs, and no node waits for itself.
// A conditional node's bodies have no nodes that only the host can run, and none with memory.
cudaError_t check(const Graph &graph, bool in_body = false) {
  if (graph.ordered().size() != graph.nodes.size())
    return cudaErrorInvalidValue;
  for (auto &node : graph.nodes) {
    bool conditional = std::holds_alternative<ConditionalWork>(node->work);
    if (in_body && (std::holds_alternative<HostWork>(node->work) ||
                    std::holds_alternative<EventWork>(node->work) ||
                    std::holds_alternative<MemoryWork>(node->work))) {
      return cudaErrorNotSupported;
    }
    for (Graph *inside : graphs_in(node->work)) {
      if (cudaError_t error = check(*inside, in_body || conditional))
        return error;
    }
  }
  return cudaSuccess;
}

// What differs between two graphs that keeps one from standing for the other.
cudaGraphExecUpdateResult compare(const Graph &old, const Graph &now, Node *&where) {
  for (size_t i = 0; i < now.nodes.size(); ++i) {
    Node &b = *now.nodes[i];
    where = &b;
    if (i >= old.nodes.size())
      return cudaGraphExecUpdateErrorTopologyChanged;
    const Node &a = *old.nodes[i];
    if (type_of(a.work) != type_of(b.work))
      return cudaGraphExecUpdateErrorNodeTypeChanged;
    auto needs = [](const Graph &graph, const Node &node) {
      std::vector<size_t> indices;
      for (Node *need : node.needs)
        indices.push_back(graph.index_of(need));
      std::sort(indices.begin(), indices.end());
      return indices;
    };
    if (needs(old, a) != needs(now, b))
      return cudaGraphExecUpdateErrorTopologyChanged;
    auto *conditional = std::get_if<ConditionalWork>(&a.work);
    if (conditional && conditional->type != std::get<ConditionalWork>(b.work).type)
      return cudaGraphExecUpdateErrorParametersChanged;
    std::vector<Graph *> inside = graphs_in(a.work), others = graphs_in(b.work);
    if (inside.size() != others.size())
      return cudaGraphExecUpdateErrorParametersChanged;
    for (size_t g = 0; g < inside.size(); ++g) {
      Node *within = nullptr;
      auto result = compare(*inside[g], *others[g], within);
      if (result != cudaGraphExecUpdateSuccess)
        return result;
    }
    if (std::holds_alternative<MemoryWork>(a.work))
      return cudaGraphExecUpdateErrorNotSupported;
  }
  where = nullptr;
  return old.nodes.size() == now.nodes.size() ? cudaGraphExecUpdateSuccess
                                              : cudaGraphExecUpdateErrorTopologyChanged;
}

// The new nodes' work. The nodes stay those that the executable was made from.
void take_work(Graph &old, const Graph &now) {
  old.conditions = now.conditions;
  for (size_t i = 0; i < old.nodes.size(); ++i) {
    std::vector<Graph *> inside = graphs_in(old.nodes[i]->work);
    std::vector<Graph *> others = graphs_in(now.nodes[i]->work);
    for (size_t g = 0; g < inside.size(); ++g)
      take_work(*inside[g], *others[g]);
    if (auto *conditional = std::get_if<ConditionalWork>(&old.nodes[i]->work))
      conditional->condition = std::get<ConditionalWork>(now.nodes[i]->work).condition;
    else if (inside.empty())
      old.nodes[i]->work = now.nodes[i]->work;
  }
}

} // namespace

cudaError_t launch_graph(ExecutableGraph &executable, Stream *stream) {
  flush_device_output();
  Scheduler &scheduler = Scheduler::get();
  std::lock_guard<std::mutex> lock(executable.mutex);
  CommandRef begin(new Mark), end(new Mark);
  scheduler.submit(begin, stream, executable.last);
  Commands needs{begin};
  auto conditions = take_conditions(*executable.graph, needs, end);
  Commands last = enqueue_graph(*executable.graph, needs, stream, nullptr);
  CommandRef all(new Mark);
  scheduler.submit_after(all, stream, last);
  scheduler.submit(end, stream, all);
  executable.last = end;
  if (!knobs().launch_blocking)
    return cudaSuccess;
  scheduler.wait(end);
  flush_device_output();
  return sticky_error();
}

} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGraphInstantiate(cudaGraphExec_t *handle, cudaGraph_t graph_handle,
                                            unsigned long long flags) {
  return api_call([&] {
    Graph *graph = find_graph(graph_handle);
    if (!handle || !graph)
      return cudaErrorInvalidValue;
    if (flags & cudaGraphInstantiateFlagDeviceLaunch)
      return cudaErrorNotSupported;
    if (cudaError_t error = check(*graph))
      return error;
    auto *executable = new ExecutableGraph;
    executable->graph = graph->clone();
    executable->flags = flags;
    *handle = reinterpret_cast<cudaGraphExec_t>(executable);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *executable, cudaGraph_t graph,
                                                     unsigned long long flags) {
  return cudaGraphInstantiate(executable, graph, flags);
}

SAMPAN_API cudaError_t cudaGraphExecGetFlags(cudaGraphExec_t handle, unsigned long long *flags) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    if (!executable || !flags)
      return cudaErrorInvalidValue;
    *flags = executable->flags;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphUpload(cudaGraphExec_t handle, cudaStream_t stream) {
  return api_call([&] {
    return find_executable(handle) && Scheduler::get().find_stream(stream) ? cudaSuccess
                                                                           : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaGraphLaunch(cudaGraphExec_t handle, cudaStream_t stream_handle) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    Stream *stream = Scheduler::get().find_stream(stream_handle);
    if (!executable || !stream)
      return executable ? cudaErrorInvalidResourceHandle : cudaErrorInvalidValue;
    if (cudaError_t error = capture_conflict(stream))
      return error;
    if (stream->capture)
      return capture_work(stream, ChildWork{executable->graph->clone()});
    return launch_graph(*executable, stream);
  });
}

// What was launched goes on to its end.
SAMPAN_API cudaError_t cudaGraphExecDestroy(cudaGraphExec_t handle) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    if (!executable)
      return cudaErrorInvalidValue;
    auto &nodes = executable->graph->nodes;
    auto has_memory = [](const std::unique_ptr<Node> &node) {
      return std::holds_alternative<MemoryWork>(node->work) ||
             std::holds_alternative<ChildWork>(node->work);
    };
    if (std::any_of(nodes.begin(), nodes.end(), has_memory))
      Scheduler::get().wait(executable->last);
    executable->state = 0;
    delete executable;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphExecUpdate(cudaGraphExec_t handle, cudaGraph_t graph_handle,
                                           cudaGraphExecUpdateResultInfo *info) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    Graph *graph = find_graph(graph_handle);
    if (!executable || !graph)
      return cudaErrorInvalidValue;
    std::lock_guard<std::mutex> lock(executable->mutex);
    Node *where = nullptr;
    cudaGraphExecUpdateResult result = compare(*executable->graph, *graph, where);
    if (info)
      *info = {result, handle_of(where), nullptr};
    if (result != cudaGraphExecUpdateSuccess)
      return cudaErrorGraphExecUpdateFailure;
    take_work(*executable->graph, *graph);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeSetEnabled(cudaGraphExec_t handle, cudaGraphNode_t node_handle,
                                               unsigned enabled) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    Node *node = executable ? executable->graph->copy_of(find_node(node_handle)) : nullptr;
    if (!node || !(std::holds_alternative<KernelWork>(node->work) ||
                   std::holds_alternative<CopyWork>(node->work) ||
                   std::holds_alternative<FillWork>(node->work))) {
      return cudaErrorInvalidValue;
    }
    node->enabled = enabled != 0;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeGetEnabled(cudaGraphExec_t handle, cudaGraphNode_t node_handle,
                                               unsigned *enabled) {
  return api_call([&] {
    ExecutableGraph *executable = find_executable(handle);
    Node *node = executable ? executable->graph->copy_of(find_node(node_handle)) : nullptr;
    if (!node || !enabled)
      return cudaErrorInvalidValue;
    *enabled = node->enabled;
    return cudaSuccess;
  });
}
