// expect-path: vector
// Loops of different lengths that read scattered memory: rows of sparse matrices and their kin.
#include "check.h"

constexpr int kRows = 300, kWidth = 37, kColumns = 500;

struct Matrix {
  int *starts, *columns;
  float *values;
};

__global__ void rows(Matrix a, const float *x, float *y, int n) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n)
    return;
  float sum = 0;
  for (int i = a.starts[row]; i < a.starts[row + 1]; ++i)
    sum += a.values[i] * x[a.columns[i]];
  y[row] = sum;
}

// Two ways out, results of several types, a value that comes out as it went in.
__global__ void search(Matrix a, const short *wanted, const double *x, long long *place,
                       double *sums, const int **where) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= kRows)
    return;
  short column = wanted[row];
  long long found = -row;
  double sum = row;
  const int *at = &a.columns[row];
  for (int i = a.starts[row], end = a.starts[row + 1]; i < end; ++i) {
    if (a.columns[i] == column) {
      found = i;
      at = &a.columns[i];
      break;
    }
    if (a.columns[i] % 3)
      sum += x[a.columns[i]];
  }
  place[row] = found;
  sums[row] = sum;
  where[row] = at;
}

// Within a loop that all lanes go through together, and behind a branch that only some take.
__global__ void powers(Matrix a, float *x, float *y) {
  int row = threadIdx.x;
  float total = 0;
  for (int round = 0; round < 3; ++round) {
    if ((row + round) % 3 != 0) {
      float sum = 1;
      for (int i = a.starts[row]; i < a.starts[row + 1]; ++i)
        sum += a.values[i] * x[a.columns[i] % 64];
      total += sum;
    }
    __syncthreads();
    x[row] = total * 0.25f;
    __syncthreads();
  }
  y[row] = total;
}

// Each address comes from the load before.
__global__ void chase(const int *next, int *steps) {
  int i = threadIdx.x, count = 0;
  for (int at = i; at < kColumns && count < 100; at = next[at])
    ++count;
  steps[i] = count;
}

int main() {
  Matrix a = {managed<int>(kRows + 1), managed<int>(kRows * kWidth),
              managed<float>(kRows * kWidth)};
  float *x = managed<float>(kColumns), *y = managed<float>(kRows);
  double *wide = managed<double>(kColumns), *sums = managed<double>(kRows);
  short *wanted = managed<short>(kRows);
  long long *place = managed<long long>(kRows);
  const int **where = managed<const int *>(kRows);
  int count = 0;
  for (int row = 0; row < kRows; ++row) {
    a.starts[row] = count;
    int length = row % 41 == 7 ? 0 : row * 17 % kWidth;
    for (int k = 0; k < length; ++k, ++count) {
      a.columns[count] = (row * 131 + k * k * 7) % kColumns;
      a.values[count] = float(k % 5 - 2) / 4;
    }
    wanted[row] = short((row * 131 + 63 * (row % 4)) % kColumns);
  }
  a.starts[kRows] = count;
  for (int i = 0; i < kColumns; ++i)
    x[i] = float(i % 9 - 4) / 8, wide[i] = i / 16.0;

  for (int n : {0, 1, 33, kRows}) {
    for (int i = 0; i < kRows; ++i)
      y[i] = -1;
    rows<<<(kRows + 63) / 64, 64>>>(a, x, y, n);
    SYNC();
    for (int row = 0; row < kRows; ++row) {
      float sum = 0;
      for (int i = a.starts[row]; i < a.starts[row + 1]; ++i)
        sum += a.values[i] * x[a.columns[i]];
      EXPECT_EQ(y[row], row < n ? sum : -1); // all sums are exact
    }
  }

  search<<<5, 64>>>(a, wanted, wide, place, sums, where);
  SYNC();
  for (int row = 0; row < kRows; ++row) {
    long long found = -row;
    double sum = row;
    const int *at = &a.columns[row];
    for (int i = a.starts[row]; i < a.starts[row + 1]; ++i) {
      if (a.columns[i] == wanted[row]) {
        found = i;
        at = &a.columns[i];
        break;
      }
      if (a.columns[i] % 3)
        sum += wide[a.columns[i]];
    }
    EXPECT_EQ(place[row], found);
    EXPECT_EQ(sums[row], sum);
    EXPECT(where[row] == at);
  }

  float own[64], before[64], totals[64] = {};
  for (int i = 0; i < 64; ++i)
    before[i] = x[i];
  powers<<<1, 64>>>(a, x, y);
  SYNC();
  for (int round = 0; round < 3; ++round) {
    for (int row = 0; row < 64; ++row) {
      if ((row + round) % 3 == 0)
        continue;
      float sum = 1;
      for (int i = a.starts[row]; i < a.starts[row + 1]; ++i)
        sum += a.values[i] * before[a.columns[i] % 64];
      totals[row] += sum;
    }
    for (int row = 0; row < 64; ++row)
      own[row] = totals[row] * 0.25f;
    for (int row = 0; row < 64; ++row)
      before[row] = own[row];
  }
  for (int row = 0; row < 64; ++row)
    EXPECT(fabsf(y[row] - totals[row]) <= 1e-4f);
  same_bits(y, 64);

  int *next = managed<int>(kColumns), *steps = managed<int>(96);
  for (int i = 0; i < kColumns; ++i)
    next[i] = i + 1 + i * 7 % 23;
  chase<<<1, 96>>>(next, steps);
  SYNC();
  for (int i = 0; i < 96; ++i) {
    int steps_here = 0;
    for (int at = i; at < kColumns && steps_here < 100; at = next[at])
      ++steps_here;
    EXPECT_EQ(steps[i], steps_here);
  }
  return verdict();
}
