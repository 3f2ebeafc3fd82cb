// Kernels of each kind, for the tables of docs/targets.md: the hot loop of each is that of its
// threads, or where they have none, that over the gangs of a block.

__global__ void dense(const float *a, const float *b, float *c, int n) {
  int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y;
  float sum = 0;
  for (int k = 0; k < n; ++k)
    sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}

__global__ void stencil(const float *in, float *out, int pitch) {
  int i = (blockIdx.y + 1) * pitch + blockIdx.x * blockDim.x + threadIdx.x + 1;
  out[i] = 0.2f * (in[i] + in[i - 1] + in[i + 1] + in[i - pitch] + in[i + pitch]);
}

__global__ void reduction(const float *in, float *out, int n) {
  int stride = gridDim.x * blockDim.x, first = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n; ++k)
    sum += in[k * stride + first];
  out[first] = sum;
}

__global__ void divergent(const float *real, const float *imaginary, int *out, int limit) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float cr = real[i], ci = imaginary[i], x = 0, y = 0;
  int steps = 0;
  while (steps < limit && x * x + y * y < 4) {
    float t = x * x - y * y + cr;
    y = 2 * x * y + ci;
    x = t;
    ++steps;
  }
  out[i] = steps;
}

__global__ void gather(const float *table, const int *index, float *out, int n) {
  int stride = gridDim.x * blockDim.x, first = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n; ++k)
    sum += table[index[k * stride + first]];
  out[first] = sum;
}

__global__ void shuffle(const float *in, float *out, int n) {
  int stride = gridDim.x * blockDim.x, first = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n; ++k)
    sum = __shfl_xor_sync(~0u, sum, 1) + in[k * stride + first];
  out[first] = sum;
}
