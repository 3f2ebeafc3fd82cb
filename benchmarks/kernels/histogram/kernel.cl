#define BINS 256

__attribute__((reqd_work_group_size(BINS, 1, 1)))
__kernel void histogram(__global const uchar *restrict in, __global uint *restrict bins, int n) {
  __local uint own[BINS];
  int t = get_local_id(0);
  own[t] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = get_global_id(0); i < n; i += get_global_size(0)) atomic_inc(&own[in[i]]);
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_add(&bins[t], own[t]);
}
