#include "accelerator.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "api.h"
#include "device_limits.h"
#include "device_settings.h"
#include "knobs.h"
#include "opencl_api.h"
#include "opencl_program.h"

namespace sampan::accelerator {
namespace {

using namespace opencl;

constexpr size_t kAlignment = 256;
// What a device must be able to align to: its largest type, long16.
constexpr size_t kOfDevice = 128;

std::atomic<bool> by_module{false};

struct BuiltKernel {
  std::mutex mutex; // arguments are set and the kernel enqueued by one thread at a time
  KernelHandle handle = nullptr;
  uint64_t told = 0; // State::generation when the kernel was told what memory there is
  size_t most_threads = 0;
  size_t local_bytes = 0;
};

struct Module {
  std::once_flag built;
  Program program = nullptr;
  std::string why; // there is no program
  void *image = nullptr;
};

struct State {
  Target target;
  Description about;
  size_t local_memory = 0;

  std::mutex mutex; // of the following
  std::unordered_map<const SampanDeviceCode *, std::unique_ptr<Module>> modules;
  std::unordered_map<const SampanKernel *, std::unique_ptr<BuiltKernel>> kernels;
  std::unordered_map<void *, void *> bases; // of memory, by its aligned start
  uint32_t *fence = nullptr;                // never freed
  uint64_t generation = 1;                  // of `bases`
  std::vector<Queue> free_queues;
};

// Never destroyed: the device's threads may outlive main.
State &device() {
  static State &state = *new State;
  return state;
}

bool choose(unsigned number, std::string &why) {
  State &s = device();
  const Api &api = *s.target.api;
  auto devices = all_devices(api);
  if (devices.empty()) {
    why = "the OpenCL loader knows no device: install a driver, such as the package "
          "pocl-opencl-icd on Debian or intel-opencl-rt on PyPI";
    return false;
  }
  if (number >= devices.size()) {
    why = "there are " + std::to_string(devices.size()) +
          " OpenCL devices, counted from 0; `sampan targets` lists them";
    return false;
  }
  auto [platform, chosen] = devices[number];
  bool usable = look_at(api, platform, chosen, s.target, why);
  if (!usable) {
    why = s.target.name + ": " + why;
    return false;
  }
  cl_int error = kSuccess;
  s.target.context = api.clCreateContext(nullptr, 1, &chosen, nullptr, nullptr, &error);
  if (error) {
    why = s.target.name + " cannot be opened: " + error_name(error);
    return false;
  }
  s.local_memory = device_number<cl_ulong>(api, chosen, kLocalMemSize);
  s.fence = static_cast<uint32_t *>(allocate(sizeof *s.fence, 0));
  if (!s.fence) {
    why = s.target.name + " gives no memory";
    return false;
  }
  *s.fence = 0;
  s.about = {s.target.name, device_number<cl_uint>(api, chosen, kMaxComputeUnits),
             device_number<cl_ulong>(api, chosen, kGlobalMemSize)};
  return true;
}

cudaError_t open_device() {
  std::string why;
  if (knobs().device < 0) {
    why = "use opencl:N with a number that `sampan targets` lists";
  } else if (State &s = device(); (s.target.api = load(why))) {
    if (choose(static_cast<unsigned>(knobs().device), why))
      return cudaSuccess;
  }
  std::fprintf(stderr, "sampan: SAMPAN_DEVICE=%s cannot be used: %s\n", knobs().device_name.c_str(),
               why.c_str());
  return cudaErrorNoDevice;
}

const SampanDeviceCode *code_of(const SampanKernel &kernel) {
  for (uint32_t i = 0; i < kernel.variant_count; ++i) {
    if (kernel.variants[i].kind == SAMPAN_DEVICE_CODE)
      return static_cast<const SampanDeviceCode *>(kernel.variants[i].entry);
  }
  return nullptr;
}

Module &module_of(const SampanDeviceCode &code) {
  State &s = device();
  std::lock_guard<std::mutex> lock(s.mutex);
  auto &found = s.modules[&code];
  if (!found)
    found = std::make_unique<Module>();
  return *found;
}

// The kernel, built at its first use; null with `why` where it cannot be.
BuiltKernel *built(const Kernel &kernel, std::string &why) {
  State &s = device();
  {
    std::lock_guard<std::mutex> lock(s.mutex);
    auto found = s.kernels.find(&kernel.code);
    if (found != s.kernels.end())
      return found->second.get();
  }
  const SampanDeviceCode &code = *code_of(kernel.code);
  Module &module = module_of(code);
  std::call_once(module.built, [&] { module.program = opencl::build(s.target, code, module.why); });
  if (!module.program) {
    why = module.why;
    return nullptr;
  }
  const Api &api = *s.target.api;
  auto made = std::make_unique<BuiltKernel>();
  cl_int error = kSuccess;
  made->handle = api.clCreateKernel(module.program, kernel.code.name, &error);
  if (error) {
    why = s.target.name + " has built the module, but not this kernel: " + error_name(error);
    return nullptr;
  }
  cl_ulong local = 0;
  api.clGetKernelWorkGroupInfo(made->handle, s.target.device, kKernelWorkGroupSize,
                               sizeof made->most_threads, &made->most_threads, nullptr);
  api.clGetKernelWorkGroupInfo(made->handle, s.target.device, kKernelLocalMemSize, sizeof local,
                               &local, nullptr);
  made->local_bytes = local;
  std::lock_guard<std::mutex> lock(s.mutex);
  auto &place = s.kernels[&kernel.code];
  if (!place)
    place = std::move(made);
  return place.get();
}

size_t shared_bytes(const SampanKernel &code, size_t dynamic) {
  return std::max<size_t>((code.static_shared + 15) / 16 * 16 + dynamic, 16);
}

constexpr size_t kMeetingBytes = 16;

// Tells the kernel of all memory that its pointers may lead to. Held: the kernel's mutex.
cl_int tell_memory(BuiltKernel &kernel) {
  State &s = device();
  std::vector<void *> pointers;
  uint64_t generation;
  {
    std::lock_guard<std::mutex> lock(s.mutex);
    generation = s.generation;
    if (kernel.told == generation)
      return kSuccess;
    for (auto &[start, base] : s.bases)
      pointers.push_back(base);
  }
  kernel.told = generation;
  return s.target.api->clSetKernelExecInfo(kernel.handle, kKernelExecSvmPointers,
                                           pointers.size() * sizeof(void *), pointers.data());
}

// Aligned for every type, and not among the memory that kernels are told of.
void *allocate_raw(size_t bytes) {
  State &s = device();
  return s.target.api->clSVMAlloc(s.target.context,
                                  kMemReadWrite | kMemSvmFineGrainBuffer |
                                      (s.target.svm & kSvmAtomics ? kMemSvmAtomics : 0),
                                  bytes, kOfDevice);
}

cl_int set_arguments(BuiltKernel &kernel, const KernelRun &run, const void *launch,
                     const void *image) {
  const Api &api = *device().target.api;
  size_t shared = shared_bytes(run.kernel->code, run.launch->dynamic_shared);
  if (cl_int error = api.clSetKernelArgSVMPointer(kernel.handle, 0, launch))
    return error;
  if (cl_int error = api.clSetKernelArgSVMPointer(kernel.handle, 1, image))
    return error;
  if (cl_int error = api.clSetKernelArg(kernel.handle, 2, shared, nullptr))
    return error;
  if (cl_int error = api.clSetKernelArg(kernel.handle, 3, kMeetingBytes, nullptr))
    return error;
  return tell_memory(kernel);
}

// A queue for this launch alone, so that launches of different streams do not wait for each other.
Queue take_queue(cl_int &error) {
  State &s = device();
  {
    std::lock_guard<std::mutex> lock(s.mutex);
    if (!s.free_queues.empty()) {
      Queue queue = s.free_queues.back();
      s.free_queues.pop_back();
      return queue;
    }
  }
  return s.target.api->clCreateCommandQueueWithProperties(s.target.context, s.target.device,
                                                          nullptr, &error);
}

void return_queue(Queue queue) {
  std::lock_guard<std::mutex> lock(device().mutex);
  device().free_queues.push_back(queue);
}

// The work-group of a block: a line where its warps count. Of threads that differ in no axis, and
// so do the same, one runs, as on the CPU.
void block_shape(const SampanKernel &kernel, const uint32_t *block, size_t (&local)[3]) {
  std::copy_n(block, 3, local);
  if (kernel.thread_axes == 1)
    local[1] = 1;
  if (kernel.thread_axes == 1 || kernel.thread_axes == 2)
    local[2] = 1;
  if (code_of(kernel)->flags & SAMPAN_DEVICE_WARPS) {
    local[0] *= local[1] * local[2];
    local[1] = local[2] = 1;
  }
}

// Whether the device makes groups of 32 of the block's threads; `why` says what it makes instead.
bool makes_warps(const BuiltKernel &built, const Kernel &kernel, const LaunchShape &shape,
                 std::string &why) {
  const Target &target = device().target;
  uint32_t block[3] = {shape.block.x, shape.block.y, shape.block.z};
  size_t local[3], size = 0;
  block_shape(kernel.code, block, local);
  target.api->clGetKernelSubGroupInfo(built.handle, target.device, kSubGroupSizeForRange,
                                      sizeof local, local, sizeof size, &size, nullptr);
  if (size == kWarpSize || (size < kWarpSize && size >= local[0]))
    return true;
  why = "it works in warps of 32 threads, and " + target.name + " makes sub-groups of " +
        std::to_string(size);
  return false;
}

cl_int enqueue(BuiltKernel &kernel, const KernelRun &run, const void *launch, const void *image,
               Queue queue) {
  std::lock_guard<std::mutex> lock(kernel.mutex);
  if (cl_int error = set_arguments(kernel, run, launch, image))
    return error;
  size_t global[3], local[3];
  block_shape(run.kernel->code, run.launch->block, local);
  for (int i = 0; i < 3; ++i)
    global[i] = size_t{run.launch->grid[i]} * local[i];
  return device().target.api->clEnqueueNDRangeKernel(queue, kernel.handle, 3, nullptr, global,
                                                     local, 0, nullptr, nullptr);
}

cl_int run_grid(BuiltKernel &kernel, const KernelRun &run, const void *launch, const void *image) {
  cl_int error = kSuccess;
  Queue queue = take_queue(error);
  if (error)
    return error;
  error = enqueue(kernel, run, launch, image, queue);
  cl_int finished = device().target.api->clFinish(queue);
  return_queue(queue);
  return error ? error : finished;
}

void fail(const KernelRun &run, cudaError_t error, const std::string &why) {
  std::fprintf(stderr, "sampan: kernel %s failed on %s: %s\n", run.kernel->display_name().c_str(),
               device().target.name.c_str(), why.c_str());
  if (run.outcome) {
    run.outcome->fail(error, why);
  } else {
    set_sticky_error(error);
  }
}

size_t report_bytes(const SampanDeviceCode &code) {
  if (!(code.flags & SAMPAN_DEVICE_SAYS))
    return sizeof(SampanDeviceReport) + 8;
  constexpr size_t kMost = size_t{1} << 30; // counted in 32 bits
  return sizeof(SampanDeviceReport) + std::min(printf_buffer_limit() / 8 * 8 + 8, kMost);
}

void print(const SampanDeviceReport &report) {
  auto *records = reinterpret_cast<const char *>(&report + 1);
  uint32_t end = std::min(report.used, report.capacity);
  for (uint32_t at = 0, size; end - at >= sizeof(uint64_t[2]); at += size) {
    const char *format;
    std::memcpy(&size, records + at, sizeof size);
    std::memcpy(&format, records + at + 8, sizeof format);
    if (size == 0 || size > end - at)
      break; // the record that did not fit
    sampan_vprintf(format, records + at + 16);
  }
  if (report.used > report.capacity) {
    std::fprintf(stderr,
                 "sampan: the buffer for what kernels print was full, and the rest is lost; "
                 "cudaDeviceSetLimit(cudaLimitPrintfFifoSize, ...) makes it larger\n");
  }
}

void read_report(const KernelRun &run, const SampanDeviceReport &report) {
  print(report);
  if (!report.failed)
    return;
  const uint32_t *b = report.block, *t = report.thread;
  char where[120];
  std::snprintf(where, sizeof where, "block: [%u,%u,%u], thread: [%u,%u,%u]", b[0], b[1], b[2],
                t[0], t[1], t[2]);
  if (report.failed == 1) {
    std::fprintf(stderr, "%s:%u: %s: %s Assertion `%s` failed.\n", report.texts[1], report.line,
                 report.texts[2], where, report.texts[0]);
    fail(run, cudaErrorAssert, std::string("assertion failed, ") + where);
  } else if (report.failed == 3) {
    fail(run, cudaErrorNotSupported, "its sub-groups are not warps of 32 neighbours");
  } else {
    fail(run, cudaErrorLaunchFailure, std::string("trap, ") + where);
  }
}

} // namespace

bool wanted() { return !knobs().device_name.empty() || by_module; }

cudaError_t state() {
  if (!wanted())
    return cudaSuccess;
  static const cudaError_t opened = open_device();
  return opened;
}

void *allocate(size_t bytes, size_t alignment) {
  State &s = device();
  alignment = std::max(alignment, kAlignment);
  void *base = allocate_raw(bytes + alignment);
  if (!base)
    return nullptr;
  auto start = (reinterpret_cast<uintptr_t>(base) + alignment - 1) & ~uintptr_t{alignment - 1};
  auto *memory = reinterpret_cast<void *>(start);
  std::lock_guard<std::mutex> lock(s.mutex);
  s.bases[memory] = base;
  ++s.generation;
  return memory;
}

void release(void *memory) {
  State &s = device();
  void *base;
  {
    std::lock_guard<std::mutex> lock(s.mutex);
    auto found = s.bases.find(memory);
    if (found == s.bases.end())
      return;
    base = found->second;
    s.bases.erase(found);
    ++s.generation;
  }
  s.target.api->clSVMFree(s.target.context, base);
}

bool sees_host_memory() { return device().target.svm & kSvmFineGrainSystem; }

void place_variables(const SampanModule &module) {
  const SampanDeviceCode *code = nullptr;
  for (uint32_t i = 0; i < module.kernel_count && !code; ++i)
    code = code_of(module.kernels[i]);
  if (!code)
    return;
  by_module = true;
  if (!code->image_size || state() != cudaSuccess)
    return;
  auto *image = static_cast<char *>(allocate(code->image_size, kAlignment));
  if (!image) {
    module_of(*code).why = "there is no memory for the module's variables";
    std::call_once(module_of(*code).built, [] {});
    return;
  }
  std::memcpy(image, code->image, code->image_size);
  auto distance = reinterpret_cast<uintptr_t>(image) - reinterpret_cast<uintptr_t>(code->image);
  for (uint64_t i = 0; i < code->pointer_count; ++i) {
    uintptr_t address;
    std::memcpy(&address, image + code->pointers[i], sizeof address);
    address += distance;
    std::memcpy(image + code->pointers[i], &address, sizeof address);
  }
  for (uint32_t i = 0; i < module.kernel_count; ++i)
    module_of(*code_of(module.kernels[i])).image = image;
  auto *variables = const_cast<SampanVariable *>(module.variables);
  for (uint32_t i = 0; i < module.variable_count; ++i)
    variables[i].address = static_cast<char *>(variables[i].address) + distance;
}

cudaError_t check(const Kernel &kernel, const LaunchShape &shape, std::string &why) {
  State &s = device();
  if (!code_of(kernel.code)) {
    why = "it was compiled for the CPU, and SAMPAN_DEVICE=" + knobs().device_name +
          " names a device: compile the program with SAMPAN_DEVICE set, or with --path opencl";
    return cudaErrorNoKernelImageForDevice;
  }
  if (shape.cooperative) {
    why = "cooperative grids do not run on " + s.target.name;
    return cudaErrorNotSupported;
  }
  if (shape.cluster_named) {
    why = "clusters do not run on " + s.target.name;
    return cudaErrorNotSupported;
  }
  bool warps = code_of(kernel.code)->flags & SAMPAN_DEVICE_WARPS;
  if (warps && !s.target.has_warps) {
    why = "it works in warps (shuffles, votes, __syncwarp), and " + s.target.name +
          " has no sub-groups of 32 threads that do";
    return cudaErrorNotSupported;
  }
  BuiltKernel *found = built(kernel, why);
  if (!found)
    return cudaErrorInvalidKernelImage;
  if (warps && !makes_warps(*found, kernel, shape, why))
    return cudaErrorNotSupported;
  unsigned threads = shape.block.x * shape.block.y * shape.block.z;
  if (threads > found->most_threads) {
    why = "a block of " + std::to_string(threads) + " threads; " + s.target.name + " runs " +
          std::to_string(found->most_threads) + " of this kernel";
    return cudaErrorLaunchOutOfResources;
  }
  size_t shared = shared_bytes(kernel.code, shape.dynamic_shared) + kMeetingBytes;
  if (shared + found->local_bytes > s.local_memory) {
    why = std::to_string(shared + found->local_bytes) + " bytes of shared memory; " +
          s.target.name + " has " + std::to_string(s.local_memory);
    return cudaErrorLaunchOutOfResources;
  }
  return cudaSuccess;
}

void run(const KernelRun &run) {
  std::string why;
  BuiltKernel *kernel = built(*run.kernel, why);
  if (!kernel)
    return fail(run, cudaErrorInvalidKernelImage, why);
  const SampanDeviceCode &code = *code_of(run.kernel->code);
  size_t bytes = run.kernel->code.param_bytes;
  auto *launch = static_cast<char *>(allocate_raw(sizeof(SampanDeviceLaunch) + bytes));
  if (!launch)
    return fail(run, cudaErrorMemoryAllocation, "there is no memory for its arguments");
  SampanDeviceLaunch head{};
  head.dynamic_shared = run.launch->dynamic_shared;
  head.fence = device().fence;
  std::copy_n(run.launch->block, 3, head.block);
  if (code.flags) {
    size_t size = report_bytes(code);
    head.report = static_cast<SampanDeviceReport *>(allocate_raw(size));
    if (!head.report) {
      device().target.api->clSVMFree(device().target.context, launch);
      return fail(run, cudaErrorMemoryAllocation, "there is no memory for what it prints");
    }
    *head.report = {};
    head.report->capacity = static_cast<uint32_t>(size - sizeof *head.report - 8);
  }
  std::memcpy(launch, &head, sizeof head);
  std::memcpy(launch + sizeof head, run.launch->params, bytes);
  const void *image = module_of(code).image;
  cl_int error = run_grid(*kernel, run, launch, image ? image : launch);
  device().target.api->clSVMFree(device().target.context, launch);
  if (head.report) {
    if (!error)
      read_report(run, *head.report);
    device().target.api->clSVMFree(device().target.context, head.report);
  }
  if (error)
    fail(run, cudaErrorLaunchFailure, error_name(error));
}

const Description &description() { return device().about; }

} // namespace sampan::accelerator
