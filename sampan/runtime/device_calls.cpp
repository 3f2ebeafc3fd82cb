// The functions of sampan_abi.h that compiled device code calls.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <sched.h>
#include <string>

#include "api.h"
#include "device_settings.h"
#include "fibres.h"
#include "grid.h"
#include "matrices.h"
#include "sampan_abi.h"
#include "worker.h"

using namespace sampan;

namespace {

std::atomic<size_t> heap_used{0}; // of memory that kernels allocate, in bytes

// Null on the vector path.
Fibre *fibre_of(SampanThread *self) { return static_cast<Fibre *>(self->runtime); }

uint64_t nanoseconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

void yield(SampanThread *self, const void *caller) {
  if (Fibre *fibre = fibre_of(self)) {
    fibre->waits_at = caller;
    return fibre->owner->yield(*fibre);
  }
  // Vector code can only be waiting for another block or for the host.
  sched_yield();
  Worker::current()->abandon_if_due(self, caller);
}

} // namespace

namespace sampan {
void forget_device_heap() { heap_used.store(0); }
} // namespace sampan

// Where the kernel's code called the function that this stands in.
#define CALLER before(__builtin_return_address(0))

SAMPAN_API void sampan_barrier(SampanThread *self) {
  if (Fibre *fibre = fibre_of(self)) {
    fibre->waits_at = CALLER;
    fibre->owner->barrier(*fibre, false, 0, 0);
  }
}

SAMPAN_API int32_t sampan_barrier_reduce(SampanThread *self, int32_t predicate, int32_t op) {
  Fibre *fibre = fibre_of(self);
  if (!fibre)
    return predicate;
  fibre->waits_at = CALLER;
  return fibre->owner->barrier(*fibre, true, predicate, op);
}

SAMPAN_API void sampan_yield(SampanThread *self) { yield(self, CALLER); }

SAMPAN_API void sampan_spin(SampanThread *self, uint32_t again) {
  Fibre *fibre = fibre_of(self);
  if (!fibre)
    return yield(self, CALLER);
  fibre->waits_at = CALLER;
  fibre->owner->spin(*fibre, again);
}

SAMPAN_API void sampan_step(SampanThread *self) {
  if (Fibre *fibre = fibre_of(self))
    fibre->owner->step(*fibre);
}

SAMPAN_API int32_t sampan_grid_can_meet(SampanThread *self) {
  return self->launch->meeting != nullptr;
}

// Null, and the kernel is left, where its launch did not say that its blocks may meet.
static GridMeeting &meeting_of(SampanThread *self) {
  if (!self->launch->meeting) {
    {
      Worker::Shield shield;
      std::fprintf(stderr, "sampan: grid.sync() in a kernel that was not launched by "
                           "cudaLaunchCooperativeKernel: its blocks cannot wait for each other\n");
    }
    Worker::current()->abandon(Failure::Kind::trap, self);
  }
  return *reinterpret_cast<GridMeeting *>(self->launch->meeting);
}

// So many of the grid's blocks have come. `wait` lets others go on, as long as some are missing.
template <typename Wait>
static void meet_grid(SampanThread *self, GridMeeting &meeting, uint64_t blocks, Wait &&wait) {
  uint64_t before = meeting.meetings;
  if ((meeting.arrived += blocks) == self->launch->grid_blocks) {
    meeting.arrived = 0;
    ++meeting.meetings;
  } else {
    while (meeting.meetings == before)
      wait();
  }
}

// The threads of each block meet, one of them meets those of the other blocks, and they meet again.
SAMPAN_API void sampan_grid_sync(SampanThread *self) {
  Fibre &fibre = *fibre_of(self);
  GridMeeting &meeting = meeting_of(self);
  fibre.owner->barrier(fibre, false, 0, 0);
  if (self->linear_tid == 0)
    meet_grid(self, meeting, 1, [&] { fibre.owner->yield(fibre); });
  fibre.owner->barrier(fibre, false, 0, 0);
}

SAMPAN_API void sampan_grid_meet(SampanThread *self, uint64_t blocks) {
  meet_grid(self, meeting_of(self), blocks, [&] {
    sched_yield();
    Worker::current()->abandon_if_due(self, CALLER);
  });
}

SAMPAN_API void sampan_named_barrier(SampanThread *self, uint32_t number, uint32_t threads) {
  Fibre &fibre = *fibre_of(self);
  fibre.waits_at = CALLER;
  fibre.owner->named_barrier(fibre, number, threads, true);
}

SAMPAN_API void sampan_named_arrive(SampanThread *self, uint32_t number, uint32_t threads) {
  Fibre &fibre = *fibre_of(self);
  fibre.owner->named_barrier(fibre, number, threads, false);
}

SAMPAN_API void sampan_cluster_arrive(SampanThread *self) {
  Fibre &fibre = *fibre_of(self);
  fibre.owner->cluster_arrive(fibre);
}

SAMPAN_API void sampan_cluster_wait(SampanThread *self) {
  Fibre &fibre = *fibre_of(self);
  fibre.waits_at = CALLER;
  fibre.owner->cluster_wait(fibre);
}

namespace {

// The shared memory of the caller's cluster: that of its blocks follows each other by rank.
struct ClusterMemory {
  uint8_t *start;
  size_t stride;
  uint32_t blocks;

  uint8_t *of(uint32_t rank) const { return start + rank % blocks * stride; }
  uint32_t rank_of(const void *address) const {
    auto distance = reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(start);
    return distance < blocks * stride ? static_cast<uint32_t>(distance / stride) : UINT32_MAX;
  }
};

ClusterMemory cluster_memory(const SampanThread *self) {
  const uint32_t *extent = self->launch->cluster, *block = self->ctaid;
  uint32_t rank = block[0] % extent[0] +
                  extent[0] * (block[1] % extent[1] + extent[1] * (block[2] % extent[2]));
  size_t stride = self->shared_stride;
  return {self->shared - rank * stride, stride, extent[0] * extent[1] * extent[2]};
}

} // namespace

