// A launched grid as a command.
#ifndef SAMPAN_GRID_H
#define SAMPAN_GRID_H

#include <memory>
#include <mutex>

#include "device_runtime.h"
#include "registry.h"
#include "sampan_abi.h"
#include "scheduler.h"

namespace sampan {

struct LaunchShape {
  dim3 grid;
  dim3 block;
  size_t dynamic_shared = 0;
  bool cooperative = false;
  dim3 cluster{1, 1, 1};
  bool cluster_named = false; // by the launch or the kernel

  uint64_t blocks() const { return uint64_t{grid.x} * grid.y * grid.z; }
  unsigned cluster_blocks() const { return cluster.x * cluster.y * cluster.z; }
};

// Whether blockIdx * blockDim + threadIdx is an int on every axis.
bool indices_fit(const LaunchShape &shape);

// The variant that runs blocks of this shape; null if the module has none that fits.
const SampanVariant *choose_variant(const SampanKernel &code, const LaunchShape &shape);

// How many blocks of the kernel a worker may keep resident at once.
unsigned resident_blocks(const Kernel &kernel, unsigned block_threads, size_t dynamic_shared);

// How often all blocks of a cooperative grid have met, and how many have come to the next meeting.
struct GridMeeting {
  std::atomic<uint64_t> arrived{0};
  std::atomic<uint64_t> meetings{0};
};

class LaunchOutcome;

// Whether the kernel can be launched so; says why not on standard error. The shape gets the cluster
// that the kernel asks for.
cudaError_t check_launch(Kernel &kernel, LaunchShape &shape);

class Grid final : public Command {
public:
  // Copies the arguments.
  // `outcome`, if given, outlives the grid's run and takes its fault.
  Grid(Kernel &kernel, const SampanVariant &variant, const LaunchShape &shape, void **arguments,
       LaunchOutcome *outcome = nullptr);

  void run(uint64_t first, uint64_t count) override;
  uint64_t claim_size(uint64_t left) const override;
  unsigned workers_wanted() const override;
  unsigned most_workers() const override;
  // Nanoseconds of work, of all workers together, by the kernel's last launches; 0 = not known.
  float expected_work() const;
  bool exclusive() const override { return cooperative_; }

  Kernel &kernel() const { return kernel_; }
  LaunchOutcome *outcome() const { return outcome_; }
  // What its kernel launches, made when it is first asked for.
  DeviceLaunches &launches();

private:
  CommandRef last_child() override;
  uint64_t deadline(uint64_t now);

  static constexpr size_t kInlineParams = 256;

  Kernel &kernel_;
  const SampanVariant &variant_;
  const uint64_t cluster_blocks_; // an item is a cluster, so that one worker has all its blocks
  VariantStats &stats_;
  SampanLaunch launch_;
  GridMeeting meeting_;
  LaunchOutcome *const outcome_;
  const bool cooperative_;
  std::once_flag launches_made_;
  std::unique_ptr<DeviceLaunches> launches_;
  std::atomic<uint64_t> began_{0}; // where there is a time limit
  std::atomic<uint64_t> started_{0}, finished_blocks_{0};
  std::atomic<float> block_cost_{0}; // nanoseconds, as measured in this grid; 0 = not yet
  std::unique_ptr<uint8_t[]> long_params_;
  alignas(64) uint8_t params_[kInlineParams];
};

} // namespace sampan

#endif
