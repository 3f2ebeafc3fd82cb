// Conditional nodes of graphs: bodies that run, or run again, as a number says when it is their
// turn (CUDA C++ Programming Guide, "Conditional Graph Nodes").

#include <cstdint>
#include <map>
#include <set>

#include "api.h"
#include "executor.h"
#include "graph.h"

namespace sampan {

namespace {

std::mutex launches; // of graphs with conditions

// Those that there are: a handle that is none is recognised.
struct Conditions {
  std::mutex mutex;
  std::map<cudaGraphConditionalHandle, std::weak_ptr<Condition>> alive;
};
Conditions &conditions() {
  static Conditions &conditions = *new Conditions;
  return conditions;
}

cudaGraphConditionalHandle handle_of(const Condition &condition) {
  return reinterpret_cast<cudaGraphConditionalHandle>(&condition.value);
}

} // namespace

Condition::Condition(unsigned first, bool every_time)
    : value(first), initial(first), assign(every_time) {
  share_memory(&value, sizeof value);
}

Condition::~Condition() {
  unshare_memory(&value);
  std::lock_guard<std::mutex> lock(conditions().mutex);
  conditions().alive.erase(handle_of(*this));
}

namespace {

// One round of a body: done when all that it submitted is done.
class BodyRun final : public Command {
public:
  explicit BodyRun(std::shared_ptr<Graph> body) : Command(Place::pool), body_(std::move(body)) {}
  void run(uint64_t, uint64_t) override {
    try {
      enqueue_graph(*body_, {}, nullptr, this);
    } catch (const std::exception &) {
      set_sticky_error(cudaErrorMemoryAllocation);
    }
  }

private:
  std::shared_ptr<Graph> body_;
};

// The rounds are its children; after each, it is asked for another.
class Conditional final : public Command {
public:
  Conditional(const ConditionalWork &work, bool own)
      : Command(Place::pool), condition_(work.condition), type_(work.type) {
    // As they are at the launch: the program may change its executable graph meanwhile.
    for (const std::shared_ptr<Graph> &body : work.bodies)
      bodies_.push_back(own ? body : std::shared_ptr<Graph>(body->clone()));
  }
  void run(uint64_t, uint64_t) override {}

private:
  CommandRef last_child() override {
    if (sticky_error() || (began_ && type_ != cudaGraphCondTypeWhile))
      return {};
    began_ = true;
    unsigned value = condition_->value;
    size_t chosen = type_ == cudaGraphCondTypeSwitch ? value : value != 0 ? 0 : 1;
    return chosen < bodies_.size() ? CommandRef(new BodyRun(bodies_[chosen])) : CommandRef();
  }

  std::shared_ptr<Condition> condition_;
  const cudaGraphConditionalNodeType type_;
  std::vector<std::shared_ptr<Graph>> bodies_;
  bool began_ = false;
};

class InitialConditions final : public Command {
public:
  explicit InitialConditions(std::vector<std::shared_ptr<Condition>> conditions)
      : Command(Place::mark), conditions_(std::move(conditions)) {}
  void run(uint64_t, uint64_t) override {
    for (auto &condition : conditions_)
      condition->value = condition->initial;
  }

private:
  std::vector<std::shared_ptr<Condition>> conditions_;
};

void collect(const Graph &graph, std::set<Condition *> &found) {
  for (auto &condition : graph.conditions)
    found.insert(condition.get());
  for (auto &node : graph.nodes) {
    for (Graph *inside : graphs_in(node->work))
      collect(*inside, found);
  }
}

} // namespace

CommandRef conditional_command(const ConditionalWork &work, bool own) {
  return CommandRef(new Conditional(work, own));
}

cudaError_t conditional_work(cudaConditionalNodeParams &p, ConditionalWork &work) {
  size_t most = p.type == cudaGraphCondTypeWhile ? 1 : p.type == cudaGraphCondTypeIf ? 2 : SIZE_MAX;
  if (p.type > cudaGraphCondTypeSwitch || p.size == 0 || p.size > most)
    return cudaErrorInvalidValue;
  {
    std::lock_guard<std::mutex> lock(conditions().mutex);
    auto found = conditions().alive.find(p.handle);
    work.condition = found == conditions().alive.end() ? nullptr : found->second.lock();
    if (!work.condition || work.condition->used)
      return cudaErrorInvalidValue;
    work.condition->used = true;
  }
  work.type = p.type;
  for (unsigned i = 0; i < p.size; ++i) {
    work.bodies.push_back(std::make_shared<Graph>());
    work.bodies.back()->embedded = true;
    work.handles.push_back(sampan::handle_of(work.bodies.back().get()));
  }
  return cudaSuccess;
}

CommandRef initial_conditions(const Graph &graph) {
  std::vector<std::shared_ptr<Condition>> assigned;
  for (auto &condition : graph.conditions) {
    if (condition->assign)
      assigned.push_back(condition);
  }
  return assigned.empty() ? CommandRef() : CommandRef(new InitialConditions(std::move(assigned)));
}

std::unique_lock<std::mutex> take_conditions(const Graph &graph, std::vector<CommandRef> &needs,
                                             const CommandRef &end) {
  std::set<Condition *> conditions;
  collect(graph, conditions);
  if (conditions.empty())
    return {};
  std::unique_lock<std::mutex> lock(launches);
  for (Condition *condition : conditions) {
    if (condition->last)
      needs.push_back(condition->last);
    condition->last = end;
  }
  return lock;
}

} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaGraphConditionalHandleCreate(cudaGraphConditionalHandle *handle,
                                                        cudaGraph_t graph_handle, unsigned initial,
                                                        unsigned flags) {
  return api_call([&] {
    Graph *graph = find_graph(graph_handle);
    if (!handle || !graph || flags > cudaGraphCondAssignDefault)
      return cudaErrorInvalidValue;
    auto made = std::make_shared<Condition>(initial, flags == cudaGraphCondAssignDefault);
    graph->conditions.push_back(made);
    *handle = handle_of(*made);
    std::lock_guard<std::mutex> lock(conditions().mutex);
    conditions().alive[*handle] = made;
    return cudaSuccess;
  });
}
