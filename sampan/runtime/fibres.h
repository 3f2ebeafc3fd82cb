// Fibres: the threads (or warps) of a block, taking turns on one worker.
//
// A fibre runs one thread of the block after the other, so threads that never wait for each other
// cost a call each. Where one waits (at a barrier, or by yielding), another fibre goes on, with a
// thread that has not started yet or with one that can. Fibres never change their worker.
#ifndef SAMPAN_FIBRES_H
#define SAMPAN_FIBRES_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "sampan_abi.h"
#include "stacks.h"

namespace sampan {

class Worker;
struct KernelRun;
struct ResidentBlock;

// What a lane brings to a warp-wide operation, and what it takes from it.
struct Meeting {
  enum class Kind : uint8_t { read, ballot, match, reduce, sync, product, activemask };
  Kind kind;
  uint32_t members;
  uint64_t value; // of a matrix product: where the lane's elements are
  // The lane to read, the operation to reduce by, the product's shape, the place of an activemask.
  uint32_t extra;
  uint32_t result;
};

struct Fibre {
  void *context = nullptr; // while it is suspended
  Fibre *next = nullptr;   // in the list that it waits in
  ResidentBlock *block = nullptr;
  class Fibres *owner = nullptr;
  const void *waits_at = nullptr; // the kernel's call that made it wait last
  bool at_cluster = false;        // has arrived at the cluster's barrier and not yet waited there
  uint64_t cluster_phase = 0;     // of the cluster when it arrived
  Stack stack;
  Meeting meeting = {};
  alignas(64) SampanThread thread = {};
};

// Sets of lanes are bits, lane 0 the lowest.
struct Warp {
  uint32_t living;     // lanes that have not returned, started or not
  uint32_t meeting;    // of those, the ones that wait at a warp-wide operation
  uint32_t at_barrier; // and the ones that wait at the block's barrier
  Fibre *lanes[32];    // of the meeting ones
};

// First in, first out.
class FibreList {
public:
  bool empty() const { return !first_; }
  Fibre *first() const { return first_; }
  void push(Fibre *fibre);
  Fibre *pop();
  void take_all(FibreList &other);
  void clear() { first_ = last_ = nullptr; }

private:
  Fibre *first_ = nullptr;
  Fibre *last_ = nullptr;
};

// What the arrivals at a barrier add up to. Kept apart from the result of the last barrier, which
// threads that are slow to leave it have yet to read.
struct BarrierPayload {
  int32_t count = 0;
  int32_t all = 1;
  int32_t any = 0;
};

// Blocks whose threads can meet and reach each other's shared memory. All of them are resident.
struct Cluster {
  uint32_t live;    // units that have not returned
  uint32_t arrived; // of those, the ones that have come to the barrier
  uint64_t phase;   // how often all have met
  FibreList waiting;
  struct ResidentBlock *blocks; // by rank
};

// A barrier that some of a block's threads agree on.
struct NamedBarrier {
  uint32_t number;
  uint32_t threads; // that it takes; 0: all that have not returned
  uint32_t arrived;
  FibreList waiting;
};

struct ResidentBlock {
  Cluster *cluster;
  uint32_t ctaid[3];
  uint32_t next_tid[3]; // of the next unit to start
  uint32_t next_linear;
  uint32_t unstarted; // units (threads or warps) that have not begun
  uint32_t live;      // units that have not returned
  uint32_t arrived;   // units that wait at the barrier
  uint8_t *shared;
  FibreList waiting;
  BarrierPayload arriving;
  BarrierPayload result;
  std::vector<Warp> warps;
  std::vector<NamedBarrier> named;
};

class Fibres {
public:
  explicit Fibres(Worker &worker) : worker_(worker) {}
  ~Fibres();

  // A context that runs all blocks of `run` to their end; null if there is no memory for it. Its
  // blocks have their shared memory one after the other at `shared`.
  void *start(const KernelRun &run, uint8_t *shared, size_t shared_stride);
  // Forgets the fibres of a kernel that was abandoned.
  void discard();
  Fibre *running() const { return running_; }

  // Called by the running fibre.
  int32_t barrier(Fibre &fibre, bool payload, int32_t predicate, int32_t op);
  void named_barrier(Fibre &fibre, uint32_t number, uint32_t threads, bool wait);
  void cluster_arrive(Fibre &fibre);
  void cluster_wait(Fibre &fibre);
  void yield(Fibre &fibre);
  void step(Fibre &fibre);
  // A yield in a loop that only looks at memory.
  void spin(Fibre &fibre, bool again);
  // How often a thread has done something else, and how often one has only looked; read by others.
  uint64_t deeds() const { return deeds_.load(std::memory_order_relaxed); }
  uint64_t looks() const { return looks_.load(std::memory_order_relaxed); }
  // As many looks as it takes until each thread has looked.
  uint64_t round() const { return round_.load(std::memory_order_relaxed); }
  // A warp-wide operation: returns when its members have met.
  uint32_t meet(Fibre &fibre, const Meeting &meeting);

private:
  static void main(void *fibre);
  void count_deed();
  void run_units(Fibre &fibre);
  void begin_clusters();
  void begin_block(ResidentBlock &block, uint64_t index);
  void begin_unit(ResidentBlock &block, Fibre &fibre);
  ResidentBlock *block_to_start();
  void release(ResidentBlock &block);
  void pass(Cluster &cluster);
  bool pass_if_complete(ResidentBlock &block, NamedBarrier &barrier);
  void let_go(FibreList &waiting);
  void suspend(Fibre &fibre);
  void begin_warps(ResidentBlock &block);
  void leave_warp(Fibre &fibre);
  void wait_at_barrier(Fibre &fibre);
  void leave_barrier(Fibre &fibre);
  bool settle(Warp &warp, unsigned lane, Fibre *running);
  void answer_active(Warp &warp, Fibre *running);
  void free_lanes(Warp &warp, uint32_t lanes, Fibre *running);
  Fibre *take_fibre();
  void resize_stacks(size_t size);

  static constexpr unsigned kBatch = 32;

  // Only the owner writes them.
  static void count(std::atomic<uint64_t> &number) {
    number.store(number.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  std::atomic<uint64_t> deeds_{0}, looks_{0}, round_{1};
  uint64_t idle_looks_ = 0; // since the last deed

  Worker &worker_;
  const KernelRun *run_ = nullptr;
  uint64_t next_block_ = 0; // of the run
  std::vector<ResidentBlock> blocks_;
  std::vector<Cluster> clusters_;
  uint64_t live_ = 0;         // units of resident blocks that have not returned
  uint32_t cluster_size_ = 1; // in blocks
  size_t shared_stride_ = 0;
  size_t starting_ = 0; // index of the resident block whose threads are being started
  FibreList ready_;
  Fibre *running_ = nullptr;

  size_t stack_size_ = 0;
  std::vector<std::unique_ptr<Fibre[]>> batches_;
  unsigned used_ = 0; // fibres that have a live context
  FibreList idle_;    // of those, the ones without a thread
};

} // namespace sampan

#endif
