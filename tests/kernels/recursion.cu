#include "check.h"

__device__ int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

__device__ int is_odd(int n);
__device__ __noinline__ int is_even(int n) { return n == 0 ? 1 : is_odd(n - 1); }
__device__ __noinline__ int is_odd(int n) { return n == 0 ? 0 : is_even(n - 1); }

__device__ int ackermann(int m, int n) {
  if (m == 0)
    return n + 1;
  if (n == 0)
    return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

struct Node {
  int key;
  Node *left, *right;
};
__device__ int tree_sum(const Node *node, int depth) {
  int local[4] = {depth, node->key, 0, 0};
  if (node->left)
    local[2] = tree_sum(node->left, depth + 1);
  if (node->right)
    local[3] = tree_sum(node->right, depth + 1);
  return local[0] + local[1] + local[2] + local[3];
}

__global__ void recurse(int *out, const Node *root) {
  int i = threadIdx.x;
  int value = fibonacci(i % 12);
  if (i % 2)
    value = value * 1000 + ackermann(2, i % 5);
  value += is_even(i) * 500000;
  if (i == 7)
    value += tree_sum(root, 0);
  out[i] = value;
}

static int host_fibonacci(int n) {
  return n < 2 ? n : host_fibonacci(n - 1) + host_fibonacci(n - 2);
}

int main() {
  const int depth = 6, nodes = (1 << depth) - 1;
  Node *tree = managed<Node>(nodes);
  int sum = 0;
  for (int i = 0; i < nodes; ++i) {
    tree[i] = {i * 3, nullptr, nullptr};
    if (2 * i + 2 < nodes)
      tree[i].left = tree + 2 * i + 1, tree[i].right = tree + 2 * i + 2;
    int level = 0;
    for (int k = i + 1; k > 1; k /= 2)
      ++level;
    sum += i * 3 + level;
  }
  int *out = managed<int>(64);
  recurse<<<1, 64>>>(out, tree);
  SYNC();
  for (int i = 0; i < 64; ++i) {
    int value = host_fibonacci(i % 12);
    if (i % 2)
      value = value * 1000 + 2 * (i % 5) + 3;
    value += (i % 2 == 0) * 500000 + (i == 7 ? sum : 0);
    EXPECT_EQ(out[i], value);
  }
  return verdict();
}
