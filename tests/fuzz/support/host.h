// Before the common part: CUDA's words as plain host C++. Each thread of a block is a fibre that
// runs up to a barrier; the order of the threads between two barriers is random.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <algorithm>
#include <functional>
#include <vector>

#define __global__ static
#define __device__
#define __constant__ static
#define __shared__ static
#define __noinline__ __attribute__((noinline))
#define DYNAMIC_SHARED(type, name) type *name = (type *)host_dynamic_shared
#define LAUNCH(kernel, grid, block, dynamic, ...)                                                  \
  launch_on_host(grid, block, [=] { kernel(__VA_ARGS__); })

struct uint3 { unsigned x, y, z; };
struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct int2 { int x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct uchar4 { unsigned char x, y, z, w; };
static inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline uchar4 make_uchar4(int x, int y, int z, int w) {
  return {(unsigned char)x, (unsigned char)y, (unsigned char)z, (unsigned char)w};
}

// What a thread that waits brings to a warp-wide operation, and gets from it: everybody's value.
// Lanes meet if they name the same operation and the same members.
enum HostOperation {
  at_barrier, sync_op, shuffle_op, vote_op, match_op, reduce_op, group_op, active_op
};
struct HostBits {
  unsigned long long words[2];
};
struct HostMeeting {
  HostOperation operation;
  unsigned members;
  int site; // of an active_op; negative: the whole warp is to come
  HostBits value;
  const HostBits *all; // by lane
  unsigned present;
};

struct HostThread {
  ucontext_t context;
  uint3 index;
  int predicate;
  bool finished, waiting;
  HostMeeting meeting;
  HostBits seen[32];
};
static uint64_t host_dynamic_shared[8192];
static dim3 gridDim, blockDim;
static uint3 blockIdx;
static HostThread *host_current;
static ucontext_t host_scheduler;
static std::vector<HostThread> host_threads;
static std::vector<std::vector<char>> host_stacks;
static const std::function<void()> *host_kernel;
static unsigned host_schedule = 1, host_block_number;
static int host_reduced[3]; // count, and, or
#define threadIdx (host_current->index)

// How often each thread of the grid passed each counted site.
static std::vector<std::vector<unsigned>> host_hits;
static unsigned host_case;
#define F(site)                                                                                    \
  ++host_hits[site][host_block_number * host_threads.size() + (host_current - &host_threads[0])]

static void set_schedule(unsigned seed) { host_schedule = seed * 2 + 1; }
static unsigned host_random() { return (host_schedule = host_schedule * 1664525u + 1013904223u) >> 8; }

static void host_wait(const HostMeeting &meeting = {at_barrier}) {
  host_current->waiting = true;
  host_current->meeting = meeting;
  swapcontext(&host_current->context, &host_scheduler);
}
static inline void __syncthreads() { host_wait(); }
static int host_reduce(int predicate, int which) {
  host_current->predicate = predicate;
  host_wait();
  return host_reduced[which];
}
static inline int __syncthreads_count(int p) { return host_reduce(p, 0); }
static inline int __syncthreads_and(int p) { return host_reduce(p, 1); }
static inline int __syncthreads_or(int p) { return host_reduce(p, 2); }

static void host_thread_start() {
  (*host_kernel)();
  host_current->finished = true;
  swapcontext(&host_current->context, &host_scheduler);
}

static bool host_meet_warp(size_t first, bool all); // in host_warps.h

static void run_block() {
  size_t count = host_threads.size();
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  for (;;) {
    for (size_t i = count; i > 1; --i) std::swap(order[i - 1], order[host_random() % i]);
    bool ran = false;
    for (size_t i : order) {
      host_current = &host_threads[i];
      if (host_current->finished || host_current->waiting) continue;
      ran = true;
      swapcontext(&host_scheduler, &host_current->context);
    }
    for (size_t first = 0; first < count; first += 32) ran |= host_meet_warp(first, !ran);
    if (ran) continue;
    int running = 0, sum = 0;
    bool runnable = false;
    for (HostThread &thread : host_threads) {
      if (thread.finished) continue;
      runnable |= !thread.waiting;
      ++running;
      sum += thread.predicate != 0;
      if (thread.waiting && thread.meeting.operation != at_barrier) {
        fprintf(stderr, "a warp-wide operation waits for ever\n");
        abort();
      }
    }
    if (!running) return;
    if (runnable) continue;
    host_reduced[0] = sum;
    host_reduced[1] = sum == running;
    host_reduced[2] = sum != 0;
    for (HostThread &thread : host_threads) thread.waiting = false;
  }
}

static void launch_on_host(dim3 grid, dim3 block, const std::function<void()> &kernel) {
  gridDim = grid, blockDim = block, host_kernel = &kernel;
  size_t count = block.x * block.y * block.z;
  host_threads.assign(count, HostThread());
  while (host_stacks.size() < count) host_stacks.emplace_back(128 << 10);
  for (auto &hits : host_hits) hits.assign(count * grid.x * grid.y * grid.z, 0);
  host_block_number = 0;
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x, ++host_block_number) {
        blockIdx = {x, y, z};
        for (size_t i = 0; i < count; ++i) {
          HostThread &thread = host_threads[i];
          thread.index = {unsigned(i % block.x), unsigned(i / block.x % block.y),
                          unsigned(i / block.x / block.y)};
          thread.finished = thread.waiting = false;
          getcontext(&thread.context);
          thread.context.uc_stack.ss_sp = host_stacks[i].data();
          thread.context.uc_stack.ss_size = host_stacks[i].size();
          thread.context.uc_link = nullptr;
          makecontext(&thread.context, host_thread_start, 0);
        }
        run_block();
      }
}

