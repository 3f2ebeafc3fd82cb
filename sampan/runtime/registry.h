// The modules, kernels and device variables of the process.
//
// A module arrives from two sides: its device half by sampan_register_module, its host half by the
// __cudaRegister* calls that clang emits, and they find each other by the module's id. Kernels are
// then known by the address of their host stub, variables by that of their host shadow, so two
// modules may hold static ones of the same name.
#ifndef SAMPAN_REGISTRY_H
#define SAMPAN_REGISTRY_H

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sampan_abi.h"

namespace sampan {

struct VariantStats {
  std::atomic<uint64_t> launches{0};
  std::atomic<uint64_t> threads{0};
  std::atomic<uint64_t> nanoseconds{0}; // of all workers together
  std::atomic<uint64_t> elapsed{0};     // nanoseconds from a grid's first block to its last
};

struct Kernel {
  Kernel(const SampanModule &module, const SampanKernel &code);

  const SampanModule &module;
  const SampanKernel &code;
  const std::unique_ptr<VariantStats[]> stats; // one for each of code.variants
  float claim = 0;      // nanoseconds of work that a worker claims at a time; 0: the usual
  unsigned workers = 0; // how many at most; 0: the whole pool

  std::atomic<uint32_t> max_dynamic_shared; // what cudaFuncSetAttribute allowed
  std::atomic<int> carveout{-1};
  std::atomic<uint32_t> required_cluster[3]; // __cluster_dims__ or cudaFuncSetAttribute; or 0
  std::atomic<int> large_clusters{0};        // of more blocks than every device allows
  std::atomic<int> cluster_policy{0};
  std::atomic<float> thread_cost{0};   // nanoseconds a thread took lately; 0 = not known
  std::atomic<uint64_t> complaints{0}; // bit n: a message about error n was printed

  std::string display_name() const; // demangled
};

// Device half.
void add_module(const SampanModule *module);

// Host half. A claimed module is a pointer that the host half passes around as its handle.
struct ClaimedModule;
ClaimedModule *claim_module(const char *id);
void release_module(ClaimedModule *module);
// Null where no module of that id is loaded and unclaimed.
const SampanModule *device_half(const ClaimedModule &module);
// The kernel of that mangled name, which from now on is its own stub; null if there is none.
Kernel *kernel_named(ClaimedModule &module, const char *name);
// The same of a loaded module's; for kernels that kernels launch.
Kernel *kernel_in(const SampanModule &module, const char *name);
void bind_kernel(ClaimedModule &module, const void *stub, const char *name);
const SampanVariable *bind_variable(ClaimedModule &module, const void *shadow, const char *name);

// Null if there is none.
Kernel *find_kernel(const void *stub);
const SampanVariable *find_variable(const void *symbol);
// The device variable that `address` lies in.
const SampanVariable *variable_at(const void *address);
size_t constant_bytes(const SampanModule &module);

void for_each_kernel(const std::function<void(const Kernel &)> &visit);

} // namespace sampan

#endif
