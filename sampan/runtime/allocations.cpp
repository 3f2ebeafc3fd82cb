#include "allocations.h"
#include "accelerator.h"
#include "devices.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

#include "graph.h"
#include "knobs.h"
#include "registry.h"
#include "stacks.h"
#include "tuned.h"

namespace sampan {
namespace {

constexpr size_t kAlignment = 256;
// From this size on, memory is mapped for itself: running past its end and using it after it was
// freed fault.
constexpr size_t kMapped = kSmallestShared;
constexpr size_t kHugePage = 2 << 20;
// From this size on, the system is asked what it has left.
constexpr size_t kLarge = 64 << 20;

struct Record {
  Allocation allocation;
  bool of_device = false;  // from the accelerator
  void *mapping = nullptr; // else null: from malloc
  size_t mapping_size = 0;
  int file = -1; // that holds it, where other processes may map it
};

struct Table {
  std::shared_mutex mutex;
  std::map<uintptr_t, Record> records; // by start
  std::atomic<size_t> device_bytes{0};
};

Table &table() {
  static Table &table = *new Table;
  return table;
}

bool on_device(const Allocation &allocation) {
  return allocation.type == cudaMemoryTypeDevice || allocation.type == cudaMemoryTypeManaged;
}

// Places the allocation at the end of a mapping, in front of a page that must not be touched.
bool map(Record &record, size_t size) {
  size_t page = page_size();
  size_t alignment = size >= kHugePage ? kHugePage : page;
  size_t body = round_up(size, page);
  size_t total = body + page + (alignment > page ? alignment : 0);
  void *mapping = mmap(nullptr, total, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED)
    return false;
  record.mapping = mapping;
  record.mapping_size = total;
  auto *start = reinterpret_cast<char *>(round_up(reinterpret_cast<uintptr_t>(mapping), alignment));
  record.allocation.start = start;
  mprotect(start + body, page, PROT_NONE);
  if (size >= kHugePage)
    madvise(start, body, MADV_HUGEPAGE);
  return true;
}

void give_back(const Record &record) {
  if (record.file >= 0)
    close(record.file);
  if (record.of_device) {
    accelerator::release(record.allocation.start);
  } else if (record.mapping) {
    munmap(record.mapping, record.mapping_size);
  } else {
    std::free(record.allocation.start);
  }
}

// Writes what is not zero: the rest of the file has no memory until it is touched.
bool write_to(int file, const char *data, size_t size) {
  const size_t step = page_size();
  auto *words = reinterpret_cast<const uint64_t *>(data);
  for (size_t at = 0; at < size; at += step) {
    const uint64_t *page = words + at / sizeof(uint64_t);
    if (std::all_of(page, page + step / sizeof(uint64_t), [](uint64_t word) { return word == 0; }))
      continue;
    if (pwrite(file, data + at, step, static_cast<off_t>(at)) != static_cast<ssize_t>(step))
      return false;
  }
  return true;
}

bool room_for(size_t size) {
  size_t used = table().device_bytes.load(std::memory_order_relaxed);
  if (size > knobs().memory || used > knobs().memory - size)
    return false;
  return size < kLarge || size <= available_memory();
}

} // namespace

void *allocate(size_t size, cudaMemoryType type, unsigned flags, uint64_t pool) {
  Record record;
  record.allocation = {nullptr, size, type, flags, current_device(), true, pool};
  if (!room_for(size))
    return nullptr;
  if (accelerator::wanted()) {
    if (accelerator::state() != cudaSuccess)
      return nullptr;
    size_t alignment = type == cudaMemoryTypeHost ? page_size() : kAlignment;
    record.of_device = true;
    record.allocation.start = static_cast<char *>(accelerator::allocate(size, alignment));
    if (!record.allocation.start)
      return nullptr;
  } else if (size >= kMapped || pool) {
    if (!map(record, size))
      return nullptr;
  } else {
    // Pinned host memory starts at a page, as programs that register it elsewhere expect.
    size_t alignment = type == cudaMemoryTypeHost ? page_size() : kAlignment;
    void *memory = std::aligned_alloc(alignment, round_up(size ? size : 1, alignment));
    if (!memory)
      return nullptr;
    record.allocation.start = static_cast<char *>(memory);
  }
  Table &all = table();
  if (on_device(record.allocation))
    all.device_bytes.fetch_add(size, std::memory_order_relaxed);
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  all.records[reinterpret_cast<uintptr_t>(record.allocation.start)] = record;
  return record.allocation.start;
}

bool release(void *pointer, unsigned types) {
  Table &all = table();
  Record record;
  {
    std::unique_lock<std::shared_mutex> lock(all.mutex);
    auto found = all.records.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == all.records.end())
      return false;
    record = found->second;
    if (!record.allocation.owned || !(types & type_bit(record.allocation.type)))
      return false;
    all.records.erase(found);
  }
  if (on_device(record.allocation) && !(record.allocation.flags & kForeignFlag)) {
    all.device_bytes.fetch_sub(record.allocation.size, std::memory_order_relaxed);
  }
  if (record.allocation.type == cudaMemoryTypeManaged && watches_results())
    watch_result(record.allocation.start, record.allocation.size, 0);
  give_back(record);
  return true;
}