SAMPAN_API void *sampan_cluster_map(SampanThread *self, const void *address, uint32_t rank) {
  ClusterMemory memory = cluster_memory(self);
  uint32_t owner = memory.rank_of(address);
  const uint8_t *base = memory.of(owner == UINT32_MAX ? 0 : owner);
  return memory.of(rank) + (static_cast<const uint8_t *>(address) - base);
}

SAMPAN_API uint32_t sampan_cluster_rank(SampanThread *self, const void *address) {
  return cluster_memory(self).rank_of(address);
}

SAMPAN_API void *sampan_cluster_pointer(SampanThread *self, uint32_t address) {
  uint32_t tag = address >> 24;
  uint8_t *base = tag ? cluster_memory(self).of(tag - 1) : self->shared;
  return base + (address & 0xffffff);
}

// Vector code has its own warp-wide operations: only fibres come here.
static uint32_t meet(SampanThread *self, const Meeting &meeting) {
  Fibre *fibre = fibre_of(self);
  return fibre->owner->meet(*fibre, meeting);
}

SAMPAN_API uint32_t sampan_warp_read(SampanThread *self, uint32_t members, uint32_t value,
                                     uint32_t lane) {
  return meet(self, {Meeting::Kind::read, members, value, lane, 0});
}

SAMPAN_API uint32_t sampan_warp_ballot(SampanThread *self, uint32_t members, uint32_t predicate) {
  return meet(self, {Meeting::Kind::ballot, members, predicate, 0, 0});
}

SAMPAN_API uint32_t sampan_warp_match(SampanThread *self, uint32_t members, uint64_t value) {
  return meet(self, {Meeting::Kind::match, members, value, 0, 0});
}

SAMPAN_API uint32_t sampan_warp_reduce(SampanThread *self, uint32_t members, uint32_t value,
                                       uint32_t op) {
  return meet(self, {Meeting::Kind::reduce, members, value, op, 0});
}

SAMPAN_API void sampan_warp_sync(SampanThread *self, uint32_t members) {
  meet(self, {Meeting::Kind::sync, members, 0, 0, 0});
}

SAMPAN_API void sampan_warp_mma(SampanThread *self, uint32_t members, uint32_t shape,
                                uint32_t layouts, void *elements) {
  auto own = reinterpret_cast<uint64_t>(elements);
  meet(self, {Meeting::Kind::product, members, own, shape | layouts << kMatrixLayoutsShift, 0});
}

SAMPAN_API uint32_t sampan_warp_activemask(SampanThread *self, uint32_t site) {
  return meet(self, {Meeting::Kind::activemask, 0, 0, site, 0});
}

// Any time from none to twice what was asked for is right.
SAMPAN_API void sampan_nanosleep(SampanThread *self, uint32_t) { yield(self, CALLER); }

SAMPAN_API void sampan_assert_fail(SampanThread *self, const char *message, const char *file,
                                   uint32_t line, const char *function, uint64_t) {
  {
    Worker::Shield shield;
    const uint32_t *b = self->ctaid, *t = self->tid;
    auto print = [&](char *text, size_t size) {
      return std::snprintf(
          text, size, "%s:%u: %s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion `%s` failed.",
          file, line, function, b[0], b[1], b[2], t[0], t[1], t[2], message);
    };
    std::string text(static_cast<size_t>(print(nullptr, 0)) + 1, '\0');
    print(text.data(), text.size());
    text.pop_back();
    if (LaunchOutcome *outcome = Worker::current()->kernel_run().outcome) {
      outcome->fail(cudaErrorAssert, text);
    } else {
      std::fprintf(stderr, "%s\n", text.c_str());
    }
  }
  Worker::current()->abandon(Failure::Kind::assertion, self, CALLER);
}

SAMPAN_API void sampan_trap(SampanThread *self) {
  Worker::current()->abandon(Failure::Kind::trap, self, CALLER);
}

SAMPAN_API void sampan_check_alignment(SampanThread *self, const void *address,
                                       uint32_t alignment) {
  if (reinterpret_cast<uintptr_t>(address) % alignment)
    Worker::current()->misaligned(address, self, CALLER);
}

// malloc's 16 bytes are the alignment that CUDA promises. cudaLimitMallocHeapSize is the size of
// all together; as on a GPU null says that there is no more.
SAMPAN_API void *sampan_device_malloc(uint64_t bytes) {
  Worker::Shield shield;
  size_t limit = device_heap_limit();
  if (!bytes || bytes > limit)
    return nullptr;
  void *memory = std::malloc(bytes);
  size_t size = memory ? malloc_usable_size(memory) : 0;
  if (heap_used.fetch_add(size, std::memory_order_relaxed) + size > limit) {
    heap_used.fetch_sub(size, std::memory_order_relaxed);
    std::free(memory);
    return nullptr;
  }
  return memory;
}

SAMPAN_API void sampan_device_free(void *pointer) {
  Worker::Shield shield;
  size_t size = pointer ? malloc_usable_size(pointer) : 0;
  size_t used = heap_used.load(std::memory_order_relaxed);
  while (!heap_used.compare_exchange_weak(used, used - std::min(used, size)))
    continue;
  std::free(pointer);
}

// Nanoseconds, so that cudaDeviceProp.clockRate can be a round 1 GHz on every machine.
SAMPAN_API uint64_t sampan_clock64() { return nanoseconds(CLOCK_MONOTONIC); }
SAMPAN_API uint64_t sampan_globaltimer() { return nanoseconds(CLOCK_REALTIME); }
