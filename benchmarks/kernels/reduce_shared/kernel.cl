#define BLOCK 256

__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void reduce(__global const float *restrict in, __global float *restrict out) {
  __local float sums[BLOCK];
  int t = get_local_id(0);
  int i = get_group_id(0) * (2 * BLOCK) + t;
  sums[t] = in[i] + in[i + BLOCK];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = BLOCK / 2; k > 0; k /= 2) {
    if (t < k) sums[t] += sums[t + k];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (t == 0) out[get_group_id(0)] = sums[0];
}