void release_device_memory() {
  Table &all = table();
  std::vector<void *> pointers;
  {
    std::shared_lock<std::shared_mutex> lock(all.mutex);
    for (auto &[start, record] : all.records) {
      if (on_device(record.allocation))
        pointers.push_back(reinterpret_cast<void *>(start));
    }
  }
  for (void *pointer : pointers)
    release(pointer, ~0u);
}

bool register_host(void *pointer, size_t size, unsigned flags) {
  Table &all = table();
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  auto start = reinterpret_cast<uintptr_t>(pointer);
  auto after = all.records.lower_bound(start + size);
  if (after != all.records.begin()) {
    auto &[before, record] = *std::prev(after);
    if (before + record.allocation.size > start)
      return false;
  }
  Record record;
  record.allocation = {
      static_cast<char *>(pointer), size, cudaMemoryTypeHost, flags, current_device(), false};
  all.records[start] = record;
  return true;
}

bool unregister_host(void *pointer) {
  Table &all = table();
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  auto found = all.records.find(reinterpret_cast<uintptr_t>(pointer));
  if (found == all.records.end() || found->second.allocation.owned)
    return false;
  all.records.erase(found);
  return true;
}

cudaError_t share_allocation(const void *pointer, int &file, size_t &mapped) {
  Table &all = table();
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  auto found = all.records.upper_bound(reinterpret_cast<uintptr_t>(pointer));
  if (found == all.records.begin())
    return cudaErrorInvalidValue;
  Record &record = std::prev(found)->second;
  const Allocation &allocation = record.allocation;
  if (pointer >= allocation.start + allocation.size || allocation.type != cudaMemoryTypeDevice ||
      allocation.flags & (kForeignFlag | kGraphMemoryFlag)) {
    return cudaErrorInvalidValue;
  }
  if (!record.mapping)
    return cudaErrorNotSupported;
  mapped = round_up(allocation.size, page_size());
  if (record.file < 0) {
    int made = memfd_create("sampan", MFD_CLOEXEC);
    bool filled = made >= 0 && ftruncate(made, static_cast<off_t>(mapped)) == 0 &&
                  write_to(made, allocation.start, mapped) &&
                  mmap(allocation.start, mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                       made, 0) != MAP_FAILED;
    if (!filled) {
      if (made >= 0)
        close(made);
      return cudaErrorMemoryAllocation;
    }
    record.file = made;
  }
  file = record.file;
  return cudaSuccess;
}

void adopt_shared(void *start, size_t size, size_t mapped, uint64_t pool) {
  Record record;
  record.allocation = {static_cast<char *>(start),
                       size,
                       cudaMemoryTypeDevice,
                       kForeignFlag,
                       current_device(),
                       true,
                       pool};
  record.mapping = start;
  record.mapping_size = mapped;
  Table &all = table();
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  all.records[reinterpret_cast<uintptr_t>(start)] = record;
}

bool find_allocation(const void *pointer, Allocation &found) {
  Table &all = table();
  auto at = reinterpret_cast<uintptr_t>(pointer);
  {
    std::shared_lock<std::shared_mutex> lock(all.mutex);
    auto after = all.records.upper_bound(at);
    if (after != all.records.begin()) {
      auto &[start, record] = *std::prev(after);
      if (at - start < record.allocation.size || at == start) {
        found = record.allocation;
        return true;
      }
    }
  }
  if (const SampanVariable *variable = variable_at(pointer)) {
    bool managed = variable->flags & SAMPAN_VAR_MANAGED;
    found = {static_cast<char *>(variable->address), variable->size,
             managed ? cudaMemoryTypeManaged : cudaMemoryTypeDevice, 0, false};
    return true;
  }
  return false;
}

size_t allocated_device_bytes() { return table().device_bytes.load(std::memory_order_relaxed); }

} // namespace sampan
