// Numbers that threads keep across barriers, where they change from one stretch between barriers to
// the next: summed, swapped, set anew on some ways, taken by two loops, kept from before.
// expect-path: vector
#include "check.h"

constexpr int kThreads = 96, kRounds = 7;

// What the other threads hold is read and written between barriers.
__shared__ int cells[kThreads];

__device__ int exchanged(int value) {
  cells[threadIdx.x] = value;
  __syncthreads();
  int other = cells[(threadIdx.x + 5) % blockDim.x];
  __syncthreads();
  return other;
}

__global__ void summed(int *out, int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; ++i)
    sum += exchanged(threadIdx.x * i);
  out[threadIdx.x] = sum;
}

// Both are needed at every barrier, and each becomes the other.
__global__ void swapped(int *out, int rounds) {
  int a = threadIdx.x, b = 1000 + 3 * threadIdx.x;
  for (int i = 0; i < rounds; ++i) {
    int c = a + exchanged(b);
    a = b;
    b = c;
  }
  out[threadIdx.x] = 7 * a + b;
}

// The old sum is needed behind the barrier at which the new one is there already.
__global__ void both(int *out, int rounds) {
  int sum = threadIdx.x;
  for (int i = 0; i < rounds; ++i) {
    int next = 3 * sum + exchanged(i);
    int seen = exchanged(next);
    sum = next - (sum & 15) + seen;
  }
  out[threadIdx.x] = sum;
}

__global__ void some_ways(int *out, const int *in, int rounds) {
  int best = -1, last = 0;
  for (int i = 0; i < rounds; ++i) {
    int found = exchanged(in[(threadIdx.x + 11 * i) % kThreads]);
    if (found > best) {
      best = found;
      last = i;
    } else if (i == 3) {
      best = -5;
    }
    last += exchanged(best) & 1;
  }
  out[threadIdx.x] = best * 100 + last;
}

// The second loop goes on where the first ended, and needs what was there before both.
__global__ void two_loops(int *out, int rounds) {
  int start = exchanged(threadIdx.x * threadIdx.x), value = start;
  for (int i = 0; i < rounds; ++i)
    value += exchanged(value & 63);
  int middle = value;
  for (int i = 0; i < rounds; ++i) {
    if (i == 4) {
      value = middle;
      continue;
    }
    value -= exchanged(start + i);
  }
  out[threadIdx.x] = value + 2 * middle + 5 * start;
}

__global__ void nested(float *out, double *wide, int rounds) {
  float sum[3] = {};
  double total = 0.5;
  for (int i = 0; i < rounds; ++i) {
    for (int j = 0; j < 3; ++j) {
      sum[j] += exchanged(i + j);
      if (j == 1)
        total = total * 0.5 + sum[j];
    }
    float first = sum[0];
    sum[0] = sum[1];
    sum[1] = sum[2];
    sum[2] = first;
  }
  out[threadIdx.x] = sum[0] + 10 * sum[1] + 100 * sum[2];
  wide[threadIdx.x] = total;
}

int other(const int *values, int thread) { return values[(thread + 5) % kThreads]; }

int main() {
  int *out = managed<int>(kThreads), *in = managed<int>(kThreads);
  float *floats = managed<float>(kThreads);
  double *doubles = managed<double>(kThreads);
  for (int t = 0; t < kThreads; ++t)
    in[t] = t * 37 % 101 - 20;

  summed<<<1, kThreads>>>(out, kRounds);
  SYNC();
  for (int t = 0; t < kThreads; ++t)
    EXPECT_EQ(out[t], (t + 5) % kThreads * (kRounds * (kRounds - 1) / 2));

  int a[kThreads], b[kThreads], c[kThreads], d[kThreads];
  for (int t = 0; t < kThreads; ++t)
    a[t] = t, b[t] = 1000 + 3 * t;
  for (int i = 0; i < kRounds; ++i) {
    for (int t = 0; t < kThreads; ++t)
      c[t] = a[t] + other(b, t);
    for (int t = 0; t < kThreads; ++t)
      a[t] = b[t], b[t] = c[t];
  }
  swapped<<<1, kThreads>>>(out, kRounds);
  SYNC();
  for (int t = 0; t < kThreads; ++t)
    EXPECT_EQ(out[t], 7 * a[t] + b[t]);

  for (int t = 0; t < kThreads; ++t)
    a[t] = t;
  for (int i = 0; i < kRounds; ++i) {
    for (int t = 0; t < kThreads; ++t)
      b[t] = 3 * a[t] + i;
    for (int t = 0; t < kThreads; ++t)
      a[t] = b[t] - (a[t] & 15) + other(b, t);
  }
  both<<<1, kThreads>>>(out, kRounds);
  SYNC();
  for (int t = 0; t < kThreads; ++t)
    EXPECT_EQ(out[t], a[t]);

  for (int t = 0; t < kThreads; ++t)
    a[t] = -1, b[t] = 0;
  for (int i = 0; i < kRounds; ++i) {
    for (int t = 0; t < kThreads; ++t) {
      int found = in[((t + 5) % kThreads + 11 * i) % kThreads];
      if (found > a[t])
        a[t] = found, b[t] = i;
      else if (i == 3)
        a[t] = -5;
    }
    for (int t = 0; t < kThreads; ++t)
      b[t] += other(a, t) & 1;
  }
  some_ways<<<1, kThreads>>>(out, in, kRounds);
  SYNC();
  for (int t = 0; t < kThreads; ++t)
    EXPECT_EQ(out[t], a[t] * 100 + b[t]);

  for (int t = 0; t < kThreads; ++t)
    a[t] = b[t] = (t + 5) % kThreads * ((t + 5) % kThreads); // start, value
  for (int i = 0; i < kRounds; ++i) {
    for (int t = 0; t < kThreads; ++t)
      d[t] = b[t] & 63;
    for (int t = 0; t < kThreads; ++t)
      b[t] += other(d, t);
  }
  for (int t = 0; t < kThreads; ++t)
    c[t] = b[t];
  for (int i = 0; i < kRounds; ++i)
    for (int t = 0; t < kThreads; ++t)
      b[t] = i == 4 ? c[t] : b[t] - other(a, t) - i;
  two_loops<<<1, kThreads>>>(out, kRounds);
  SYNC();
  for (int t = 0; t < kThreads; ++t)
    EXPECT_EQ(out[t], b[t] + 2 * c[t] + 5 * a[t]);

  nested<<<1, kThreads>>>(floats, doubles, kRounds);
  SYNC();
  float sum[3] = {};
  double total = 0.5;
  for (int i = 0; i < kRounds; ++i) {
    for (int j = 0; j < 3; ++j) {
      sum[j] += i + j;
      if (j == 1)
        total = total * 0.5 + sum[j];
    }
    float first = sum[0];
    sum[0] = sum[1], sum[1] = sum[2], sum[2] = first;
  }
  for (int t = 0; t < kThreads; ++t) {
    EXPECT_EQ(floats[t], sum[0] + 10 * sum[1] + 100 * sum[2]);
    EXPECT_EQ(doubles[t], total);
  }
  return verdict();
}
