__kernel void collatz(__global int *restrict steps, int n) {
  int i = get_global_id(0);
  if (i >= n) return;
  ulong value = i + 1;
  int count = 0;
  while (value != 1) {
    value = value % 2 == 0 ? value / 2 : 3 * value + 1;
    ++count;
  }
  steps[i] = count;
}
