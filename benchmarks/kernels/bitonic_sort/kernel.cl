#define PAIRS 512  // a work-item each; a work-group sorts twice as many keys in local memory

// Steps of distances `distance` and below within the work-group's keys.
void merge(__local uint *keys, int distance, int length, int first) {
  int t = get_local_id(0);
  for (; distance > 0; distance /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    int low = 2 * t - (t & (distance - 1));
    uint a = keys[low], b = keys[low + distance];
    if ((a > b) == (((first + low) & length) == 0)) {
      keys[low] = b;
      keys[low + distance] = a;
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}

__attribute__((reqd_work_group_size(PAIRS, 1, 1)))
__kernel void sort_blocks(__global uint *restrict keys) {
  __local uint own[2 * PAIRS];
  int t = get_local_id(0), first = get_group_id(0) * 2 * PAIRS;
  own[t] = keys[first + t];
  own[t + PAIRS] = keys[first + t + PAIRS];
  for (int length = 2; length <= 2 * PAIRS; length *= 2) merge(own, length / 2, length, first);
  keys[first + t] = own[t];
  keys[first + t + PAIRS] = own[t + PAIRS];
}

__attribute__((reqd_work_group_size(PAIRS, 1, 1)))
__kernel void merge_blocks(__global uint *restrict keys, int length) {
  __local uint own[2 * PAIRS];
  int t = get_local_id(0), first = get_group_id(0) * 2 * PAIRS;
  own[t] = keys[first + t];
  own[t + PAIRS] = keys[first + t + PAIRS];
  merge(own, PAIRS, length, first);
  keys[first + t] = own[t];
  keys[first + t + PAIRS] = own[t + PAIRS];
}

__kernel void merge_step(__global uint *restrict keys, int distance, int length) {
  int i = get_global_id(0);
  int low = 2 * i - (i & (distance - 1));
  uint a = keys[low], b = keys[low + distance];
  if ((a > b) == ((low & length) == 0)) {
    keys[low] = b;
    keys[low + distance] = a;
  }
}
