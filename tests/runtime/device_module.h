// For tests of the runtime alone: "device code" written in C++, and a list of tests to run by name.
//
// A kernel is a function of its thread and of one structure of parameters. LANE_KERNEL and
// WARP_KERNEL run on fibres; BLOCK_KERNEL is called with a run of blocks, as vector code is.
#ifndef SAMPAN_TESTS_DEVICE_MODULE_H
#define SAMPAN_TESTS_DEVICE_MODULE_H

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "sampan_abi.h"
#include "sampan_cuda_types.h"

extern "C" {
#include "declarations.inc"
}

// ---- Modules -----------------------------------------------------------------------------------

struct KernelDefinition {
  SampanVariant variant;
  SampanKernel code;
  uint32_t offset = 0;
  uint32_t size;
  char stub = 0; // its address stands for the host's function

  KernelDefinition(const char *name, uint32_t kind, uint32_t width, void *entry, size_t param_size)
      : variant{kind, width, SAMPAN_ANY_BLOCK, 64, entry, {}},
        size(static_cast<uint32_t>(param_size)) {
    code = {name, 1, size, &offset, &size, 0, 0, 1024, 1, &variant, "", 0, 0, 0, 0};
  }
};

struct ModuleDefinition {
  std::vector<SampanKernel> kernels;
  std::vector<SampanVariable> variables;
  SampanModule module{};
  struct {
    int magic, version;
    const char *data;
    void *unused;
  } wrapper{};
  void **handle = nullptr;

  ModuleDefinition(const char *id, const std::deque<KernelDefinition *> &definitions,
                   std::vector<SampanVariable> module_variables = {})
      : variables(std::move(module_variables)) {
    for (KernelDefinition *definition : definitions)
      kernels.push_back(definition->code);
    module.abi_version = SAMPAN_ABI_VERSION;
    module.kernel_count = static_cast<uint32_t>(kernels.size());
    module.variable_count = static_cast<uint32_t>(variables.size());
    std::strncpy(module.id, id, sizeof module.id - 1);
    module.kernels = kernels.data();
    module.variables = variables.data();
    sampan_register_module(&module);
    wrapper.data = id;
    handle = __cudaRegisterFatBinary(&wrapper);
    for (KernelDefinition *definition : definitions) {
      __cudaRegisterFunction(handle, &definition->stub, nullptr, definition->code.name, -1, nullptr,
                             nullptr, nullptr, nullptr, nullptr);
    }
    __cudaRegisterFatBinaryEnd(handle);
  }
  ~ModuleDefinition() { __cudaUnregisterFatBinary(handle); }
};

inline std::deque<KernelDefinition *> &all_kernels() {
  static std::deque<KernelDefinition *> kernels;
  return kernels;
}

template <typename P> const P &params(const SampanThread *self) {
  return *reinterpret_cast<const P *>(self->launch->params);
}

#define SAMPAN_TEST_KERNEL(name, P, kind, width, entry)                                            \
  static KernelDefinition name(#name, kind, width, reinterpret_cast<void *>(entry), sizeof(P));    \
  [[maybe_unused]] static const bool name##_added = (all_kernels().push_back(&name), true);

#define LANE_KERNEL(name, P)                                                                       \
  static void name##_body(SampanThread *self, const P &p);                                         \
  static void name##_entry(SampanThread *self) { name##_body(self, params<P>(self)); }             \
  SAMPAN_TEST_KERNEL(name, P, SAMPAN_LANE_FIBRE, 1, name##_entry)                                  \
  static void name##_body([[maybe_unused]] SampanThread *self, [[maybe_unused]] const P &p)

#define WARP_KERNEL(name, P)                                                                       \
  static void name##_body(SampanThread *self, const P &p);                                         \
  static void name##_entry(SampanThread *self) { name##_body(self, params<P>(self)); }             \
  SAMPAN_TEST_KERNEL(name, P, SAMPAN_WARP_FIBRE, 32, name##_entry)                                 \
  static void name##_body([[maybe_unused]] SampanThread *self, [[maybe_unused]] const P &p)

#define BLOCK_KERNEL(name, P)                                                                      \
  static void name##_body(SampanThread *self, uint64_t block, const P &p);                         \
  static void name##_entry(SampanThread *self, uint64_t first, uint64_t count) {                   \
    for (uint64_t block = first; block < first + count; ++block) {                                 \
      const uint32_t *grid = self->launch->grid;                                                   \
      self->ctaid[0] = static_cast<uint32_t>(block % grid[0]);                                     \
      self->ctaid[1] = static_cast<uint32_t>(block / grid[0] % grid[1]);                           \
      self->ctaid[2] = static_cast<uint32_t>(block / grid[0] / grid[1]);                           \
      name##_body(self, block, params<P>(self));                                                   \
    }                                                                                              \
  }                                                                                                \
  SAMPAN_TEST_KERNEL(name, P, SAMPAN_BLOCK_VECTOR, 32, name##_entry)                               \
  static void name##_body([[maybe_unused]] SampanThread *self, [[maybe_unused]] uint64_t block,    \
                          [[maybe_unused]] const P &p)

// The module of all kernels above; tests start it in main.
inline ModuleDefinition &main_module(std::vector<SampanVariable> variables = {}) {
  static ModuleDefinition &module =
      *new ModuleDefinition("00112233445566778899", all_kernels(), std::move(variables));
  return module;
}

template <typename P>
cudaError_t launch(KernelDefinition &kernel, dim3 grid, dim3 block, const P &parameters,
                   size_t shared = 0, cudaStream_t stream = nullptr) {
  void *arguments[] = {const_cast<P *>(&parameters)};
  return cudaLaunchKernel(&kernel.stub, grid, block, arguments, shared, stream);
}

// ---- Tests -------------------------------------------------------------------------------------

struct Test {
  const char *name;
  void (*body)();
  const char *expected_output; // each line of it must appear in what the test prints
};

inline std::vector<Test> &all_tests() {
  static std::vector<Test> tests;
  return tests;
}

#define TEST_PRINTS(name, expected)                                                                \
  static void test_##name();                                                                       \
  static const bool added_##name = (all_tests().push_back({#name, test_##name, expected}), true);  \
  static void test_##name()
#define TEST(name) TEST_PRINTS(name, "")

inline int failures = 0;

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                 \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

#define EXPECT_EQ(left, right)                                                                     \
  do {                                                                                             \
    auto left_value = (left);                                                                      \
    auto right_value = (right);                                                                    \
    if (!(left_value == static_cast<decltype(left_value)>(right_value))) {                         \
      std::fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #left,             \
                   static_cast<long long>(left_value), static_cast<long long>(right_value));       \
      ++failures;                                                                                  \
    }                                                                                              \
  } while (0)

#define CUDA(call) EXPECT_EQ(call, cudaSuccess)

template <typename T> T *managed(size_t count) {
  void *memory = nullptr;
  CUDA(cudaMallocManaged(&memory, count * sizeof(T), cudaMemAttachGlobal));
  std::memset(memory, 0, count * sizeof(T));
  return static_cast<T *>(memory);
}

// With no argument lists the tests, with a name runs that one.
inline int run_tests(int argc, char **argv) {
  for (const Test &test : all_tests()) {
    if (argc < 2) {
      std::string expected = test.expected_output;
      for (size_t at; (at = expected.find('\n')) != std::string::npos;)
        expected.replace(at, 1, "\\n");
      std::printf("%s\t%s\n", test.name, expected.c_str());
    } else if (std::strcmp(argv[1], test.name) == 0) {
      test.body();
      return failures != 0;
    }
  }
  return argc < 2 ? 0 : 2;
}

#endif
