#include "../../hosts/cuda_host.h"

constexpr int SIZE = 64, QUERIES = 64, KEYS = 16;

// softmax(Q K' / 8) V of one head a blockIdx.y, one query a thread; keys go through shared memory
// in tiles, and the softmax is corrected from tile to tile.
__global__ void attention(const float *q, const float *k, const float *v, float *out, int length) {
  __shared__ float keys[KEYS][SIZE];
  __shared__ float values[KEYS][SIZE];
  int t = threadIdx.x, head = blockIdx.y * length * SIZE;
  int query = head + (blockIdx.x * QUERIES + t) * SIZE;
  float own[SIZE], sums[SIZE], scores[KEYS];
#pragma unroll
  for (int i = 0; i < SIZE; ++i)
    own[i] = q[query + i] * 0.125f, sums[i] = 0.0f;
  float greatest = -INFINITY, total = 0.0f;
  for (int first = 0; first < length; first += KEYS) {
    for (int j = 0; j < KEYS; ++j) {
      keys[j][t] = k[head + (first + j) * SIZE + t];
      values[j][t] = v[head + (first + j) * SIZE + t];
    }
    __syncthreads();
    float before = greatest;
#pragma unroll
    for (int j = 0; j < KEYS; ++j) {
      float score = 0.0f;
#pragma unroll
      for (int i = 0; i < SIZE; ++i)
        score += own[i] * keys[j][i];
      scores[j] = score;
      greatest = fmaxf(greatest, score);
    }
    float correction = expf(before - greatest);
    total *= correction;
#pragma unroll
    for (int i = 0; i < SIZE; ++i)
      sums[i] *= correction;
#pragma unroll
    for (int j = 0; j < KEYS; ++j) {
      float weight = expf(scores[j] - greatest);
      total += weight;
#pragma unroll
      for (int i = 0; i < SIZE; ++i)
        sums[i] += weight * values[j][i];
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < SIZE; ++i)
    out[query + i] = sums[i] / total;
}
KERNEL(attention);
