// Memory and events of other processes. A handle says which file of which process holds them.

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accelerator.h"
#include "allocations.h"
#include "api.h"
#include "events.h"
#include "memory_pools.h"
#include "scheduler.h"
#include "shared_event.h"
#include "stacks.h"

namespace sampan {
namespace {

struct Handle {
  static constexpr uint64_t kMemory = 0x6d656d2d706d6173, kEvent = 0x746e762d706d6173,
                            kPool = 0x6f6f702d706d6173;
  uint64_t kind;
  int32_t process, file;
  uint64_t node; // of the file: numbers of files are used again
  uint64_t size; // bytes of memory
  uint64_t pool; // that they are of
};

// The reserved bytes of a handle of the API.
template <typename T>
cudaError_t give(T &to, uint64_t kind, int file, uint64_t size, uint64_t pool = 0) {
  struct stat about;
  if (fstat(file, &about) != 0)
    return cudaErrorOperatingSystem;
  Handle handle{kind, getpid(), file, about.st_ino, size, pool};
  static_assert(sizeof handle <= sizeof to.reserved);
  std::memset(to.reserved, 0, sizeof to.reserved);
  std::memcpy(to.reserved, &handle, sizeof handle);
  return cudaSuccess;
}

// Opens what a handle names; negative where there is no such thing any more.
template <typename T> int open_file(const T &from, uint64_t kind, Handle &handle) {
  std::memcpy(&handle, from.reserved, sizeof handle);
  if (handle.kind != kind)
    return -1;
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/fd/%d", handle.process, handle.file);
  int file = open(path, O_RDWR | O_CLOEXEC);
  struct stat about;
  if (file >= 0 && (fstat(file, &about) != 0 || about.st_ino != handle.node)) {
    close(file);
    return -1;
  }
  return file;
}

// Maps the memory that a handle names.
cudaError_t map_memory(void **pointer, int file, const Handle &handle) {
  if (accelerator::wanted()) { // its kernels could not see the memory
    close(file);
    return cudaErrorNotSupported;
  }
  struct stat about;
  size_t mapped = (handle.size + page_size() - 1) / page_size() * page_size();
  bool whole = fstat(file, &about) == 0 && static_cast<uint64_t>(about.st_size) == mapped;
  void *start = whole && mapped ? mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                                : MAP_FAILED;
  close(file);
  if (start == MAP_FAILED)
    return whole ? cudaErrorMapBufferObjectFailed : cudaErrorInvalidResourceHandle;
  adopt_shared(start, handle.size, mapped, handle.pool);
  *pointer = start;
  return cudaSuccess;
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaIpcGetMemHandle(cudaIpcMemHandle_t *handle, void *pointer) {
  return api_call([&]() -> cudaError_t {
    Allocation found;
    if (!handle || !find_allocation(pointer, found))
      return cudaErrorInvalidValue;
    if (accelerator::wanted())
      return cudaErrorNotSupported; // a device's memory stays in its process
    Scheduler::get().wait_for_all();
    int file;
    size_t mapped;
    cudaError_t error = share_allocation(pointer, file, mapped);
    if (error == cudaErrorNotSupported) {
      std::fprintf(stderr,
                   "sampan: cudaIpcGetMemHandle: %zu bytes of memory cannot be shared with other "
                   "processes; allocate %zu or more\n",
                   found.size, kSmallestShared);
    }
    return error ? error : give(*handle, Handle::kMemory, file, found.size);
  });
}

SAMPAN_API cudaError_t cudaIpcOpenMemHandle(void **pointer, cudaIpcMemHandle_t from,
                                            unsigned flags) {
  return api_call([&]() -> cudaError_t {
    if (!pointer || flags & ~static_cast<unsigned>(cudaIpcMemLazyEnablePeerAccess))
      return cudaErrorInvalidValue;
    Handle handle;
    int file = open_file(from, Handle::kMemory, handle);
    if (file < 0)
      return cudaErrorInvalidResourceHandle;
    return map_memory(pointer, file, handle);
  });
}

SAMPAN_API cudaError_t cudaIpcCloseMemHandle(void *pointer) {
  return api_call([&] {
    Allocation found;
    if (!find_allocation(pointer, found) || found.start != pointer ||
        !(found.flags & kForeignFlag)) {
      return cudaErrorInvalidValue;
    }
    Scheduler::get().wait_for_all();
    return release(pointer, type_bit(cudaMemoryTypeDevice)) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

SAMPAN_API cudaError_t cudaIpcGetEventHandle(cudaIpcEventHandle_t *handle, cudaEvent_t event) {
  return api_call([&]() -> cudaError_t {
    Event *found = find_event(event);
    if (!handle || !found || !found->shared)
      return handle ? cudaErrorInvalidResourceHandle : cudaErrorInvalidValue;
    return give(*handle, Handle::kEvent, found->shared->file(), 0);
  });
}

SAMPAN_API cudaError_t cudaIpcOpenEventHandle(cudaEvent_t *event, cudaIpcEventHandle_t from) {
  return api_call([&]() -> cudaError_t {
    Handle handle;
    int file = event ? open_file(from, Handle::kEvent, handle) : -1;
    auto shared = file >= 0 ? SharedEvent::open(file) : nullptr;
    if (!shared)
      return event ? cudaErrorInvalidResourceHandle : cudaErrorInvalidValue;
    auto made = std::make_unique<Event>();
    made->flags = cudaEventInterprocess | cudaEventDisableTiming;
    made->shared = std::move(shared);
    *event = reinterpret_cast<cudaEvent_t>(made.release());
    return cudaSuccess;
  });
}

// A pool's handle is a file with its number, for the program to pass on.
SAMPAN_API cudaError_t cudaMemPoolExportToShareableHandle(void *handle, cudaMemPool_t pool,
                                                          cudaMemAllocationHandleType type,
                                                          unsigned flags) {
  return api_call([&] {
    uint64_t number = shared_pool(pool);
    if (!handle || flags || type != cudaMemHandleTypePosixFileDescriptor || !number)
      return cudaErrorInvalidValue;
    const uint64_t words[] = {Handle::kPool, number};
    int file = memfd_create("sampan", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, words, sizeof words, 0) != sizeof words) {
      if (file >= 0)
        close(file);
      return cudaErrorOperatingSystem;
    }
    *static_cast<int *>(handle) = file;
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolImportFromShareableHandle(cudaMemPool_t *pool, void *handle,
                                                            cudaMemAllocationHandleType type,
                                                            unsigned flags) {
  return api_call([&] {
    if (!pool || flags || type != cudaMemHandleTypePosixFileDescriptor)
      return cudaErrorInvalidValue;
    uint64_t words[2];
    auto file = static_cast<int>(reinterpret_cast<intptr_t>(handle));
    if (pread(file, words, sizeof words, 0) != sizeof words || words[0] != Handle::kPool)
      return cudaErrorInvalidValue;
    *pool = import_pool(words[1]);
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaMemPoolExportPointer(cudaMemPoolPtrExportData *data, void *pointer) {
  return api_call([&]() -> cudaError_t {
    Allocation found;
    if (!data || !find_allocation(pointer, found) || !found.pool)
      return cudaErrorInvalidValue;
    Scheduler::get().wait_for_all();
    int file;
    size_t mapped;
    if (cudaError_t error = share_allocation(pointer, file, mapped))
      return error;
    return give(*data, Handle::kMemory, file, found.size, found.pool);
  });
}

SAMPAN_API cudaError_t cudaMemPoolImportPointer(void **pointer, cudaMemPool_t pool,
                                                cudaMemPoolPtrExportData *data) {
  return api_call([&]() -> cudaError_t {
    Handle handle;
    uint64_t number = imported_pool(pool);
    int file = pointer && data && number ? open_file(*data, Handle::kMemory, handle) : -1;
    if (file >= 0 && handle.pool != number) {
      close(file);
      file = -1;
    }
    return file < 0 ? cudaErrorInvalidValue : map_memory(pointer, file, handle);
  });
}
