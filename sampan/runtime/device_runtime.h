// What the kernels of a grid launch: kernels, copies and fills, in streams of their own.
//
// A grid is done when all that it launched is done. Its default streams are one for each block;
// the streams that it makes, all its blocks share. cudaStreamFireAndForget orders nothing, and what
// goes to cudaStreamTailLaunch begins when everything else of the grid has ended.
#ifndef SAMPAN_DEVICE_RUNTIME_H
#define SAMPAN_DEVICE_RUNTIME_H

#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "sampan_abi.h"
#include "scheduler.h"

namespace sampan {

// The calls of sampan_device_runtime; headers/sampan/device_runtime.h has the same list.
enum class DeviceCall : uint32_t {
  launch,
  synchronize,
  get_last_error,
  peek_last_error,
  set_last_error,
  create_stream,
  destroy_stream,
  create_event,
  destroy_event,
  record_event,
  wait_event,
  copy,
  fill,
  device_attribute,
  device_limit,
  blocks_per_processor,
  error_text
};

class Grid;

class DeviceLaunches {
public:
  explicit DeviceLaunches(Grid &grid) : grid_(grid) {}

  // Where a call of the grid's is made.
  struct Caller {
    uint64_t block; // linear
    uint32_t thread;
  };

  // Appends the command to a stream of the device's.
  cudaError_t submit(const Caller &caller, CommandRef command, uint64_t stream);
  // Waits for what the caller's block has launched; the thread runs it meanwhile.
  cudaError_t wait_for_block(const Caller &caller);
  cudaError_t record(const Caller &caller, uint64_t event, uint64_t stream);
  cudaError_t wait(const Caller &caller, uint64_t stream, uint64_t event);
  uint64_t create_stream();
  cudaError_t destroy_stream(uint64_t stream);
  uint64_t create_event();
  cudaError_t destroy_event(uint64_t event);
  void set_error(const Caller &caller, cudaError_t error);
  cudaError_t last_error(const Caller &caller, bool take);

  // The next command to run after everything else; none where there is none. Only when nothing of
  // the grid runs any more.
  CommandRef take_tail();

private:
  struct Queue {
    CommandRef last;
    std::vector<CommandRef> needs; // of the next command, besides the last one
  };
  Queue *queue_of(const Caller &caller, uint64_t stream);

  Grid &grid_;
  std::mutex mutex_;
  std::unordered_map<uint64_t, Queue> defaults_; // by block
  std::unordered_map<uint64_t, std::unique_ptr<Queue>> streams_;
  std::unordered_map<uint64_t, std::unique_ptr<CommandRef>> events_;
  std::unordered_map<uint64_t, std::vector<CommandRef>> launched_; // by block
  std::unordered_map<uint64_t, cudaError_t> errors_;               // by block and thread
  std::deque<CommandRef> tail_;
};

} // namespace sampan

#endif
