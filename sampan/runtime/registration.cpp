// What the constructors that clang writes into a host object call.

#include <cstddef>

#include "api.h"
#include "registry.h"
#include "texture_references.h"

using namespace sampan;

namespace {

// The layout of clang's __fatbin_wrapper; `data` is the file given to -fcuda-include-gpubinary.
struct FatBinaryWrapper {
  int magic;
  int version;
  const char *data;
  void *unused;
};

ClaimedModule &module_of(void **handle) { return *reinterpret_cast<ClaimedModule *>(handle); }

} // namespace

SAMPAN_API void **__cudaRegisterFatBinary(const FatBinaryWrapper *wrapper) {
  return reinterpret_cast<void **>(claim_module(wrapper->data));
}

SAMPAN_API void __cudaRegisterFatBinaryEnd(void **) {}

SAMPAN_API void __cudaUnregisterFatBinary(void **handle) { release_module(&module_of(handle)); }

SAMPAN_API int __cudaRegisterFunction(void **handle, const char *stub, char *, const char *name,
                                      int, uint3 *, uint3 *, dim3 *, dim3 *, int *) {
  bind_kernel(module_of(handle), stub, name);
  return 0;
}

SAMPAN_API void __cudaRegisterVar(void **handle, char *shadow, char *, const char *name, int,
                                  size_t, int, int) {
  bind_variable(module_of(handle), shadow, name);
}

// The host's variable is a pointer, which from now on points at the device's.
SAMPAN_API void __cudaRegisterManagedVar(void **handle, void **pointer, char *, const char *name,
                                         int, size_t, int, int) {
  if (const SampanVariable *variable = bind_variable(module_of(handle), pointer, name)) {
    *pointer = variable->address;
  }
}

// `normalised`: the read mode, the last argument of the template.
SAMPAN_API void __cudaRegisterTexture(void **handle, const void *reference, const void **,
                                      const char *name, int, int normalised, int) {
  add_reference(reference, bind_variable(module_of(handle), reference, name), normalised != 0);
}

SAMPAN_API void __cudaRegisterSurface(void **handle, const void *reference, const void **,
                                      const char *name, int, int) {
  add_reference(reference, bind_variable(module_of(handle), reference, name), false);
}
SAMPAN_API char __cudaInitModule(void **) { return 1; }
