// The machine's limits, as JSON: bytes a second of a copy of 256 MB (read and written, the better
// of temporal and streaming stores), and single-precision operations a second of fused
// multiply-adds in registers. All threads of OpenMP take part; the best of several rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

#ifdef __AVX512F__
constexpr int BYTES = 64, ACCUMULATORS = 24; // of 32 registers
#else
constexpr int BYTES = 32, ACCUMULATORS = 12; // of 16
#endif
typedef float Vector __attribute__((vector_size(BYTES)));

constexpr size_t SIZE = size_t(256) << 20;

static double seconds() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

static Vector *allocate() {
  void *memory = std::aligned_alloc(size_t(2) << 20, SIZE);
  if (memory == nullptr)
    exit(1);
  madvise(memory, SIZE, MADV_HUGEPAGE);
  return (Vector *)memory;
}

template <bool STREAMING> static void copy(const Vector *from, Vector *to) {
#pragma omp parallel for
  for (size_t i = 0; i < SIZE / BYTES; ++i) {
    if (STREAMING)
      __builtin_nontemporal_store(from[i], to + i);
    else
      to[i] = from[i];
  }
}

// Chains of ACCUMULATORS independent multiply-adds; the result keeps them alive.
static float multiply_add(long rounds) {
  float result = 0.0f;
#pragma omp parallel reduction(+ : result)
  {
    Vector sums[ACCUMULATORS], factor, addend;
    for (int lane = 0; lane < BYTES / 4; ++lane)
      factor[lane] = 0.999f, addend[lane] = 0.001f;
    for (Vector &sum : sums)
      sum = addend;
    for (long round = 0; round < rounds; ++round) {
#pragma clang loop unroll(full)
      for (int i = 0; i < ACCUMULATORS; ++i)
        sums[i] = __builtin_elementwise_fma(sums[i], factor, addend);
    }
    for (Vector &sum : sums)
      result += sum[0];
  }
  return result;
}

int main() {
  Vector *from = allocate(), *to = allocate();
  for (size_t i = 0; i < SIZE / BYTES; ++i)
    from[i] = to[i] = Vector{};
  double temporal = 1e9, streaming = 1e9, arithmetic = 1e9;
  constexpr long ROUNDS = 4'000'000;
  int threads = 0;
#pragma omp parallel reduction(+ : threads)
  threads = 1;
  volatile float kept = 0;
  for (int round = 0; round < 7; ++round) {
    double begin = seconds();
    copy<false>(from, to);
    temporal = std::min(temporal, seconds() - begin);
    begin = seconds();
    copy<true>(from, to);
    streaming = std::min(streaming, seconds() - begin);
    begin = seconds();
    kept = multiply_add(ROUNDS);
    arithmetic = std::min(arithmetic, seconds() - begin);
  }
  double operations = 2.0 * ROUNDS * ACCUMULATORS * (BYTES / 4) * threads;
  printf("{\"temporal\": %.4g, \"streaming\": %.4g, \"flops\": %.4g, \"threads\": %d}\n",
         2.0 * SIZE / temporal, 2.0 * SIZE / streaming, operations / arithmetic, threads);
  return kept == 12345.0f;
}
