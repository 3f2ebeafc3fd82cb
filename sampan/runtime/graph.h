// CUDA graphs: nodes of work and what each needs done before it.
//
// A graph is what a program builds or captures; an executable graph is a copy of it that can be
// launched. To launch is to submit each node's work as a command that waits for its needs'
// commands.
#ifndef SAMPAN_GRAPH_H
#define SAMPAN_GRAPH_H

#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "grid.h"
#include "transfers.h"

namespace sampan {

struct Graph;

struct EmptyWork {};
struct KernelWork {
  const void *function = nullptr;
  LaunchShape shape;
  Kernel *kernel = nullptr;
  std::vector<char> arguments;  // packed as the kernel's parameters are
  std::vector<void *> pointers; // to each of them, for cudaGraphKernelNodeGetParams
};
struct CopyWork {
  cudaMemcpy3DParms parameters{};
  Region to, from;
  Size3D size;
};
struct FillWork {
  cudaMemsetParams parameters{};
};
struct HostWork {
  cudaHostNodeParams parameters{};
};
struct ChildWork {
  std::shared_ptr<Graph> graph; // this node's own copy
};
struct EventWork {
  cudaEvent_t event = nullptr;
  bool record = false; // else wait
};
// Memory that graphs allocate is there as long as they are.
struct GraphMemory {
  explicit GraphMemory(size_t size);
  ~GraphMemory();
  GraphMemory(const GraphMemory &) = delete;
  void *start;
};
constexpr unsigned kGraphMemoryFlag = 1u << 31; // Allocation.flags: not the program's to free
struct MemoryWork {
  cudaMemAllocNodeParams parameters{}; // of an allocation
  void *start = nullptr;
  std::shared_ptr<GraphMemory> memory; // null where the node frees
};

using Work = std::variant<EmptyWork, KernelWork, CopyWork, FillWork, HostWork, ChildWork, EventWork,
                          MemoryWork>;

struct Node {
  static constexpr uint32_t kAlive = 0x4e4f4445;
  uint32_t state = kAlive;
  Graph *graph = nullptr;
  Work work;
  std::vector<Node *> needs;
  const Node *copied_from = nullptr; // in the graph this one was cloned from
  bool enabled = true;
};

cudaGraphNodeType type_of(const Work &work);

struct Graph {
  static constexpr uint32_t kAlive = 0x47524150;
  uint32_t state = kAlive;
  std::vector<std::unique_ptr<Node>> nodes;

  ~Graph();
  Node *add(Work work, std::vector<Node *> needs);
  void remove(Node *node);
  std::unique_ptr<Graph> clone() const; // children too
  size_t index_of(const Node *node) const;
  // Every node after its needs; fewer than `nodes` if there is a cycle.
  std::vector<Node *> ordered() const;
  std::vector<Node *> leaves() const;
  Node *copy_of(const Node *original); // also in children; null if there is none
};

struct ExecutableGraph {
  static constexpr uint32_t kAlive = 0x47455845;
  uint32_t state = kAlive;
  std::unique_ptr<Graph> graph;
  unsigned long long flags = 0;
  std::mutex mutex;
  CommandRef last; // the end of the last launch: launches do not overlap
};

// Null for a handle that is none.
Graph *find_graph(cudaGraph_t handle);
Node *find_node(cudaGraphNode_t handle);
ExecutableGraph *find_executable(cudaGraphExec_t handle);
inline cudaGraph_t handle_of(Graph *graph) { return reinterpret_cast<cudaGraph_t>(graph); }
inline cudaGraphNode_t handle_of(Node *node) { return reinterpret_cast<cudaGraphNode_t>(node); }

// Checked work from the API's parameters.
cudaError_t kernel_work(const cudaKernelNodeParams &parameters, KernelWork &work);
cudaError_t copy_work(const cudaMemcpy3DParms &parameters, CopyWork &work);
cudaError_t copy_work(void *to, const void *from, size_t count, cudaMemcpyKind kind,
                      CopyWork &work);
cudaError_t fill_work(const cudaMemsetParams &parameters, FillWork &work);

cudaError_t launch_graph(ExecutableGraph &executable, Stream *stream);

} // namespace sampan

#endif
