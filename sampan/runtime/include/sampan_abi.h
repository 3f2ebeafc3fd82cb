// The contract between compiled device code and the runtime.
//
// The compiler (sampan/abi.py) mirrors every offset and constant below; tests/unit/test_abi.py
// compares the two. Plain C, so that a module can also be written by hand in tests.
#ifndef SAMPAN_ABI_H
#define SAMPAN_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SAMPAN_ABI_VERSION 4u

// Constant while one grid runs. Shared by all workers.
typedef struct SampanLaunch {
  uint32_t grid[3];        // offset 0: gridDim
  uint32_t block[3];       // offset 12: blockDim
  uint32_t block_threads;  // offset 24: how many run: the product of blockDim in thread_axes
  uint32_t dynamic_shared; // offset 28: bytes of dynamic shared memory
  const uint8_t *params; // offset 32: kernel parameters, packed as SampanKernel.param_offsets says
  uint64_t grid_blocks;  // offset 40: gridDim.x * gridDim.y * gridDim.z
  struct SampanGridMeeting *meeting; // offset 48: of a cooperative launch, else null
  uint32_t cluster[3];    // offset 56: blocks of a cluster in each axis, 1 where there are none
  uint32_t cluster_named; // offset 68: whether the launch or the kernel says how large they are
  void *handle;           // offset 72: private to the runtime
  uint64_t uncached;      // offset 80: caches are of no use to a grid that stores so many bytes
} SampanLaunch;

// What a running thread (lane-fibre path), or a running block (vector path), sees of itself.
// Every compiled device function receives a pointer to one as its first argument.
// Vector code has one per worker; `ctaid` and `linear_tid` then tell the block and the first lane
// of the gang that runs, and `tid` the thread that is about to report something.
typedef struct SampanThread {
  uint32_t tid[3];            // offset 0: threadIdx
  uint32_t ctaid[3];          // offset 12: blockIdx
  uint32_t linear_tid;        // offset 24: x + y * blockDim.x + z * blockDim.x * blockDim.y
  uint32_t shared_stride;     // offset 28: of a block group: from block to block
  const SampanLaunch *launch; // offset 32
  uint8_t *shared;            // offset 40: block's shared memory: static part, then dynamic part
  uint8_t *scratch;           // offset 48: per-worker spill memory (vector path), 64-byte aligned,
                              //            SampanVariant.scratch_per_warp * warps bytes; a block
                              //            group has that for each block, and shared memory
  void *runtime;              // offset 56: private to the runtime (fibre, worker)
} SampanThread;

// Runs blocks [first, first + count) of the grid one after the other, in linear order
// (x fastest). `self` has launch, shared and scratch set; the callee writes the rest.
typedef void (*SampanBlockEntry)(SampanThread *self, uint64_t first, uint64_t count);
// Runs one thread (lane fibre) or one warp (warp fibre: self->tid of its first lane); it may call
// sampan_barrier. Everything in *self is set by the runtime.
typedef void (*SampanThreadEntry)(SampanThread *self);

enum {                     // SampanVariant.kind
  SAMPAN_BLOCK_VECTOR = 0, // entry is a SampanBlockEntry
  SAMPAN_WARP_FIBRE = 1,   // entry is a SampanThreadEntry run once per warp of `width` threads
  SAMPAN_LANE_FIBRE = 2,   // entry is a SampanThreadEntry run once per thread
  SAMPAN_INTERPRETED = 3,  // entry is a SampanCode; the process's executor runs the grid
  SAMPAN_BLOCK_GROUP = 4,  // entry is a SampanBlockEntry whose blocks may meet those of the grid
  SAMPAN_DEVICE_CODE = 5   // entry is a SampanDeviceCode; a device runs the grid
};
enum {                   // SampanVariant.condition
  SAMPAN_ANY_BLOCK = 0,  // any block shape
  SAMPAN_X_MULTIPLE = 1, // blockDim.x is a multiple of width
  SAMPAN_ONE_ROW = 2,    // blockDim.y and blockDim.z are 1
  SAMPAN_BLOCK_SHAPE = 3 // blockDim is SampanVariant.block
  // The last three also say that no axis of the grid has 2^31 threads or more.
};

typedef struct SampanVariant {
  uint32_t kind;
  uint32_t width; // lanes of a gang (1 for a lane fibre)
  uint32_t condition;
  uint32_t scratch_per_warp; // bytes of SampanThread.scratch each gang of a block needs
  void *entry;
  uint32_t block[3]; // of SAMPAN_BLOCK_SHAPE
} SampanVariant;

inline static int sampan_is_vector(const SampanVariant *variant) {
  return variant->kind == SAMPAN_BLOCK_VECTOR || variant->kind == SAMPAN_BLOCK_GROUP;
}

