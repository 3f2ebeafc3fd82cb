// Runs compiled device code without the runtime: one thread, blocks in order; what is not vector code
// on the runtime's own fibres (direct_fibres.cpp). Arguments: output file, plan (a line a case: name
// grid block dynamic seed n p0).
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <functional>
#include <string>
#include <vector>

#include "sampan_abi.h"

struct Settings { int a; float b; short c[4]; };
static void *to_device(const void *data, size_t bytes) {
  void *copy = aligned_alloc(64, (bytes + 63) / 64 * 64);
  return memcpy(copy, data, bytes);
}
static void to_host(void *data, void *copy, size_t bytes) {
  memcpy(data, copy, bytes);
  free(copy);
}
static unsigned finish() { return 0; }
static void begin_case(unsigned, unsigned) {}
static void end_case(FILE *) {}
#include "harness.h"

static const SampanModule *module;
extern "C" void sampan_register_module(const SampanModule *m) { module = m; }

extern "C" void sampan_assert_fail(SampanThread *, const char *, const char *, uint32_t,
                                   const char *, uint64_t) { abort(); }
extern "C" void sampan_trap(SampanThread *) { abort(); }
extern "C" int32_t sampan_vprintf(const char *, const void *) { return 0; }
extern "C" void *sampan_device_malloc(uint64_t bytes) { return malloc(bytes); }
extern "C" void sampan_device_free(void *pointer) { free(pointer); }
extern "C" uint64_t sampan_clock64(void) { return 0; }
extern "C" uint64_t sampan_globaltimer(void) { return 0; }

// In direct_fibres.cpp.
void run_on_fibres(const SampanKernel &kernel, const SampanVariant &variant,
                   const SampanLaunch &launch, uint8_t *shared);

static const SampanKernel *find_kernel(const std::string &name) {
  std::string mangled = "_Z" + std::to_string(name.size()) + name + "P";
  for (uint32_t i = 0; i < module->kernel_count; ++i)
    if (!strncmp(module->kernels[i].name, mangled.c_str(), mangled.size()))
      return &module->kernels[i];
  fprintf(stderr, "no kernel %s\n", name.c_str());
  exit(3);
}

static void launch_direct(const std::string &name, const uint32_t *grid, const uint32_t *block,
                          uint32_t dynamic, void **arguments) {
  const SampanKernel &kernel = *find_kernel(name);
  std::vector<uint8_t> params(kernel.param_bytes + 64);
  for (uint32_t i = 0; i < kernel.param_count; ++i)
    memcpy(&params[kernel.param_offsets[i]], arguments[i], kernel.param_sizes[i]);
  SampanLaunch launch = {};
  memcpy(launch.grid, grid, 12);
  memcpy(launch.block, block, 12);
  launch.block_threads = block[0] * block[1] * block[2];
  launch.dynamic_shared = dynamic;
  launch.params = params.data();
  for (uint32_t &blocks : launch.cluster) blocks = 1;
  launch.grid_blocks = (uint64_t)grid[0] * grid[1] * grid[2];
  size_t shared_bytes = (kernel.static_shared + 15) / 16 * 16 + dynamic;
  for (uint32_t v = 0; v < kernel.variant_count; ++v) {
    const SampanVariant &variant = kernel.variants[v];
    if (variant.condition == SAMPAN_X_MULTIPLE && block[0] % variant.width) continue;
    if (variant.condition == SAMPAN_ONE_ROW && block[1] * block[2] != 1) continue;
    size_t warps = (launch.block_threads + variant.width - 1) / variant.width;
    size_t scratch_bytes = variant.scratch_per_warp * warps;
    SampanThread self = {};
    self.launch = &launch;
    self.shared = (uint8_t *)aligned_alloc(64, (shared_bytes + 128) / 64 * 64);
    self.scratch = (uint8_t *)aligned_alloc(64, (scratch_bytes + 128) / 64 * 64);
    memset(self.shared, 0xa5, shared_bytes);
    memset(self.scratch, 0x5a, scratch_bytes);
    if (variant.kind == SAMPAN_BLOCK_VECTOR) {
      ((SampanBlockEntry)variant.entry)(&self, 0, launch.grid_blocks);
    } else {
      run_on_fibres(kernel, variant, launch, self.shared);
    }
    free(self.shared);
    free(self.scratch);
    return;
  }
  fprintf(stderr, "no variant of %s fits\n", name.c_str());
  exit(3);
}

int main(int, char **argv) {
  FILE *file = fopen(argv[1], "wb");
  FILE *plan = fopen(argv[2], "r");
  char name[64];
  unsigned g[3], t[3], dynamic, seed;
  int n, p0;
  for (unsigned number = 0; fscanf(plan, "%63s %u %u %u %u %u %u %u %u %d %d", name, g, g + 1, g + 2,
                                   t, t + 1, t + 2, &dynamic, &seed, &n, &p0) == 11; ++number) {
    unsigned threads = g[0] * g[1] * g[2] * t[0] * t[1] * t[2];
    run_case(file, nullptr, number, seed, threads, 0, [&](Buffers b, Settings settings) {
      float p1 = 0.75f;
      void *arguments[] = {&b.in,    &b.fin,  &b.out,    &b.fout, &b.mem, &b.bytes,  &b.counters,
                           &b.wide, &b.floats, &n,        &p0,     &p1,    &settings};
      launch_direct(name, g, t, dynamic, arguments);
    });
  }
  fclose(file);
  return 0;
}
