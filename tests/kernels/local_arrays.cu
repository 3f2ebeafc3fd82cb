// Arrays of a thread's own, with fixed and varying indices, of several types, escaping to
// functions.
// expect-path: vector
#include "check.h"

struct Item {
  short key;
  double value;
};

__device__ __noinline__ int sum_of(const int *data, int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i)
    sum += data[i];
  return sum;
}

__global__ void run(int *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int stack[16], top = 0;
  for (int k = 0; k <= i % 13; ++k)
    stack[top++] = k * i; // an index of its own in every lane
  int value = 0;
  while (top > 0)
    value = value * 2 + stack[--top] % 10;

  unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  bytes[i % 8] = 100;
  for (int k = 0; k < 8; ++k)
    value += bytes[k];

  Item items[4] = {};
  items[i & 3].key = short(i);
  items[(i + 1) & 3].value = 0.5;
  value += items[i % 2].key + int(items[i % 3].value * 2);

  int table[5][3];
  for (int a = 0; a < 5; ++a)
    for (int b = 0; b < 3; ++b)
      table[a][b] = a * b + i;
  value += table[i % 5][i % 3];

  int copy[15];
  memcpy(copy, table, sizeof copy);
  value += sum_of(copy, i % 16);
  memset(copy, 0, sizeof copy);
  value += copy[i % 15];

  // Insertion sort.
  int keys[8];
  for (int k = 0; k < 8; ++k)
    keys[k] = (i * 7 + k * 5) % 11;
  for (int a = 1; a < 8; ++a) {
    int key = keys[a], b = a - 1;
    while (b >= 0 && keys[b] > key) {
      keys[b + 1] = keys[b];
      --b;
    }
    keys[b + 1] = key;
  }
  for (int k = 0; k < 8; ++k)
    value = value * 3 % 100003 + keys[k];
  out[i] = value;
}

static int expected(int i) {
  int stack[16], top = 0, value = 0;
  for (int k = 0; k <= i % 13; ++k)
    stack[top++] = k * i;
  while (top > 0)
    value = value * 2 + stack[--top] % 10;
  for (int k = 0; k < 8; ++k)
    value += k == i % 8 ? 100 : k + 1;
  Item items[4] = {};
  items[i & 3].key = short(i);
  items[(i + 1) & 3].value = 0.5;
  value += items[i % 2].key + int(items[i % 3].value * 2);
  value += (i % 5) * (i % 3) + i;
  for (int k = 0; k < i % 16; ++k)
    value += (k / 3) * (k % 3) + i;
  int keys[8];
  for (int k = 0; k < 8; ++k)
    keys[k] = (i * 7 + k * 5) % 11;
  for (int a = 0; a < 8; ++a)
    for (int b = a + 1; b < 8; ++b)
      if (keys[b] < keys[a]) {
        int swap = keys[a];
        keys[a] = keys[b];
        keys[b] = swap;
      }
  for (int k = 0; k < 8; ++k)
    value = value * 3 % 100003 + keys[k];
  return value;
}

int main() {
  const int n = 300;
  int *out = managed<int>(n);
  run<<<5, 64>>>(out, n);
  SYNC();
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(out[i], expected(i));
  return verdict();
}