typedef struct SampanKernel {
  const char *name; // mangled name, as __cudaRegisterFunction gives it
  uint32_t param_count;
  uint32_t param_bytes;
  const uint32_t *param_offsets; // param_count offsets into the packed buffer
  const uint32_t *param_sizes;   // param_count sizes in bytes
  uint32_t static_shared;        // bytes; the dynamic part starts there, rounded up to 16
  uint32_t local_bytes;          // private memory per thread, for cudaFuncGetAttributes
  uint32_t max_threads;          // __launch_bounds__ or 1024
  uint32_t variant_count;
  const SampanVariant *variants; // in order of preference; the first whose condition holds runs
  const char *fallback_reason;   // why no vector variant exists ("" if one does)
  uint32_t thread_axes; // threads differ in x (1), x and y (2), or all (0, 3): only those are run
  uint32_t cluster_x, cluster_y, cluster_z; // __cluster_dims__, or 0
} SampanKernel;

enum { SAMPAN_VAR_CONSTANT = 1, SAMPAN_VAR_MANAGED = 2 };
typedef struct SampanVariable {
  const char *name;
  void *address;
  uint64_t size;
  uint32_t flags;
  uint32_t reserved;
} SampanVariable;

// A module's code as data, for an executor. `text` is LLVM IR at the SIMT level (architecture.md);
// `variables` are all global variables of it, under the names they have there.
typedef struct SampanCode {
  const char *text;
  uint64_t size;
  const SampanVariable *variables;
  uint64_t variable_count;
} SampanCode;

// A module's code for a device that has threads of its own (docs/targets.md). The kernels are in it
// under their names. `image` holds the values that the module's variables start with, in one block;
// at `pointers`, offsets into it, lie addresses of places in it. The runtime copies it to the
// device, and writes where the variables are then into SampanModule.variables.
enum { SAMPAN_SPIRV = 1 }; // SampanDeviceCode.format
enum {                     // SampanDeviceCode.flags
  SAMPAN_DEVICE_SAYS = 1,  // kernels print, or fail by themselves
  // Their threads must come in groups of 32 neighbours. A block is launched as a line.
  SAMPAN_DEVICE_WARPS = 2
};
typedef struct SampanDeviceCode {
  uint32_t format;
  uint32_t flags;
  const void *text;
  uint64_t size;
  const void *image;
  uint64_t image_size;
  const uint64_t *pointers;
  uint64_t pointer_count;
} SampanDeviceCode;

// What a grid's threads say, with `used` bytes of records of printf behind it: bytes of the record,
// 4 bytes of nothing, the address of the format, and the arguments as for sampan_vprintf. A record
// that ends behind `capacity` has 0 bytes and is the last; there are 8 bytes more for it.
typedef struct SampanDeviceReport {
  uint32_t capacity;
  uint32_t used;
  uint32_t failed; // 1: an assertion, 2: a trap, 3: groups of threads are no warps
  uint32_t line;
  uint32_t block[3], thread[3]; // blockIdx and threadIdx of who failed first
  const char *texts[3];         // of its assertion: the message, the file, the function
} SampanDeviceReport;

// What a launch hands to a kernel there, with the parameters behind it.
typedef struct SampanDeviceLaunch {
  uint32_t dynamic_shared; // offset 0
  uint32_t reserved;
  uint32_t *fence;            // offset 8: a word that all kernels share, for fences
  SampanDeviceReport *report; // offset 16: null for code that says nothing
  uint32_t block[3];          // offset 24: blockDim
  uint32_t more[7];
} SampanDeviceLaunch;

// The device half of one translation unit. `id` is also the content of the host half's
// "fat binary" (the blob given to -fcuda-include-gpubinary), which is how the two find each other.
typedef struct SampanModule {
  uint32_t abi_version;
  uint32_t kernel_count;
  uint32_t variable_count;
  uint32_t reserved;
  char id[40]; // NUL-terminated hexadecimal digest
  const SampanKernel *kernels;
  const SampanVariable *variables;
  const void *text_begin; // device code, for telling kernel faults from others
  const void *text_end;
} SampanModule;

// ---- Running kernels outside of the runtime ---------------------------------------------------
// Whoever loads a program as a library may run those of its kernels that are SAMPAN_INTERPRETED.

typedef struct SampanGrid {
  const SampanKernel *kernel;
  const SampanCode *code;
  const SampanLaunch *launch;
  uint32_t cooperative; // all blocks are resident: they may wait for each other
  int32_t error;        // set by the executor: the cudaError_t that the kernel ended with, or 0
} SampanGrid;
// Runs a grid to its end, on a thread of the runtime's; several grids may run at the same time. It
// also says what went wrong, on standard error.
typedef void (*SampanExecutor)(SampanGrid *grid);
void sampan_set_executor(SampanExecutor executor); // before the program is loaded
// The bounds of what `pointer` lies in: an allocation, a device variable, a texture object; 0 if it
// is in none.
int32_t sampan_find_memory(const void *pointer, void **start, uint64_t *size);

// The devices that SAMPAN_DEVICE can name, as text: runtime/opencl_devices.cpp says how.
uint64_t sampan_describe_devices(char *to, uint64_t size);

