// CUDA graphs: nodes of work and what each needs done before it.
//
// A graph is what a program builds or captures; an executable graph is a copy of it that can be
// launched. To launch is to submit each node's work as a command that waits for its needs'
// commands.
#ifndef SAMPAN_GRAPH_H
#define SAMPAN_GRAPH_H

#include <functional>
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
  Kernel *ready = nullptr;      // what runs it (at_launch.h)
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
  size_t size;
};
constexpr unsigned kGraphMemoryFlag = 1u << 31; // Allocation.flags: not the program's to free
struct MemoryWork {
  cudaMemAllocNodeParams parameters{}; // of an allocation
  void *start = nullptr;
  std::shared_ptr<GraphMemory> memory; // null where the node frees
};

// What a handle of conditional nodes stands for; the value's address is the handle, so that device
// code can write it. All copies of a graph share it.
struct Condition {
  Condition(unsigned initial, bool assign);
  ~Condition();
  Condition(const Condition &) = delete;
  unsigned value;
  const unsigned initial;
  const bool assign; // the initial value whenever its graph begins
  bool used = false; // by a node
  CommandRef last;   // the end of the last launch that may touch it
};
struct ConditionalWork {
  std::shared_ptr<Condition> condition;
  cudaGraphConditionalNodeType type = cudaGraphCondTypeIf;
  std::vector<std::shared_ptr<Graph>> bodies; // this node's own copies
  std::vector<cudaGraph_t> handles;           // of the bodies, for cudaConditionalNodeParams
};

using Work = std::variant<EmptyWork, KernelWork, CopyWork, FillWork, HostWork, ChildWork, EventWork,
                          MemoryWork, ConditionalWork>;

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
  std::vector<std::shared_ptr<Condition>> conditions; // made for this graph
  bool embedded = false;                              // in a node, which owns it

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

// The graphs inside of a node.
std::vector<Graph *> graphs_in(const Work &work);

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

// Whether edges say no more than that one node comes after the other.
bool default_edges(const cudaGraphEdgeData *edges, size_t count);

// Checked work from the API's parameters.
cudaError_t kernel_work(const cudaKernelNodeParams &parameters, KernelWork &work);
cudaError_t copy_work(const cudaMemcpy3DParms &parameters, CopyWork &work);
cudaError_t copy_work(void *to, const void *from, size_t count, cudaMemcpyKind kind,
                      CopyWork &work);
cudaError_t fill_work(const cudaMemsetParams &parameters, FillWork &work);
cudaError_t host_work(const cudaHostNodeParams &parameters, HostWork &work);
cudaError_t child_work(cudaGraph_t graph, ChildWork &work);
cudaError_t event_work(cudaEvent_t event, bool record, EventWork &work);
// These also say in the parameters what they made.
cudaError_t allocation_work(cudaMemAllocNodeParams &parameters, MemoryWork &work);
cudaError_t conditional_work(cudaConditionalNodeParams &parameters, ConditionalWork &work);
cudaError_t any_work(cudaGraphNodeParams &parameters, Work &work);

// Adds a node with the work that `make` gives, after these dependencies.
cudaError_t add_node(cudaGraphNode_t *node, cudaGraph_t graph, const cudaGraphNode_t *needs,
                     size_t count, const std::function<cudaError_t(Work &)> &make);

// Submits a graph's work, behind `after`; what it returns has to be done for the graph to be done.
// In a body of a conditional node that is `around`, else in a stream.
std::vector<CommandRef> enqueue_graph(const Graph &graph, const std::vector<CommandRef> &after,
                                      Stream *stream, Command *around);

// A conditional node as a command. `own`: nobody else changes the bodies.
CommandRef conditional_command(const ConditionalWork &work, bool own);
// As a command: the graph's conditions that have an initial value get it. None if there are none.
CommandRef initial_conditions(const Graph &graph);
// For a launch that ends with `end`: what it needs besides, so that launches that share a condition
// do not overlap. Where there are conditions, hold the lock until all is submitted.
std::unique_lock<std::mutex> take_conditions(const Graph &graph, std::vector<CommandRef> &needs,
                                             const CommandRef &end);

cudaError_t launch_graph(ExecutableGraph &executable, Stream *stream);

} // namespace sampan

#endif
