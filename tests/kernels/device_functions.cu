// Calls that are not inlined, with varying masks, by value and by reference, with results.
#include "check.h"

struct Triple {
  int a;
  double b;
  float c;
};

__device__ __noinline__ int add_odd(int x, int y) { return x % 2 ? x + y : x - y; }
__device__ __noinline__ void change(int &value, const int *other) { value = value * 3 + *other; }
__device__ __noinline__ Triple make(int i) { return {i, i * 0.5, i * 0.25f}; }
__device__ __noinline__ float4 turn(float4 v) { return make_float4(v.w, v.x, v.y, v.z); }
__device__ __noinline__ int early(int x, int *writes) {
  if (x % 3 == 0)
    return -1;
  atomicAdd(writes, 1);
  if (x % 5 == 0)
    return -2;
  int sum = 0;
  for (int i = 0; i < x; ++i)
    sum += i;
  return sum;
}
__device__ __noinline__ int thread_number() { return threadIdx.x + blockIdx.x * blockDim.x; }

__global__ void calls(int *out, double *doubles, float4 *vectors, int *writes, int n) {
  int i = thread_number();
  if (i >= n)
    return;
  int value = add_odd(i, 10);
  if (i % 4 == 1)
    value = add_odd(value, 100); // only some lanes
  int mine = i;
  change(mine, &value);
  for (int k = 0; k < i % 3; ++k)
    change(mine, &k); // a varying number of times
  out[i] = mine + early(i, writes);
  Triple triple = make(i);
  doubles[i] = triple.a + triple.b + triple.c;
  vectors[i] = turn(vectors[i]);
}

static int host_add_odd(int x, int y) { return x % 2 ? x + y : x - y; }

int main() {
  const int n = 150;
  int *out = managed<int>(n), *writes = managed<int>(1);
  double *doubles = managed<double>(n);
  float4 *vectors = managed<float4>(n);
  for (int i = 0; i < n; ++i)
    vectors[i] = make_float4(i, i + 1, i + 2, i + 3);
  calls<<<5, 32>>>(out, doubles, vectors, writes, n);
  SYNC();
  int want_writes = 0;
  for (int i = 0; i < n; ++i) {
    int value = host_add_odd(i, 10);
    if (i % 4 == 1)
      value = host_add_odd(value, 100);
    int mine = i * 3 + value;
    for (int k = 0; k < i % 3; ++k)
      mine = mine * 3 + k;
    int sum = i % 3 == 0 ? -1 : i % 5 == 0 ? -2 : i * (i - 1) / 2;
    want_writes += i % 3 != 0;
    EXPECT_EQ(out[i], mine + sum);
    EXPECT_EQ(doubles[i], i + i * 0.5 + i * 0.25);
    EXPECT(vectors[i].x == i + 3 && vectors[i].y == i && vectors[i].w == i + 2);
  }
  EXPECT_EQ(*writes, want_writes);
  return verdict();
}
