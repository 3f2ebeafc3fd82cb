#define BLOCK 512

// Inclusive sums within the work-group (Hillis and Steele): its own, and in *total all of them.
int block_scan(int value, int *total, __local int *sums) {
  int t = get_local_id(0), side = 0;
  sums[t] = value;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int distance = 1; distance < BLOCK; distance *= 2) {
    int sum = sums[side * BLOCK + t];
    if (t >= distance) sum += sums[side * BLOCK + t - distance];
    side = 1 - side;
    sums[side * BLOCK + t] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  value = sums[side * BLOCK + t];
  *total = sums[side * BLOCK + BLOCK - 1];
  barrier(CLK_LOCAL_MEM_FENCE);
  return value;
}

__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void scan_blocks(__global const int *restrict in, __global int *restrict out,
                          __global int *restrict totals) {
  __local int sums[2 * BLOCK];
  int i = get_global_id(0), total;
  out[i] = block_scan(in[i], &total, sums);
  if (get_local_id(0) == 0) totals[get_group_id(0)] = total;
}

__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void scan_totals(__global int *restrict totals, int count) {
  __local int sums[2 * BLOCK];
  int before = 0, t = get_local_id(0);
  for (int first = 0; first < count; first += BLOCK) {
    int total;
    int sum = block_scan(totals[first + t], &total, sums);
    totals[first + t] = before + sum;
    before += total;
  }
}

__attribute__((reqd_work_group_size(BLOCK, 1, 1)))
__kernel void add_totals(__global int *restrict out, __global const int *restrict totals) {
  if (get_group_id(0) > 0) out[get_global_id(0)] += totals[get_group_id(0) - 1];
}
