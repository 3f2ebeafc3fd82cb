// Indirect, virtual, recursive and mutually recursive calls that only some lanes make, with another
// target or depth in each lane, in branches and in loops that lanes leave in different iterations.
#include "check.h"

typedef int (*Step)(int);
__device__ __noinline__ int add(int x) { return x + 3; }
__device__ __noinline__ int twice(int x) { return 2 * x; }
__device__ __noinline__ int collatz(int x) { return x % 2 ? 3 * x + 1 : x / 2; }
__device__ Step const steps[] = {add, twice, collatz};

__device__ __noinline__ int depth(int n) { return n <= 1 ? 1 : depth(n / 2) + depth(n - 2); }
__device__ bool is_odd(int n);
__device__ __noinline__ bool is_even(int n) { return n == 0 ? true : is_odd(n - 1); }
__device__ __noinline__ bool is_odd(int n) { return n == 0 ? false : is_even(n - 1); }

struct Rule {
  __device__ virtual int apply(int x) const { return x; }
};
struct Minus : Rule {
  int by;
  __device__ explicit Minus(int by) : by(by) {}
  __device__ int apply(int x) const override { return x - by; }
};

__global__ void some_lanes(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int x = i;
  if (i % 3 != 1)
    x = steps[i % 3](x);
  for (int k = 0; k < i % 7; ++k) {
    if ((x + k) % 2)
      x = steps[(x + k) % 3](x);
    if (x > 5000)
      break;
  }
  Rule plain;
  Minus minus(i % 5);
  const Rule *rule = i % 4 == 0 ? &plain : &minus;
  if (i % 2)
    x = rule->apply(x) + depth(i % 9);
  else if (is_even(i % 13))
    x += 100000;
  if (i < n)
    out[i] = x;
}

static int host_depth(int n) { return n <= 1 ? 1 : host_depth(n / 2) + host_depth(n - 2); }
static int host_step(int which, int x) {
  return which == 0 ? x + 3 : which == 1 ? 2 * x : x % 2 ? 3 * x + 1 : x / 2;
}

int main() {
  const int n = 150;
  int *out = managed<int>(n);
  some_lanes<<<3, 53>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    int x = i;
    if (i % 3 != 1)
      x = host_step(i % 3, x);
    for (int k = 0; k < i % 7; ++k) {
      if ((x + k) % 2)
        x = host_step((x + k) % 3, x);
      if (x > 5000)
        break;
    }
    if (i % 2)
      x = (i % 4 == 0 ? x : x - i % 5) + host_depth(i % 9);
    else if (i % 13 % 2 == 0)
      x += 100000;
    EXPECT_EQ(out[i], x);
  }
  return verdict();
}
