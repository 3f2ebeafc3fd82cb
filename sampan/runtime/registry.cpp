#include "registry.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "accelerator.h"
#include "api.h"
#include "device_limits.h"
#include "stats.h"
#include "tuned.h"

namespace sampan {

struct ClaimedModule {
  const SampanModule *module = nullptr; // null: its device half never arrived
  std::vector<std::unique_ptr<Kernel>> kernels;
  std::vector<const void *> stubs;
  std::vector<const void *> shadows;
};

namespace {

struct Registry {
  std::shared_mutex mutex;
  std::vector<const SampanModule *> unclaimed;
  std::vector<std::unique_ptr<ClaimedModule>> claimed;
  std::vector<std::unique_ptr<ClaimedModule>> released;
  std::unordered_map<const void *, Kernel *> kernels;
  std::unordered_map<const void *, const SampanVariable *> variables;
  std::map<uintptr_t, const SampanVariable *> variables_by_address;
};

// Never destroyed: workers and other libraries' destructors may still ask.
Registry &registry() {
  static Registry &registry = *new Registry;
  return registry;
}

using ReadLock = std::shared_lock<std::shared_mutex>;
using WriteLock = std::unique_lock<std::shared_mutex>;

} // namespace

Kernel::Kernel(const SampanModule &module, const SampanKernel &code)
    : module(module), code(code), stats(new VariantStats[std::max(code.variant_count, 1u)]),
      max_dynamic_shared(kSharedPerBlock - std::min<uint32_t>(code.static_shared, kSharedPerBlock)),
      required_cluster{code.cluster_x, code.cluster_y, code.cluster_z} {
  if (const TunedChoice *choice = tuned_choice(module.id, code.name)) {
    claim = choice->claim;
    workers = choice->workers;
  }
}

std::string Kernel::display_name() const {
  int status = 0;
  char *plain = abi::__cxa_demangle(code.name, nullptr, nullptr, &status);
  std::string name = plain ? plain : code.name;
  std::free(plain);
  return name;
}

void add_module(const SampanModule *module) {
  if (module->abi_version != SAMPAN_ABI_VERSION) {
    std::fprintf(stderr,
                 "sampan: a module was compiled for version %u of the device ABI, this runtime has "
                 "version %u; compile it again\n",
                 module->abi_version, SAMPAN_ABI_VERSION);
    return;
  }
  accelerator::place_variables(*module);
  Registry &all = registry();
  WriteLock lock(all.mutex);
  all.unclaimed.push_back(module);
  for (uint32_t i = 0; i < module->variable_count; ++i) {
    const SampanVariable &variable = module->variables[i];
    all.variables_by_address[reinterpret_cast<uintptr_t>(variable.address)] = &variable;
  }
}

ClaimedModule *claim_module(const char *id) {
  Registry &all = registry();
  WriteLock lock(all.mutex);
  auto claim = std::make_unique<ClaimedModule>();
  // Two equal translation units have equal ids, and each host half must get a device half.
  auto found =
      std::find_if(all.unclaimed.begin(), all.unclaimed.end(),
                   [&](const SampanModule *module) { return std::strcmp(module->id, id) == 0; });
  if (found != all.unclaimed.end()) {
    claim->module = *found;
    all.unclaimed.erase(found);
    for (uint32_t i = 0; i < claim->module->kernel_count; ++i) {
      claim->kernels.push_back(std::make_unique<Kernel>(*claim->module, claim->module->kernels[i]));
    }
  }
  all.claimed.push_back(std::move(claim));
  return all.claimed.back().get();
}

void release_module(ClaimedModule *module) {
  Registry &all = registry();
  WriteLock lock(all.mutex);
  for (const void *stub : module->stubs)
    all.kernels.erase(stub);
  for (auto &kernel : module->kernels)
    all.kernels.erase(kernel.get());
  for (const void *shadow : module->shadows)
    all.variables.erase(shadow);
  for (uint32_t i = 0; module->module && i < module->module->variable_count; ++i) {
    all.variables_by_address.erase(
        reinterpret_cast<uintptr_t>(module->module->variables[i].address));
  }
  for (auto &kernel : module->kernels)
    keep_stats(*kernel);
  auto found = std::find_if(all.claimed.begin(), all.claimed.end(),
                            [&](auto &claim) { return claim.get() == module; });
  // Kept, not freed: at exit a worker may still be running one of its kernels.
  all.released.push_back(std::move(*found));
  all.claimed.erase(found);
}

void bind_kernel(ClaimedModule &module, const void *stub, const char *name) {
  Registry &all = registry();
  WriteLock lock(all.mutex);
  for (auto &kernel : module.kernels) {
    if (std::strcmp(kernel->code.name, name) != 0)
      continue;
    all.kernels[stub] = kernel.get();
    all.kernels[kernel.get()] = kernel.get(); // a cudaFunction_t works like the stub
    module.stubs.push_back(stub);
    return;
  }
}

const SampanModule *device_half(const ClaimedModule &module) { return module.module; }

Kernel *kernel_named(ClaimedModule &module, const char *name) {
  Registry &all = registry();
  WriteLock lock(all.mutex);
  for (auto &kernel : module.kernels) {
    if (std::strcmp(kernel->code.name, name) == 0) {
      all.kernels[kernel.get()] = kernel.get();
      return kernel.get();
    }
  }
  return nullptr;
}

Kernel *kernel_in(const SampanModule &module, const char *name) {
  Registry &all = registry();
  ReadLock lock(all.mutex);
  for (auto &claim : all.claimed) {
    if (claim->module != &module)
      continue;
    for (auto &kernel : claim->kernels) {
      if (std::strcmp(kernel->code.name, name) == 0)
        return kernel.get();
    }
  }
  return nullptr;
}

const SampanVariable *bind_variable(ClaimedModule &module, const void *shadow, const char *name) {
  if (!module.module)
    return nullptr;
  Registry &all = registry();
  WriteLock lock(all.mutex);
  for (uint32_t i = 0; i < module.module->variable_count; ++i) {
    const SampanVariable &variable = module.module->variables[i];
    if (std::strcmp(variable.name, name) != 0)
      continue;
    all.variables[shadow] = &variable;
    module.shadows.push_back(shadow);
    return &variable;
  }
  return nullptr;
}

Kernel *find_kernel(const void *stub) {
  Registry &all = registry();
  ReadLock lock(all.mutex);
  auto found = all.kernels.find(stub);
  return found == all.kernels.end() ? nullptr : found->second;
}

const SampanVariable *find_variable(const void *symbol) {
  Registry &all = registry();
  {
    ReadLock lock(all.mutex);
    auto found = all.variables.find(symbol);
    if (found != all.variables.end())
      return found->second;
  }
  const SampanVariable *variable = variable_at(symbol);
  return variable && variable->address == symbol ? variable : nullptr;
}

const SampanVariable *variable_at(const void *address) {
  Registry &all = registry();
  ReadLock lock(all.mutex);
  auto at = reinterpret_cast<uintptr_t>(address);
  auto after = all.variables_by_address.upper_bound(at);
  if (after == all.variables_by_address.begin())
    return nullptr;
  auto [start, variable] = *std::prev(after);
  return at - start < variable->size ? variable : nullptr;
}

size_t constant_bytes(const SampanModule &module) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < module.variable_count; ++i) {
    if (module.variables[i].flags & SAMPAN_VAR_CONSTANT)
      bytes += module.variables[i].size;
  }
  return bytes;
}

void for_each_kernel(const std::function<void(const Kernel &)> &visit) {
  Registry &all = registry();
  ReadLock lock(all.mutex);
  for (auto &claim : all.claimed) {
    for (auto &kernel : claim->kernels)
      visit(*kernel);
  }
}

} // namespace sampan

SAMPAN_API void sampan_register_module(const SampanModule *module) { sampan::add_module(module); }
