// Nanoseconds an element of the common math functions in a kernel, beside a loop that calls the C
// library, on as many threads as --threads gives kernels (SAMPAN_THREADS). Prints a Markdown table.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

constexpr int N = 1 << 16;

template <class F, class T> __global__ void map(F f, const T *x, T *out, int repeat) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  T sum = 0, v = x[i];
  for (int k = 0; k < repeat; ++k) {
    sum += f(v);
    v += T(1e-6);
  }
  out[i] = sum;
}

template <class F, class T> void loop(F f, const T *x, T *out, int begin, int end, int repeat) {
  for (int i = begin; i < end; ++i) {
    T sum = 0, v = x[i];
    for (int k = 0; k < repeat; ++k) {
      sum += f(v);
      v += T(1e-6);
    }
    out[i] = sum;
  }
}

template <class Run> double best(Run run) {
  double least = 1e30;
  for (int k = 0; k < 9; ++k) {
    auto start = std::chrono::steady_clock::now();
    run();
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    least = std::min(least, time.count());
  }
  return least;
}

template <class T, class F, class G>
void measure(const char *name, F device, G host, double low, double high) {
  const int repeat = 32, threads = std::max(1, atoi(getenv("SAMPAN_THREADS") ?: "2"));
  T *x, *out;
  cudaMallocManaged(&x, N * sizeof(T));
  cudaMallocManaged(&out, N * sizeof(T));
  for (int i = 0; i < N; ++i)
    x[i] = T(low + (high - low) * ((i * 40503u) % N) / N);
  const double ours = best([&] {
    map<<<N / 128, 128>>>(device, x, out, repeat);
    cudaDeviceSynchronize();
  });
  const double theirs = best([&] {
    std::vector<std::thread> pool;
    for (int t = 0; t < threads; ++t)
      pool.emplace_back(
          [=] { loop(host, x, out, N / threads * t, N / threads * (t + 1), repeat); });
    for (auto &thread : pool)
      thread.join();
  });
  const double each = 1e9 / (double(N) * repeat);
  printf("| `%s` | %.3f | %.3f | %.1f |\n", name, ours * each, theirs * each, theirs / ours);
  cudaFree(x);
  cudaFree(out);
}

#define MEASURE(T, NAME, CALL, LOW, HIGH)                                                          \
  measure<T>(NAME, [] __device__(T v) { return CALL; }, [](T v) { return CALL; }, LOW, HIGH)

inline float libm_rsqrt(float v) { return 1 / std::sqrt(v); }
__device__ inline float libm_rsqrt(float v) { return rsqrtf(v); }

int main() {
  printf("| function | kernel (ns) | C library (ns) | ratio |\n|---|---|---|---|\n");
  MEASURE(float, "expf", expf(v), -10, 10);
  MEASURE(float, "logf", logf(v), 0.01, 100);
  MEASURE(float, "powf", powf(v, 1.7f), 0.01, 100);
  MEASURE(float, "sinf", sinf(v), -10, 10);
  MEASURE(float, "cosf", cosf(v), -10, 10);
  MEASURE(float, "tanf", tanf(v), -1, 1);
  MEASURE(float, "tanhf", tanhf(v), -3, 3);
  MEASURE(float, "erff", erff(v), -3, 3);
  MEASURE(float, "sqrtf", sqrtf(v), 0.01, 100);
  MEASURE(float, "rsqrtf", libm_rsqrt(v), 0.01, 100);
  MEASURE(float, "atan2f", atan2f(v, 1.5f), -3, 3);
  MEASURE(float, "cbrtf", cbrtf(v), -3, 3);
  MEASURE(double, "exp", exp(v), -10, 10);
  MEASURE(double, "log", log(v), 0.01, 100);
  MEASURE(double, "pow", pow(v, 1.7), 0.01, 100);
  MEASURE(double, "sin", sin(v), -10, 10);
  MEASURE(double, "cos", cos(v), -10, 10);
  MEASURE(double, "tanh", tanh(v), -3, 3);
  MEASURE(double, "erf", erf(v), -3, 3);
  MEASURE(double, "sqrt", sqrt(v), 0.01, 100);
  MEASURE(double, "fmod", fmod(v, 1.7), 0.01, 100);
}
