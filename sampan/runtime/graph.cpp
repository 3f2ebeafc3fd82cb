// The structure of graphs: nodes, edges, copies, order.

#include "graph.h"

#include <algorithm>
#include <unordered_map>

#include "api.h"

namespace sampan {

cudaGraphNodeType type_of(const Work &work) {
  struct Types {
    cudaGraphNodeType operator()(const EmptyWork &) { return cudaGraphNodeTypeEmpty; }
    cudaGraphNodeType operator()(const KernelWork &) { return cudaGraphNodeTypeKernel; }
    cudaGraphNodeType operator()(const CopyWork &) { return cudaGraphNodeTypeMemcpy; }
    cudaGraphNodeType operator()(const FillWork &) { return cudaGraphNodeTypeMemset; }
    cudaGraphNodeType operator()(const HostWork &) { return cudaGraphNodeTypeHost; }
    cudaGraphNodeType operator()(const ChildWork &) { return cudaGraphNodeTypeGraph; }
    cudaGraphNodeType operator()(const EventWork &work) {
      return work.record ? cudaGraphNodeTypeEventRecord : cudaGraphNodeTypeWaitEvent;
    }
    cudaGraphNodeType operator()(const MemoryWork &work) {
      return work.memory ? cudaGraphNodeTypeMemAlloc : cudaGraphNodeTypeMemFree;
    }
    cudaGraphNodeType operator()(const ConditionalWork &) { return cudaGraphNodeTypeConditional; }
  };
  return std::visit(Types(), work);
}

std::vector<Graph *> graphs_in(const Work &work) {
  std::vector<Graph *> inside;
  if (auto *child = std::get_if<ChildWork>(&work))
    inside.push_back(child->graph.get());
  if (auto *conditional = std::get_if<ConditionalWork>(&work)) {
    for (auto &body : conditional->bodies)
      inside.push_back(body.get());
  }
  return inside;
}

Graph::~Graph() {
  state = 0;
  for (auto &node : nodes)
    node->state = 0;
}

Node *Graph::add(Work work, std::vector<Node *> needs) {
  nodes.push_back(std::make_unique<Node>());
  Node *node = nodes.back().get();
  node->graph = this;
  node->work = std::move(work);
  for (Node *need : needs) {
    if (std::find(node->needs.begin(), node->needs.end(), need) == node->needs.end())
      node->needs.push_back(need);
  }
  return node;
}

void Graph::remove(Node *node) {
  for (auto &other : nodes) {
    auto &needs = other->needs;
    needs.erase(std::remove(needs.begin(), needs.end(), node), needs.end());
  }
  node->state = 0;
  nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(index_of(node)));
}

std::unique_ptr<Graph> Graph::clone() const {
  auto copy = std::make_unique<Graph>();
  copy->conditions = conditions;
  std::unordered_map<const Node *, Node *> twin;
  for (auto &node : nodes) {
    Node *made = copy->add(node->work, {});
    made->copied_from = node.get();
    made->enabled = node->enabled;
    if (auto *child = std::get_if<ChildWork>(&made->work))
      child->graph = child->graph->clone();
    if (auto *conditional = std::get_if<ConditionalWork>(&made->work)) {
      conditional->handles.clear();
      for (auto &body : conditional->bodies) {
        body = body->clone();
        conditional->handles.push_back(handle_of(body.get()));
      }
    }
    for (Graph *inside : graphs_in(made->work))
      inside->embedded = true;
    twin[node.get()] = made;
  }
  for (auto &node : nodes) {
    for (Node *need : node->needs)
      twin[node.get()]->needs.push_back(twin[need]);
  }
  return copy;
}

size_t Graph::index_of(const Node *node) const {
  auto same = [&](const std::unique_ptr<Node> &other) { return other.get() == node; };
  return static_cast<size_t>(std::find_if(nodes.begin(), nodes.end(), same) - nodes.begin());
}

std::vector<Node *> Graph::ordered() const {
  std::unordered_map<const Node *, size_t> open;
  std::unordered_map<const Node *, std::vector<Node *>> waiting;
  std::vector<Node *> order;
  for (auto &node : nodes) {
    open[node.get()] = node->needs.size();
    for (Node *need : node->needs)
      waiting[need].push_back(node.get());
    if (node->needs.empty())
      order.push_back(node.get());
  }
  for (size_t next = 0; next < order.size(); ++next) {
    for (Node *node : waiting[order[next]]) {
      if (--open[node] == 0)
        order.push_back(node);
    }
  }
  return order;
}

std::vector<Node *> Graph::leaves() const {
  std::vector<Node *> result;
  for (auto &node : nodes) {
    bool needed = std::any_of(nodes.begin(), nodes.end(), [&](const std::unique_ptr<Node> &other) {
      return std::find(other->needs.begin(), other->needs.end(), node.get()) != other->needs.end();
    });
    if (!needed)
      result.push_back(node.get());
  }
  return result;
}

Node *Graph::copy_of(const Node *original) {
  for (auto &node : nodes) {
    if (node->copied_from == original)
      return node.get();
    for (Graph *inside : graphs_in(node->work)) {
      if (Node *found = inside->copy_of(original))
        return found;
    }
  }
  return nullptr;
}

Graph *find_graph(cudaGraph_t handle) {
  auto *graph = reinterpret_cast<Graph *>(handle);
  return graph && graph->state == Graph::kAlive ? graph : nullptr;
}

Node *find_node(cudaGraphNode_t handle) {
  auto *node = reinterpret_cast<Node *>(handle);
  return node && node->state == Node::kAlive ? node : nullptr;
}

