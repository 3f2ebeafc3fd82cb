#define SIZE 64
#define QUERIES 64
#define KEYS 16

// softmax(Q K' / 8) V of one head a group in y, one query a work-item; keys go through local memory
// in tiles, and the softmax is corrected from tile to tile.
__attribute__((reqd_work_group_size(QUERIES, 1, 1)))
__kernel void attention(__global const float *restrict q, __global const float *restrict k,
                        __global const float *restrict v, __global float *restrict out,
                        int length) {
  __local float keys[KEYS][SIZE];
  __local float values[KEYS][SIZE];
  int t = get_local_id(0), head = get_group_id(1) * length * SIZE;
  int query = head + (get_group_id(0) * QUERIES + t) * SIZE;
  float own[SIZE], sums[SIZE], scores[KEYS];
#pragma unroll
  for (int i = 0; i < SIZE; ++i) own[i] = q[query + i] * 0.125f, sums[i] = 0.0f;
  float greatest = -INFINITY, total = 0.0f;
  for (int first = 0; first < length; first += KEYS) {
    for (int j = 0; j < KEYS; ++j) {
      keys[j][t] = k[head + (first + j) * SIZE + t];
      values[j][t] = v[head + (first + j) * SIZE + t];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    float before = greatest;
#pragma unroll
    for (int j = 0; j < KEYS; ++j) {
      float score = 0.0f;
#pragma unroll
      for (int i = 0; i < SIZE; ++i) score += own[i] * keys[j][i];
      scores[j] = score;
      greatest = fmax(greatest, score);
    }
    float correction = exp(before - greatest);
    total *= correction;
#pragma unroll
    for (int i = 0; i < SIZE; ++i) sums[i] *= correction;
#pragma unroll
    for (int j = 0; j < KEYS; ++j) {
      float weight = exp(scores[j] - greatest);
      total += weight;
#pragma unroll
      for (int i = 0; i < SIZE; ++i) sums[i] += weight * values[j][i];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
#pragma unroll
  for (int i = 0; i < SIZE; ++i) out[query + i] = sums[i] / total;
}
