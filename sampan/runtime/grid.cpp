#include "grid.h"

#include <algorithm>
#include <cstring>

#include "accelerator.h"
#include "api.h"
#include "device_limits.h"
#include "executor.h"
#include "faults.h"
#include "knobs.h"
#include "watchdog.h"
#include "worker.h"

namespace sampan {
namespace {

// A worker claims about this much work at a time: enough to make claiming cheap, little enough to
// keep all busy to the end. Less where threads may wait for other blocks, whose turn must come.
constexpr float kVectorClaim = 50000, kFibreClaim = 5000;
// Nanoseconds of work that are worth waking another worker for.
constexpr float kWorthAWorker = 10000;

bool holds(const SampanVariant &variant, const LaunchShape &shape) {
  switch (variant.condition) {
  case SAMPAN_ANY_BLOCK:
    return true;
  case SAMPAN_X_MULTIPLE:
    return shape.block.x % variant.width == 0 && indices_fit(shape);
  case SAMPAN_ONE_ROW:
    return shape.block.y == 1 && shape.block.z == 1 && indices_fit(shape);
  case SAMPAN_BLOCK_SHAPE:
    return shape.block.x == variant.block[0] && shape.block.y == variant.block[1] &&
           shape.block.z == variant.block[2] && indices_fit(shape);
  default:
    return false;
  }
}

// Threads that differ in no axis do the same: one of them runs.
uint32_t running_threads(const SampanKernel &code, const dim3 &block) {
  uint32_t threads = block.x;
  if (code.thread_axes != 1)
    threads *= block.y;
  if (code.thread_axes != 1 && code.thread_axes != 2)
    threads *= block.z;
  return threads;
}

// All blocks at once, not by the workers.
bool runs_elsewhere(const SampanVariant &variant) {
  return variant.kind == SAMPAN_INTERPRETED || variant.kind == SAMPAN_DEVICE_CODE;
}

uint8_t *align_params(uint8_t *memory) {
  return reinterpret_cast<uint8_t *>((reinterpret_cast<uintptr_t>(memory) + 63) & ~uintptr_t{63});
}

} // namespace

bool indices_fit(const LaunchShape &shape) {
  auto fits = [](unsigned blocks, unsigned threads) {
    return uint64_t{blocks} * threads <= uint64_t{INT32_MAX};
  };
  return fits(shape.grid.x, shape.block.x) && fits(shape.grid.y, shape.block.y) &&
         fits(shape.grid.z, shape.block.z);
}

const SampanVariant *choose_variant(const SampanKernel &code, const LaunchShape &shape) {
  const SampanVariant *chosen = nullptr;
  for (uint32_t i = 0; i < code.variant_count; ++i) {
    const SampanVariant &variant = code.variants[i];
    if (!holds(variant, shape))
      continue;
    // Vector code runs one block after the other, so its blocks cannot wait for each other.
    if (!shape.cooperative || variant.kind != SAMPAN_BLOCK_VECTOR)
      return &variant;
    if (!chosen)
      chosen = &variant;
  }
  return chosen;
}

unsigned resident_blocks(const Kernel &kernel, unsigned block_threads, size_t dynamic_shared) {
  if (block_threads == 0 || block_threads > kernel.code.max_threads)
    return 0;
  unsigned warps = (block_threads + kWarpSize - 1) / kWarpSize;
  unsigned blocks = std::min(kBlocksPerProcessor, kThreadsPerProcessor / (warps * kWarpSize));
  size_t shared = (kernel.code.static_shared + 15) / 16 * 16 + dynamic_shared;
  if (shared > kSharedPerBlockOptin)
    return 0;
  return std::min<unsigned>(blocks, kSharedPerProcessor / (shared + kSharedReserved));
}

Grid::Grid(Kernel &kernel, const SampanVariant &variant, const LaunchShape &shape, void **arguments,
           LaunchOutcome *outcome)
    : Command(Place::pool, shape.blocks() / shape.cluster_blocks()), kernel_(kernel),
      variant_(variant), cluster_blocks_(shape.cluster_blocks()),
      stats_(kernel.stats[&variant - kernel.code.variants]), launch_{}, outcome_(outcome),
      cooperative_(shape.cooperative) {
  keep_fault_handlers();
  const SampanKernel &code = kernel.code;
  uint8_t *params = params_;
  if (code.param_bytes > kInlineParams) {
    long_params_.reset(new uint8_t[code.param_bytes + 64]);
    params = align_params(long_params_.get());
  }
  for (uint32_t i = 0; i < code.param_count; ++i) {
    std::memcpy(params + code.param_offsets[i], arguments[i], code.param_sizes[i]);
  }
  const dim3 &grid = shape.grid, &block = shape.block;
  launch_.grid[0] = grid.x;
  launch_.grid[1] = grid.y;
  launch_.grid[2] = grid.z;
  launch_.block[0] = block.x;
  launch_.block[1] = block.y;
  launch_.block[2] = block.z;
  launch_.block_threads = running_threads(code, block);
  launch_.dynamic_shared = static_cast<uint32_t>(shape.dynamic_shared);
  launch_.params = params;
  launch_.grid_blocks = shape.blocks();
  launch_.cluster[0] = shape.cluster.x;
  launch_.cluster[1] = shape.cluster.y;
  launch_.cluster[2] = shape.cluster.z;
  launch_.cluster_named = shape.cluster_named;
  launch_.handle = this;
  launch_.uncached = knobs().uncached;
  if (cooperative_)
    launch_.meeting = reinterpret_cast<SampanGridMeeting *>(&meeting_);

  stats_.launches.fetch_add(1, std::memory_order_relaxed);
  stats_.threads.fetch_add(launch_.grid_blocks * launch_.block_threads, std::memory_order_relaxed);
}

void Grid::run(uint64_t first, uint64_t count) {
  first *= cluster_blocks_;
  count *= cluster_blocks_;
  uint64_t began = now_nanoseconds(), unset = 0;
  started_.compare_exchange_strong(unset, began, std::memory_order_relaxed);
  KernelRun run{&launch_, &kernel_,     &variant_,       first,
                count,    cooperative_, deadline(began), outcome_};
  if (run.cancelled()) {
    if (outcome_)
      outcome_->fail(sticky_error(), "an earlier kernel of the process had failed");
    return;
  }
  if (variant_.kind == SAMPAN_INTERPRETED) {
    execute(run);
  } else if (variant_.kind == SAMPAN_DEVICE_CODE) {
    accelerator::run(run);
  } else {
    Worker::of_this_thread().run(run);
  }
  uint64_t now = now_nanoseconds(), took = now - began;
  stats_.nanoseconds.fetch_add(took, std::memory_order_relaxed);
  if (finished_blocks_.fetch_add(count, std::memory_order_acq_rel) + count == launch_.grid_blocks) {
    stats_.elapsed.fetch_add(now - started_.load(std::memory_order_relaxed),
                             std::memory_order_relaxed);
  }

  float cost = std::max(1.0f, static_cast<float>(took)) / static_cast<float>(count);
  block_cost_.store(cost, std::memory_order_relaxed);
  float thread_cost = cost / static_cast<float>(launch_.block_threads);
  float before = kernel_.thread_cost.load(std::memory_order_relaxed);
  kernel_.thread_cost.store(before > 0 ? before * 0.75f + thread_cost * 0.25f : thread_cost,
                            std::memory_order_relaxed);
}

DeviceLaunches &Grid::launches() {
  std::call_once(launches_made_, [this] { launches_ = std::make_unique<DeviceLaunches>(*this); });
  return *launches_;
}

CommandRef Grid::last_child() { return launches_ ? launches_->take_tail() : CommandRef(); }

// All blocks together have the time that SAMPAN_TIMEOUT allows, from the start of the first.
uint64_t Grid::deadline(uint64_t now) {
  if (knobs().timeout <= 0)
    return 0;
  auto allowed = static_cast<uint64_t>(knobs().timeout * 1e9);
  uint64_t none = 0;
  if (began_.compare_exchange_strong(none, now))
    watchdog::watch_time(allowed);
  return began_.load() + allowed;
}

uint64_t Grid::claim_size(uint64_t left) const {
  if (runs_elsewhere(variant_))
    return left;
  unsigned workers = Scheduler::get().pool_size();
  if (cooperative_)
    return std::min(left, (items() + workers - 1) / workers);
  float cost = block_cost_.load(std::memory_order_relaxed);
  if (cost == 0)
    return 1;
  float aim = sampan_is_vector(&variant_) ? kVectorClaim : kFibreClaim;
  if (kernel_.claim > 0)
    aim = kernel_.claim;
  auto blocks = static_cast<uint64_t>(std::min(aim / cost, 1e9f)) / cluster_blocks_;
  // Not so many that the last claims leave others idle.
  return std::max<uint64_t>(1, std::min(blocks, left / (2 * workers)));
}

float Grid::expected_work() const {
  float thread_cost = kernel_.thread_cost.load(std::memory_order_relaxed);
  return thread_cost * static_cast<float>(launch_.block_threads) *
         static_cast<float>(launch_.grid_blocks);
}

// The blocks of a cooperative grid may all be needed at the same time.
unsigned Grid::most_workers() const {
  return kernel_.workers && !cooperative_ ? kernel_.workers : UINT_MAX;
}

unsigned Grid::workers_wanted() const {
  if (runs_elsewhere(variant_))
    return 1;
  unsigned pool = Scheduler::get().pool_size();
  auto most = static_cast<unsigned>(std::min<uint64_t>({pool, items(), most_workers()}));
  float work = expected_work();
  if (work == 0 || cooperative_)
    return most;
  return work < kWorthAWorker * most ? static_cast<unsigned>(work / kWorthAWorker) + 1 : most;
}

} // namespace sampan
