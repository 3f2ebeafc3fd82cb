// Graphs as a picture: a file in the language of Graphviz.

#include <cstdio>

#include "api.h"
#include "graph.h"
#include "registry.h"

namespace sampan {
namespace {

const char *name_of(cudaGraphNodeType type) {
  switch (type) {
  case cudaGraphNodeTypeKernel:
    return "kernel";
  case cudaGraphNodeTypeMemcpy:
    return "copy";
  case cudaGraphNodeTypeMemset:
    return "fill";
  case cudaGraphNodeTypeHost:
    return "host function";
  case cudaGraphNodeTypeGraph:
    return "graph";
  case cudaGraphNodeTypeWaitEvent:
    return "wait for event";
  case cudaGraphNodeTypeEventRecord:
    return "record event";
  case cudaGraphNodeTypeMemAlloc:
    return "allocate";
  case cudaGraphNodeTypeMemFree:
    return "free";
  case cudaGraphNodeTypeConditional:
    return "conditional";
  default:
    return "empty";
  }
}

void print(std::FILE *file, const Graph &graph) {
  for (auto &node : graph.nodes) {
    const Node *at = node.get();
    auto *kernel = std::get_if<KernelWork>(&node->work);
    std::string label =
        kernel ? kernel->kernel->display_name() : std::string(name_of(type_of(node->work)));
    std::fprintf(file, "  n%p [label=\"%s\"];\n", static_cast<const void *>(at), label.c_str());
    for (const Node *need : node->needs) {
      std::fprintf(file, "  n%p -> n%p;\n", static_cast<const void *>(need),
                   static_cast<const void *>(at));
    }
  }
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGraphDebugDotPrint(cudaGraph_t handle, const char *path, unsigned) {
  return api_call([&] {
    Graph *graph = find_graph(handle);
    std::FILE *file = graph && path ? std::fopen(path, "w") : nullptr;
    if (!file)
      return graph && path ? cudaErrorOperatingSystem : cudaErrorInvalidValue;
    std::fprintf(file, "digraph {\n");
    print(file, *graph);
    std::fprintf(file, "}\n");
    return std::fclose(file) == 0 ? cudaSuccess : cudaErrorOperatingSystem;
  });
}