// ---- Provided by the runtime, called from device code ------------------------------------------
void sampan_register_module(const SampanModule *module); // from a constructor of priority 101
// Ends the program, with a message, unless vector registers have so many bits. Before that.
void sampan_require_vectors(uint32_t bits);
// Of the levels that a program has code for, by their numbers, the one that this machine shall run;
// ends the program, with a message, if it has not even `least`. Before that, too.
uint32_t sampan_cpu_level(uint32_t least);
void sampan_barrier(SampanThread *self); // __syncthreads on the fibre paths
// __syncthreads_count/and/or on the fibre paths. op: 0 = count, 1 = and, 2 = or.
int32_t sampan_barrier_reduce(SampanThread *self, int32_t predicate, int32_t op);
// A barrier of the block by number, passed when `threads` threads (0: all of the block) have come.
// Who arrives counts, and goes on.
void sampan_named_barrier(SampanThread *self, uint32_t number, uint32_t threads);
void sampan_named_arrive(SampanThread *self, uint32_t number, uint32_t threads);
// All threads of a cooperative grid meet (fibre paths). Without a cooperative launch they cannot.
void sampan_grid_sync(SampanThread *self);
// The same for a block group, all of whose `blocks` have come to it.
void sampan_grid_meet(SampanThread *self, uint64_t blocks);
int32_t sampan_grid_can_meet(SampanThread *self);
// The threads of a cluster meet in two steps: who has arrived may go on until it waits.
void sampan_cluster_arrive(SampanThread *self);
void sampan_cluster_wait(SampanThread *self);
// The place in the shared memory of the cluster's block `rank` that is at `address` in this one's.
void *sampan_cluster_map(SampanThread *self, const void *address, uint32_t rank);
// Whose shared memory of the cluster's blocks this is in; ~0 if it is in none.
uint32_t sampan_cluster_rank(SampanThread *self, const void *address);
// An address of 32 bits in the cluster's shared memory: an offset, and above it by 24 bits the
// block's rank plus one, or 0 for this block.
void *sampan_cluster_pointer(SampanThread *self, uint32_t address);
// The other threads of the block that can go on take their turn, if there are any (fibre paths).
void sampan_step(SampanThread *self);
// Warp-wide operations on the fibre paths. A lane waits until all lanes of `members` that have not
// returned have come to the same operation with the same members; then each gets its result.
uint32_t sampan_warp_read(SampanThread *self, uint32_t members, uint32_t value, uint32_t lane);
uint32_t sampan_warp_ballot(SampanThread *self, uint32_t members, uint32_t predicate);
uint32_t sampan_warp_match(SampanThread *self, uint32_t members, uint64_t value);
// op: 0 = add, 1 = min, 2 = max, 3 = unsigned min, 4 = unsigned max, 5 = and, 6 = or, 7 = xor.
uint32_t sampan_warp_reduce(SampanThread *self, uint32_t members, uint32_t value, uint32_t op);
void sampan_warp_sync(SampanThread *self, uint32_t members);
// c = a * b + c for matrices that the warp shares out, as sampan/matrices.py says. `shape`: the
// type (0 = float, 1 = double, 2 = int32_t) in bits 24 to 27, rows, columns and depth in a byte
// each. `layouts`: 1 = a lies column by column, 2 = b does. `elements`: the lane's of a, then b,
// then c; those of the result take the place of the first ones.
void sampan_warp_mma(SampanThread *self, uint32_t members, uint32_t shape, uint32_t layouts,
                     void *elements);
// The lanes that come along: those of the warp that ask at the same `site` before nothing else in
// the warp can go on.
uint32_t sampan_warp_activemask(SampanThread *self, uint32_t site);
// A spinning thread lets others of its block run (fibre paths; elsewhere a no-op).
void sampan_yield(SampanThread *self);
// The same in a loop that changes nothing and goes on as long as memory stays as it is.
// `again`: whether a turn of the loop came before this one.
void sampan_spin(SampanThread *self, uint32_t again);
int32_t sampan_vprintf(const char *format, const void *arguments); // CUDA's vprintf buffer layout
void sampan_assert_fail(SampanThread *self, const char *message, const char *file, uint32_t line,
                        const char *function, uint64_t char_size) __attribute__((noreturn));
void sampan_trap(SampanThread *self) __attribute__((noreturn));
// Ends the kernel if the address is no multiple of the alignment (code for a debugger).
void sampan_check_alignment(SampanThread *self, const void *address, uint32_t alignment);
void *sampan_device_malloc(uint64_t bytes);
void sampan_device_free(void *pointer);
// Memory for the arguments of a kernel that the thread is about to launch.
void *sampan_launch_buffer(SampanThread *self, uint64_t alignment, uint64_t size);
// What kernels ask of the runtime: `what` is a DeviceCall of runtime/device_runtime.h, `thread` the
// caller's linear index in its block. An error in the low half, or what that call says.
uint64_t sampan_device_runtime(SampanThread *self, uint32_t thread, uint32_t what, uint64_t a,
                               uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f,
                               uint64_t g);
uint64_t sampan_clock64(void);     // a monotonic cycle-like counter
uint64_t sampan_globaltimer(void); // nanoseconds
void sampan_nanosleep(SampanThread *self, uint32_t nanoseconds);

#ifdef __cplusplus
}
#endif
#endif
