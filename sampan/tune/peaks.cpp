// What the machine can do, as JSON: bytes a second of a copy of 128 MB (read and written, the
// better of temporal and streaming stores), and single-precision operations a second of fused
// multiply-adds in registers. THREADS (the argument) take part; the best of several rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#ifdef __AVX512F__
constexpr int kBytes = 64, kChains = 24; // of 32 registers
#elif defined(__AVX__)
constexpr int kBytes = 32, kChains = 12; // of 16
#else
constexpr int kBytes = 16, kChains = 12;
#endif
typedef float Vector __attribute__((vector_size(kBytes)));

constexpr size_t kSize = size_t{128} << 20, kCount = kSize / kBytes;
constexpr long kRounds = 1000000;
constexpr int kRepeats = 4;

static double seconds() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

template <typename Work> static double timed(unsigned threads, Work work) {
  double begin = seconds();
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i)
    others.emplace_back(work, i);
  work(0u);
  for (std::thread &one : others)
    one.join();
  return seconds() - begin;
}

template <bool kStreaming>
static void copy(const Vector *from, Vector *to, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (kStreaming)
      __builtin_nontemporal_store(from[i], to + i);
    else
      to[i] = from[i];
  }
}

static void multiply_add(volatile float *kept) {
  Vector sums[kChains], factor, addend;
  for (int lane = 0; lane < kBytes / 4; ++lane)
    factor[lane] = 0.999f, addend[lane] = 0.001f;
  for (Vector &sum : sums)
    sum = addend;
  for (long round = 0; round < kRounds; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; ++i)
      sums[i] = sums[i] * factor + addend; // contracted
  }
  float result = 0;
  for (Vector &sum : sums)
    result += sum[0];
  *kept = result;
}

int main(int, char **words) {
  unsigned threads = words[1] ? static_cast<unsigned>(std::atoi(words[1])) : 1;
  auto *from = static_cast<Vector *>(std::aligned_alloc(64, kSize));
  auto *to = static_cast<Vector *>(std::aligned_alloc(64, kSize));
  if (!from || !to || threads < 1)
    return 1;
  auto part = [&](unsigned i) { return kCount * i / threads; };
  timed(threads, [&](unsigned i) {
    std::fill(from + part(i), from + part(i + 1), Vector{});
    std::fill(to + part(i), to + part(i + 1), Vector{});
  });
  std::vector<float> kept(16 * size_t{threads});
  double copying = 1e9, arithmetic = 1e9;
  for (int round = 0; round < kRepeats; ++round) {
    copying = std::min(
        copying, timed(threads, [&](unsigned i) { copy<false>(from, to, part(i), part(i + 1)); }));
    copying = std::min(
        copying, timed(threads, [&](unsigned i) { copy<true>(from, to, part(i), part(i + 1)); }));
    arithmetic =
        std::min(arithmetic, timed(threads, [&](unsigned i) { multiply_add(&kept[16 * i]); }));
  }
  double operations = 2.0 * kRounds * kChains * (kBytes / 4) * threads;
  std::printf("{\"bandwidth\": %.4g, \"flops\": %.4g}\n", 2.0 * kSize / copying,
              operations / arithmetic);
}
