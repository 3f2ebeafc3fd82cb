__kernel void convolve(__global const float *restrict in, __constant float *restrict filter,
                       __global float *restrict out, int width, int height) {
  int x = get_global_id(0);
  int y = get_global_id(1);
  if (x >= width || y >= height) return;
  float sum = 0.0f;
#pragma unroll
  for (int dy = -1; dy <= 1; ++dy) {
#pragma unroll
    for (int dx = -1; dx <= 1; ++dx) {
      int column = min(max(x + dx, 0), width - 1);
      int row = min(max(y + dy, 0), height - 1);
      sum += filter[(dy + 1) * 3 + dx + 1] * in[row * width + column];
    }
  }
  out[y * width + x] = sum;
}
