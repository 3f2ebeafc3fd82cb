// malloc, free, new and delete in kernels.
#include "check.h"

struct Node {
  int value;
  Node *next;
};

__global__ void build(Node **heads, int length) {
  Node *head = nullptr;
  for (int i = 0; i < length + threadIdx.x % 3; ++i) {
    Node *node = (Node *)malloc(sizeof(Node));
    node->value = threadIdx.x + i;
    node->next = head;
    head = node;
  }
  heads[threadIdx.x] = head;
}
__global__ void consume(Node **heads, int *sums) {
  int sum = 0;
  for (Node *node = heads[threadIdx.x]; node;) {
    sum += node->value;
    Node *next = node->next;
    free(node);
    node = next;
  }
  sums[threadIdx.x] = sum;
}
__global__ void arrays(int *sums) {
  int *data = new int[threadIdx.x + 1];
  for (int i = 0; i <= threadIdx.x; ++i)
    data[i] = i;
  int sum = 0;
  for (int i = 0; i <= threadIdx.x; ++i)
    sum += data[i];
  sums[threadIdx.x] = sum;
  delete[] data;
  free(nullptr);
}

int main() {
  const int n = 70;
  Node **heads = managed<Node *>(n);
  int *sums = managed<int>(n);
  build<<<1, n>>>(heads, 10);
  consume<<<1, n>>>(heads, sums);
  SYNC();
  for (int t = 0; t < n; ++t) {
    int length = 10 + t % 3;
    EXPECT_EQ(sums[t], t * length + length * (length - 1) / 2);
  }
  arrays<<<1, n>>>(sums);
  SYNC();
  for (int t = 0; t < n; ++t)
    EXPECT_EQ(sums[t], t * (t + 1) / 2);
  return verdict();
}
