// For a program that loads compiled modules itself and launches their kernels: Sampan's Python API.
//
// Unlike the CUDA API, a fault belongs to its launch: it is told to whoever waits for that launch,
// other launches go on. Every function may be called from any thread.
#ifndef SAMPAN_EMBED_H
#define SAMPAN_EMBED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SAMPAN_EMBED_VERSION 1u

typedef struct SampanEmbedLimits {
  uint32_t version; // SAMPAN_EMBED_VERSION
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t block_threads;
  uint32_t shared_default; // static and dynamic together, unless a kernel asks for more
  uint32_t shared_optin;   // the most it can ask for
} SampanEmbedLimits;

typedef struct SampanEmbedKernel {
  uint32_t param_bytes;
  uint32_t static_shared;
  uint32_t local_bytes;
  uint32_t constant_bytes; // of its module
  uint32_t max_threads;
  uint32_t vector;    // whether some form of it is vector code
  const char *reason; // why not, "" otherwise
} SampanEmbedKernel;

void sampan_embed_limits(SampanEmbedLimits *limits);

// The module that a library just loaded registered under this id; null if there is none.
void *sampan_embed_module(const char *id);
// By mangled name; null if the module has none. It also serves as the function of CUDA's API.
void *sampan_embed_kernel(void *module, const char *name);
void sampan_embed_describe(void *kernel, SampanEmbedKernel *description);
// Where a device variable lies, and its size in bytes; null if the module has none of that name.
void *sampan_embed_variable(void *module, const char *name, uint64_t *size);

// Launches take `shape`: the grid's and the block's extents, the bytes of dynamic shared
// memory, and 1 for a cooperative launch; `params`: the arguments as SampanKernel.param_offsets
// places them, copied before the call returns; `stream`: a cudaStream_t. Results are cudaError_t
// codes; sampan_embed_message says more about the last one of this thread.

// Not a cudaError_t: the grid has not ended, and the caller may do something before it waits on.
#define SAMPAN_EMBED_UNFINISHED (-1)

// Runs a grid to its end. Where that takes long it returns SAMPAN_EMBED_UNFINISHED, and
// `*unfinished` must be given to sampan_embed_finish.
int sampan_embed_run(void *kernel, const uint32_t shape[8], const void *params, void *stream,
                     void **unfinished);
// Starts a grid; `*launch` must be given to sampan_embed_finish.
int sampan_embed_start(void *kernel, const uint32_t shape[8], const void *params, void *stream,
                       void **launch);
// Whether it has ended. Does not wait.
int sampan_embed_ended(void *launch);
// Waits for its end, forgets it, and returns what became of it; or SAMPAN_EMBED_UNFINISHED, and is
// to be called again.
int sampan_embed_finish(void *launch);
// Ends it soon, with an error. It is to be finished all the same.
void sampan_embed_cancel(void *launch);
const char *sampan_embed_message(void);

// What kernels printed since the last call, to be written by the caller; valid until the thread's
// next call. What nobody takes goes to the C library's stdout at the end of the process.
const char *sampan_embed_take_output(uint64_t *size);

#ifdef __cplusplus
}
#endif
#endif
