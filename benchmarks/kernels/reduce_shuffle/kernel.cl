#define BLOCK 256

__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void reduce(__global const float *restrict in, __global float *restrict out, int n) {
  int t = get_local_id(0);
  float sum = 0.0f;
  for (int i = get_global_id(0); i < n; i += get_global_size(0)) sum += in[i];
#ifdef cl_khr_subgroups
#pragma OPENCL EXTENSION cl_khr_subgroups : enable
  __local float partial[BLOCK];
  sum = sub_group_reduce_add(sum);
  if (get_sub_group_local_id() == 0) partial[get_sub_group_id()] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (t == 0) {
    for (uint i = 1; i < get_num_sub_groups(); ++i) sum += partial[i];
    out[get_group_id(0)] = sum;
  }
#else
  __local float sums[BLOCK];
  sums[t] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = BLOCK / 2; k > 0; k /= 2) {
    if (t < k) sums[t] += sums[t + k];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (t == 0) out[get_group_id(0)] = sums[0];
#endif
}
