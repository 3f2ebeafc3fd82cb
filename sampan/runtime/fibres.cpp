#include "fibres.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <sched.h>

#include "api.h"
#include "context_switch.h"
#include "device_settings.h"
#include "knobs.h"
#include "watchdog.h"
#include "worker.h"

namespace sampan {
namespace {

// Frames of the runtime's and the C library's functions, and of signal delivery's red zone.
constexpr size_t kStackReserve = 32 << 10;

} // namespace

void FibreList::push(Fibre *fibre) {
  fibre->next = nullptr;
  (last_ ? last_->next : first_) = fibre;
  last_ = fibre;
}

Fibre *FibreList::pop() {
  Fibre *fibre = first_;
  if (fibre && !(first_ = fibre->next))
    last_ = nullptr;
  return fibre;
}

void FibreList::take_all(FibreList &other) {
  if (other.empty())
    return;
  (last_ ? last_->next : first_) = other.first_;
  last_ = other.last_;
  other.clear();
}

Fibres::~Fibres() { resize_stacks(0); }

void *Fibres::start(const KernelRun &run, uint8_t *shared, size_t shared_stride) {
  const SampanVariant &variant = *run.variant;
  size_t lanes = variant.kind == SAMPAN_WARP_FIBRE ? variant.width : 1;
  size_t need = std::max(knobs().fibre_stack, run.kernel->code.local_bytes * lanes + kStackReserve);
  need = std::max(need, thread_stack_limit() * lanes + kStackReserve);
  if (need > stack_size_)
    resize_stacks(need);

  run_ = &run;
  next_block_ = run.first;
  ready_.clear();
  const uint32_t *cluster = run.launch->cluster;
  cluster_size_ = cluster[0] * cluster[1] * cluster[2];
  shared_stride_ = shared_stride;
  blocks_.resize(run.together ? run.count : cluster_size_);
  clusters_.resize(blocks_.size() / cluster_size_);
  for (size_t i = 0; i < blocks_.size(); ++i)
    blocks_[i].shared = shared + i * shared_stride;
  begin_clusters();
  count_deed();
  running_ = take_fibre();
  return running_ ? running_->context : nullptr;
}

void Fibres::discard() {
  used_ = 0;
  idle_.clear();
  ready_.clear();
  running_ = nullptr;
}

// The run's next blocks, as many as are resident at once.
void Fibres::begin_clusters() {
  starting_ = 0;
  live_ = 0;
  for (size_t i = 0; i < clusters_.size(); ++i) {
    Cluster &cluster = clusters_[i];
    cluster = {0, 0, 0, {}, &blocks_[i * cluster_size_]};
    for (uint32_t rank = 0; rank < cluster_size_; ++rank) {
      ResidentBlock &block = cluster.blocks[rank];
      block.cluster = &cluster;
      begin_block(block, next_block_++);
      cluster.live += block.live;
    }
    live_ += cluster.live;
  }
}

// Blocks are counted cluster by cluster, so that those of a cluster follow each other.
void Fibres::begin_block(ResidentBlock &block, uint64_t index) {
  const SampanLaunch &launch = *run_->launch;
  uint64_t number = index / cluster_size_, rank = index % cluster_size_;
  for (int i = 0; i < 3; ++i) {
    uint32_t blocks = launch.cluster[i], clusters = launch.grid[i] / blocks;
    block.ctaid[i] = static_cast<uint32_t>(number % clusters * blocks + rank % blocks);
    number /= clusters;
    rank /= blocks;
  }
  std::fill(block.next_tid, block.next_tid + 3, 0);
  block.next_linear = 0;
  uint32_t width = run_->variant->width;
  block.unstarted = (launch.block_threads + width - 1) / width;
  block.live = block.unstarted;
  block.arrived = 0;
  block.waiting.clear();
  block.arriving = {};
  block.named.clear();
  begin_warps(block);
}

// The block with threads to start; the run's next block where the one before has ended.
ResidentBlock *Fibres::block_to_start() {
  for (;;) {
    ResidentBlock &block = blocks_[starting_];
    if (block.unstarted)
      return &block;
    if (starting_ + 1 < blocks_.size()) {
      ++starting_;
    } else if (!run_->together && !live_ && next_block_ < run_->first + run_->count &&
               !run_->cancelled()) {
      begin_clusters();
    } else {
      return nullptr;
    }
  }
}

void Fibres::begin_unit(ResidentBlock &block, Fibre &fibre) {
  const SampanLaunch &launch = *run_->launch;
  SampanThread &thread = fibre.thread;
  fibre.block = &block;
  fibre.at_cluster = false;
  for (int i = 0; i < 3; ++i) {
    thread.tid[i] = block.next_tid[i];
    thread.ctaid[i] = block.ctaid[i];
  }
  thread.linear_tid = block.next_linear;
  thread.launch = &launch;
  thread.shared = block.shared;
  thread.shared_stride = static_cast<uint32_t>(shared_stride_);
  thread.runtime = &fibre;

  --block.unstarted;
  uint32_t width = run_->variant->width;
  block.next_linear += width;
  block.next_tid[0] += width;
  while (block.next_tid[0] >= launch.block[0]) {
    block.next_tid[0] -= launch.block[0];
    if (++block.next_tid[1] == launch.block[1]) {
      block.next_tid[1] = 0;
      ++block.next_tid[2];
    }
  }
}

void Fibres::main(void *fibre) {
  auto &self = *static_cast<Fibre *>(fibre);
  for (;;)
    self.owner->run_units(self);
}

// Runs units while there are any to start, then lets others go on. Returns when it is needed again.
void Fibres::run_units(Fibre &fibre) {
  while (ResidentBlock *block = block_to_start()) {
    begin_unit(*block, fibre);
    count_deed();
    reinterpret_cast<SampanThreadEntry>(run_->variant->entry)(&fibre.thread);
    --block->live;
    --live_;
    leave_warp(fibre);
    if (block->arrived && block->arrived == block->live)
      release(*block);
    for (NamedBarrier &barrier : block->named)
      pass_if_complete(*block, barrier);
    Cluster &cluster = *block->cluster;
    cluster.arrived -= fibre.at_cluster;
    if (--cluster.live == cluster.arrived && cluster.arrived)
      pass(cluster);
  }
  if (Fibre *next = ready_.pop()) {
    idle_.push(&fibre);
    running_ = next;
    sampan_switch(&fibre.context, next->context);
    return;
  }
  for (Cluster &cluster : clusters_) {
    if (const Fibre *waiting = cluster.waiting.first())
      worker_.abandon(Failure::Kind::deadlock, &waiting->thread, waiting->waits_at);
  }
  for (ResidentBlock &block : blocks_) {
    if (const Fibre *waiting = block.waiting.first())
      worker_.abandon(Failure::Kind::deadlock, &waiting->thread, waiting->waits_at);
    for (const NamedBarrier &barrier : block.named) {
      if (const Fibre *waiting = barrier.waiting.first())
        worker_.abandon(Failure::Kind::deadlock, &waiting->thread, waiting->waits_at);
    }
    if (block.live)
      worker_.abandon(Failure::Kind::deadlock, nullptr);
  }
  idle_.push(&fibre);
  running_ = nullptr;
  sampan_switch(&fibre.context, worker_.native_context());
}

void Fibres::release(ResidentBlock &block) {
  count_deed();
  block.arrived = 0;
  block.result = block.arriving;
  block.arriving = {};
  for (Warp &warp : block.warps)
    warp.at_barrier = 0;
  ready_.take_all(block.waiting);
}

void Fibres::pass(Cluster &cluster) {
  count_deed();
  cluster.arrived = 0;
  ++cluster.phase;
  let_go(cluster.waiting);
}

void Fibres::let_go(FibreList &waiting) {
  count_deed();
  for (Fibre *fibre = waiting.first(); fibre; fibre = fibre->next)
    leave_barrier(*fibre);
  ready_.take_all(waiting);
}

bool Fibres::pass_if_complete(ResidentBlock &block, NamedBarrier &barrier) {
  uint32_t needed = barrier.threads ? barrier.threads : block.live;
  if (barrier.arrived == 0 || barrier.arrived < needed)
    return false;
  barrier.arrived = 0;
  let_go(barrier.waiting);
  return true;
}

void Fibres::named_barrier(Fibre &fibre, uint32_t number, uint32_t threads, bool wait) {
  ResidentBlock &block = *fibre.block;
  auto found = std::find_if(block.named.begin(), block.named.end(),
                            [&](const NamedBarrier &other) { return other.number == number; });
  if (found == block.named.end()) {
    block.named.push_back({number, threads, 0, {}});
    found = std::prev(block.named.end());
  }
  found->threads = threads;
  ++found->arrived;
  if (pass_if_complete(block, *found) || !wait)
    return;
  found->waiting.push(&fibre);
  wait_at_barrier(fibre);
  suspend(fibre);
}

void Fibres::cluster_arrive(Fibre &fibre) {
  Cluster &cluster = *fibre.block->cluster;
  fibre.at_cluster = true;
  fibre.cluster_phase = cluster.phase;
  if (++cluster.arrived == cluster.live)
    pass(cluster);
}

void Fibres::cluster_wait(Fibre &fibre) {
  Cluster &cluster = *fibre.block->cluster;
  if (fibre.at_cluster && fibre.cluster_phase == cluster.phase) {
    cluster.waiting.push(&fibre);
    wait_at_barrier(fibre);
    suspend(fibre);
  }
  fibre.at_cluster = false;
}

void Fibres::suspend(Fibre &fibre) {
  Fibre *next = block_to_start() ? take_fibre() : ready_.pop();
  if (!next) {
    bool memory = block_to_start() != nullptr;
    worker_.abandon(memory ? Failure::Kind::no_memory : Failure::Kind::deadlock, &fibre.thread,
                    fibre.waits_at);
  }
  if (next != &fibre) {
    running_ = next;
    sampan_switch(&fibre.context, next->context);
  }
  // Another worker's fault ends the grid; whoever waits for that one's blocks would wait for ever.
  worker_.abandon_if_due(&fibre.thread, fibre.waits_at);
}

void Fibres::count_deed() {
  count(deeds_);
  idle_looks_ = 0;
}

int32_t Fibres::barrier(Fibre &fibre, bool payload, int32_t predicate, int32_t op) {
  ResidentBlock &block = *fibre.block;
  if (payload) {
    // A warp's predicate counts its lanes, a lane's is a truth value.
    bool lane = run_->variant->kind == SAMPAN_LANE_FIBRE;
    block.arriving.count += lane ? predicate != 0 : predicate;
    block.arriving.all &= predicate != 0;
    block.arriving.any |= predicate != 0;
  }
  if (++block.arrived == block.live) {
    release(block);
  } else {
    block.waiting.push(&fibre);
    wait_at_barrier(fibre);
    suspend(fibre);
  }
  const BarrierPayload &result = block.result;
  return op == 0 ? result.count : op == 1 ? result.all : result.any;
}

void Fibres::yield(Fibre &fibre) {
  count_deed();
  if (ready_.empty() && !block_to_start()) {
    // What this thread waits for can only come from another worker or from the host.
    sched_yield();
    worker_.abandon_if_due(&fibre.thread, fibre.waits_at);
    return;
  }
  ready_.push(&fibre);
  suspend(fibre);
}

// Where all threads of all workers spin or wait, none will ever write what another waits for. The
// watchdog looks for that once a worker has spun for a while.
void Fibres::spin(Fibre &fibre, bool again) {
  constexpr uint64_t kAWhile = 1 << 16;
  if (!again)
    count_deed();
  count(looks_);
  if (++idle_looks_ == kAWhile) {
    round_.store(live_ + 1, std::memory_order_relaxed);
    watchdog::watch_progress();
  }
  if (ready_.empty() && !block_to_start()) {
    sched_yield();
    worker_.abandon_if_due(&fibre.thread, fibre.waits_at);
    return;
  }
  ready_.push(&fibre);
  suspend(fibre);
}

void Fibres::step(Fibre &fibre) {
  count_deed();
  if (ready_.empty() && !block_to_start())
    return;
  ready_.push(&fibre);
  suspend(fibre);
}

Fibre *Fibres::take_fibre() {
  if (Fibre *fibre = idle_.pop())
    return fibre;
  if (used_ == batches_.size() * kBatch) {
    Stack stacks[kBatch];
    if (!map_stacks(stack_size_, kBatch, stacks))
      return nullptr;
    batches_.emplace_back(new Fibre[kBatch]);
    for (unsigned i = 0; i < kBatch; ++i) {
      batches_.back()[i].stack = stacks[i];
      batches_.back()[i].owner = this;
    }
  }
  Fibre &fibre = batches_[used_ / kBatch][used_ % kBatch];
  // Stacks are a power of two apart; starting all at the same offset would put the few lines that
  // each fibre touches into the same sets of the cache.
  constexpr unsigned line = 64, colours = 61, stride = 5;
  char *top = fibre.stack.high - used_ % colours * stride * line % page_size();
  ++used_;
  fibre.context = prepare_context(top, main, &fibre);
  return &fibre;
}

void Fibres::resize_stacks(size_t size) {
  for (auto &batch : batches_)
    unmap_stacks(stack_size_, kBatch, batch[0].stack);
  batches_.clear();
  discard();
  stack_size_ = size;
}

} // namespace sampan