ExecutableGraph *find_executable(cudaGraphExec_t handle) {
  auto *executable = reinterpret_cast<ExecutableGraph *>(handle);
  return executable && executable->state == ExecutableGraph::kAlive ? executable : nullptr;
}

namespace {

// The API's way of returning lists: their length if there is no array, else as much as fits.
cudaError_t give(const std::vector<Node *> &from, cudaGraphNode_t *to, size_t *count) {
  if (!count)
    return cudaErrorInvalidValue;
  if (to) {
    for (size_t i = 0; i < *count; ++i)
      to[i] = i < from.size() ? handle_of(from[i]) : nullptr;
    *count = std::min(*count, from.size());
  } else {
    *count = from.size();
  }
  return cudaSuccess;
}

std::vector<Node *> dependents(const Node &node) {
  std::vector<Node *> result;
  for (auto &other : node.graph->nodes) {
    if (std::find(other->needs.begin(), other->needs.end(), &node) != other->needs.end())
      result.push_back(other.get());
  }
  return result;
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGraphCreate(cudaGraph_t *graph, unsigned flags) {
  return api_call([&] {
    if (!graph || flags)
      return cudaErrorInvalidValue;
    *graph = handle_of(new Graph);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphDestroy(cudaGraph_t handle) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph || graph->embedded)
      return cudaErrorInvalidValue;
    delete graph;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphClone(cudaGraph_t *clone, cudaGraph_t handle) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!clone || !graph)
      return cudaErrorInvalidValue;
    *clone = handle_of(graph->clone().release());
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeFindInClone(cudaGraphNode_t *node, cudaGraphNode_t original,
                                                cudaGraph_t clone) {
  return api_call([&] {
    Graph *graph = find_graph(clone);
    Node *found = graph && node ? graph->copy_of(find_node(original)) : nullptr;
    if (!found)
      return cudaErrorInvalidValue;
    *node = handle_of(found);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphGetNodes(cudaGraph_t handle, cudaGraphNode_t *nodes,
                                         size_t *count) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph)
      return cudaErrorInvalidValue;
    std::vector<Node *> all;
    for (auto &node : graph->nodes)
      all.push_back(node.get());
    return give(all, nodes, count);
  });
}

SAMPAN_API cudaError_t cudaGraphGetRootNodes(cudaGraph_t handle, cudaGraphNode_t *nodes,
                                             size_t *count) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph)
      return cudaErrorInvalidValue;
    std::vector<Node *> roots;
    for (auto &node : graph->nodes) {
      if (node->needs.empty())
        roots.push_back(node.get());
    }
    return give(roots, nodes, count);
  });
}

SAMPAN_API cudaError_t cudaGraphGetEdges(cudaGraph_t handle, cudaGraphNode_t *from,
                                         cudaGraphNode_t *to, size_t *count) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph || !count || !from != !to)
      return cudaErrorInvalidValue;
    std::vector<Node *> sources, targets;
    for (auto &node : graph->nodes) {
      for (Node *need : node->needs) {
        sources.push_back(need);
        targets.push_back(node.get());
      }
    }
    size_t given = *count;
    if (from)
      give(targets, to, &given);
    return give(sources, from, count);
  });
}

SAMPAN_API cudaError_t cudaGraphNodeGetDependencies(cudaGraphNode_t handle, cudaGraphNode_t *nodes,
                                                    size_t *count) {
  return api_call([&] {
    Node *node = find_node(handle);
    return node ? give(node->needs, nodes, count) : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeGetDependentNodes(cudaGraphNode_t handle,
                                                      cudaGraphNode_t *nodes, size_t *count) {
  return api_call([&] {
    Node *node = find_node(handle);
    return node ? give(dependents(*node), nodes, count) : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaGraphAddDependencies(cudaGraph_t handle, const cudaGraphNode_t *from,
                                                const cudaGraphNode_t *to, size_t count) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph || (count && (!from || !to)))
      return cudaErrorInvalidValue;
    for (size_t i = 0; i < count; ++i) {
      Node *source = find_node(from[i]), *target = find_node(to[i]);
      if (!source || !target || source == target || source->graph != graph ||
          target->graph != graph ||
          std::find(target->needs.begin(), target->needs.end(), source) != target->needs.end()) {
        return cudaErrorInvalidValue;
      }
      target->needs.push_back(source);
    }
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphRemoveDependencies(cudaGraph_t handle, const cudaGraphNode_t *from,
                                                   const cudaGraphNode_t *to, size_t count) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    if (!graph || (count && (!from || !to)))
      return cudaErrorInvalidValue;
    for (size_t i = 0; i < count; ++i) {
      Node *source = find_node(from[i]), *target = find_node(to[i]);
      if (!source || !target || target->graph != graph)
        return cudaErrorInvalidValue;
      auto at = std::find(target->needs.begin(), target->needs.end(), source);
      if (at == target->needs.end())
        return cudaErrorInvalidValue;
      target->needs.erase(at);
    }
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphNodeGetType(cudaGraphNode_t handle, cudaGraphNodeType *type) {
  return api_call([&] {
    Node *node = find_node(handle);
    if (!node || !type)
      return cudaErrorInvalidValue;
    *type = type_of(node->work);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaGraphDestroyNode(cudaGraphNode_t handle) {
  return api_call([&] {
    Node *node = find_node(handle);
    if (!node)
      return cudaErrorInvalidValue;
    node->graph->remove(node);
    return cudaSuccess;
  });
}
