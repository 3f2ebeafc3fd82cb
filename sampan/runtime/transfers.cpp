#include "transfers.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "allocations.h"
#include "api.h"
#include "capture.h"
#include "device_printf.h"
#include "faults.h"
#include "tuned.h"

namespace sampan {
namespace {

constexpr size_t kPiece = 1 << 20;    // what one worker moves at a time
constexpr size_t kParallel = 4 << 20; // from this size on several workers take part
// CUDA returns from an asynchronous copy out of pageable memory when it has taken the data into a
// buffer of its own, which it does up to this size; longer ones it waits for.
constexpr size_t kStaged = 64 << 10;

bool in_device_memory(const void *pointer) {
  Allocation found;
  return find_allocation(pointer, found) && found.type == cudaMemoryTypeDevice;
}

// The work is a list of equal rows, or pieces of the one row of linear memory.
class Transfer : public Command {
public:
  Transfer(Region to, Size3D size, size_t piece_rows)
      : Command(Place::pool, pieces(size, piece_rows)), to_(to), size_(size),
        piece_rows_(piece_rows) {}

  void run(uint64_t first, uint64_t count) override {
    if (sticky_error() || failed_)
      return;
    bool fine = guarded([&] {
      for (uint64_t i = first; i < first + count; ++i)
        run_piece(i);
    });
    if (!fine)
      failed_ = true;
    if (!fine && !waited_for_ && set_sticky_error(cudaErrorIllegalAddress)) {
      std::fprintf(stderr, "sampan: an asynchronous copy or fill met memory that is not there\n");
    }
  }
  uint64_t claim_size(uint64_t left) const override { return std::min<uint64_t>(left, 4); }
  unsigned workers_wanted() const override {
    return size_.bytes() < kParallel ? 1 : Scheduler::get().pool_size();
  }

  // The caller waits, so a failure is the call's, not the device's.
  void wait_for() { waited_for_ = true; }
  cudaError_t result() const { return failed_ ? cudaErrorInvalidValue : sticky_error(); }
  void run_here() { run(0, items()); }

protected:
  virtual void run_row(size_t y, size_t z, size_t x, size_t width) = 0;
  const Region to_;
  const Size3D size_;

private:
  static uint64_t pieces(const Size3D &size, size_t piece_rows) {
    size_t rows = size.height * size.depth;
    size_t count =
        piece_rows ? (rows + piece_rows - 1) / piece_rows : (size.width + kPiece - 1) / kPiece;
    return std::max<size_t>(count, 1);
  }

  void run_piece(uint64_t index) {
    if (piece_rows_ == 0) {
      size_t x = index * kPiece;
      run_row(0, 0, x, std::min(kPiece, size_.width - x));
      return;
    }
    size_t end = std::min((index + 1) * piece_rows_, size_.height * size_.depth);
    for (size_t row = index * piece_rows_; row < end; ++row) {
      run_row(row % size_.height, row / size_.height, 0, size_.width);
    }
  }

  const size_t piece_rows_; // 0: pieces of one row
  std::atomic<bool> failed_{false};
  bool waited_for_ = false;
};

class Copy final : public Transfer {
public:
  Copy(Region to, Region from, Size3D size, size_t piece_rows)
      : Transfer(to, size, piece_rows), from_(from) {}

  // Takes the data now, so that the caller may change it at once.
  void stage() {
    staged_.reset(new char[size_.bytes()]);
    char *at = staged_.get();
    for (size_t z = 0; z < size_.depth; ++z) {
      for (size_t y = 0; y < size_.height; ++y, at += size_.width) {
        std::memcpy(at, from_.start + z * from_.slice + y * from_.pitch, size_.width);
      }
    }
    from_ = {staged_.get(), size_.width, size_.width * size_.height};
  }

private:
  void run_row(size_t y, size_t z, size_t x, size_t width) override {
    const char *from = from_.start + z * from_.slice + y * from_.pitch + x;
    std::memmove(to_.start + z * to_.slice + y * to_.pitch + x, from, width);
    if (watches_results() && !in_device_memory(to_.start))
      watch_result(from, width, x + y * size_.width + z * size_.width * size_.height);
  }

  Region from_;
  std::unique_ptr<char[]> staged_;
};

class Fill final : public Transfer {
public:
  Fill(Region to, Size3D size, unsigned value, unsigned element, size_t piece_rows)
      : Transfer(to, size, piece_rows), value_(value), element_(element) {}

private:
  void run_row(size_t y, size_t z, size_t x, size_t width) override {
    char *row = to_.start + z * to_.slice + y * to_.pitch + x;
    if (element_ == 1) {
      std::memset(row, static_cast<int>(value_), width);
    } else if (element_ == 2) {
      auto *at = reinterpret_cast<uint16_t *>(row);
      std::fill(at, at + width / 2, static_cast<uint16_t>(value_));
    } else {
      auto *at = reinterpret_cast<uint32_t *>(row);
      std::fill(at, at + width / 4, value_);
    }
  }