static void begin_case(unsigned number, unsigned sites) {
  host_case = number;
  host_hits.assign(sites, {});
}
static void end_case(FILE *features) {
  if (!features) return;
  for (size_t site = 0; site < host_hits.size(); ++site) {
    unsigned long long total = 0;
    bool divergent = false;
    for (unsigned n : host_hits[site]) total += n, divergent |= n != host_hits[site][0];
    fprintf(features, "%u %zu %llu %d\n", host_case, site, total, (int)divergent);
  }
}

static void *to_device(const void *data, size_t bytes) {
  void *copy = aligned_alloc(64, (bytes + 63) / 64 * 64);
  return memcpy(copy, data, bytes);
}
static void to_host(void *data, void *copy, size_t bytes) {
  memcpy(data, copy, bytes);
  free(copy);
}
static unsigned finish() { return 0; }

template <class T, class U> static T atomicAdd(T *p, U v) { T old = *p; *p = T(old + T(v)); return old; }
static int atomicAdd(int *p, int v) { int old = *p; *p = int(unsigned(old) + unsigned(v)); return old; }
static int atomicSub(int *p, int v) { int old = *p; *p = int(unsigned(old) - unsigned(v)); return old; }
template <class T> static T atomicMin(T *p, T v) { T old = *p; if (v < old) *p = v; return old; }
template <class T> static T atomicMax(T *p, T v) { T old = *p; if (v > old) *p = v; return old; }
template <class T> static T atomicAnd(T *p, T v) { T old = *p; *p = old & v; return old; }
template <class T> static T atomicOr(T *p, T v) { T old = *p; *p = old | v; return old; }
template <class T> static T atomicXor(T *p, T v) { T old = *p; *p = old ^ v; return old; }
template <class T> static T atomicExch(T *p, T v) { T old = *p; *p = v; return old; }
static unsigned atomicInc(unsigned *p, unsigned limit) {
  unsigned old = *p;
  *p = old >= limit ? 0 : old + 1;
  return old;
}
static int atomicCAS(int *p, int expected, int v) {
  int old = *p;
  if (old == expected) *p = v;
  return old;
}

static inline void __trap() { abort(); }
static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
static inline int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int i = 0; i < 32; ++i) reversed |= (x >> i & 1) << (31 - i);
  return reversed;
}
static inline int __mulhi(int a, int b) { return int((long long)a * b >> 32); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned long long)a * b >> 32; }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }
static inline int __float_as_int(float x) { int bits; memcpy(&bits, &x, 4); return bits; }
static inline long long __double_as_longlong(double x) { long long b; memcpy(&b, &x, 8); return b; }