  const unsigned value_, element_;
};

// Pieces for workers to share: of the one row, or so many whole rows.
size_t rows_of_a_piece(const Size3D &size) {
  if (size.height * size.depth == 1)
    return 0;
  return std::max<size_t>(1, kPiece / std::max<size_t>(size.width, 1));
}

size_t extent(const Region &region, const Size3D &size) {
  return (size.depth - 1) * region.slice + (size.height - 1) * region.pitch + size.width;
}

enum class Side { known_to_device, pageable, wrong };

// What the runtime knows about one side of a copy.
Side side(const Region &region, const Size3D &size, bool must_be_device) {
  if (!region.start)
    return Side::wrong;
  Allocation found;
  if (!find_allocation(region.start, found)) {
    return must_be_device ? Side::wrong : Side::pageable;
  }
  size_t offset = static_cast<size_t>(region.start - found.start);
  // Registered memory may be part of a larger array.
  bool fits = extent(region, size) <= found.size - offset;
  if (!fits && found.type != cudaMemoryTypeHost)
    return Side::wrong;
  return Side::known_to_device;
}

cudaError_t submit(CommandRef reference, Transfer *transfer, Stream *stream, bool wait,
                   bool small) {
  Scheduler &scheduler = Scheduler::get();
  if (wait)
    transfer->wait_for();
  if (small && scheduler.idle(stream)) {
    transfer->run_here();
    if (wait)
      flush_device_output();
    return wait ? transfer->result() : cudaSuccess;
  }
  scheduler.submit(reference, stream);
  if (!wait)
    return cudaSuccess;
  scheduler.wait(reference);
  flush_device_output();
  return transfer->result();
}

} // namespace

CommandRef copy_command(Region to, Region from, Size3D size) {
  bool overlap =
      to.start < from.start + extent(from, size) && from.start < to.start + extent(to, size);
  size_t rows = overlap ? size.height * size.depth : rows_of_a_piece(size);
  return CommandRef(new Copy(to, from, size, rows));
}

CommandRef fill_command(Region to, Size3D size, unsigned value, unsigned element) {
  return CommandRef(new Fill(to, size, value, element, rows_of_a_piece(size)));
}

cudaError_t copy(Region to, Region from, Size3D size, cudaMemcpyKind kind, cudaStream_t handle,
                 Wait wait) {
  if (static_cast<unsigned>(kind) > cudaMemcpyDefault)
    return cudaErrorInvalidMemcpyDirection;
  Stream *stream = Scheduler::get().find_stream(handle);
  if (!stream)
    return cudaErrorInvalidResourceHandle;
  if (size.bytes() == 0)
    return cudaSuccess;
  Side to_side = side(to, size, kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice);
  Side from_side =
      side(from, size, kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice);
  if (to_side == Side::wrong || from_side == Side::wrong)
    return cudaErrorInvalidValue;

  if (cudaError_t error = capture_conflict(stream))
    return error;
  if (stream->capture)
    return capture_copy(stream, to, from, size, kind);

  CommandRef reference = copy_command(to, from, size);
  auto *transfer = static_cast<Copy *>(reference.get());
  bool waits = wait == Wait::always || to_side == Side::pageable;
  if (!waits && from_side == Side::pageable) {
    if (size.bytes() <= kStaged) {
      if (!guarded([&] { transfer->stage(); }))
        return cudaErrorInvalidValue;
    } else {
      waits = true;
    }
  }
  return submit(reference, transfer, stream, waits, size.bytes() < kParallel && waits);
}

cudaError_t fill(Region to, Size3D size, unsigned value, unsigned element, cudaStream_t handle,
                 Wait wait) {
  Stream *stream = Scheduler::get().find_stream(handle);
  if (!stream)
    return cudaErrorInvalidResourceHandle;
  if (size.bytes() == 0)
    return cudaSuccess;
  if (side(to, size, true) == Side::wrong)
    return cudaErrorInvalidValue;
  if (cudaError_t error = capture_conflict(stream))
    return error;
  if (stream->capture)
    return capture_fill(stream, to, size, value, element);
  CommandRef reference = fill_command(to, size, value, element);
  constexpr size_t small = 256 << 10;
  return submit(reference, static_cast<Fill *>(reference.get()), stream, wait == Wait::always,
                size.bytes() <= small);
}

} // namespace sampan
