// clang-format off
// How memory is accessed. A `remark: KIND: TEXT` behind a line is expected there, and no other.

__global__ void contiguous(const float *in, float *out) { // remark: vectorized: threads at a time
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = 2 * in[i];
}

__global__ void strided(const float *in, float *out, int n) { // remark: vectorized: threads at a time
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float x = in[9 * i]; // remark: gather: one by one: the threads' addresses of 4 bytes each are 36 bytes apart
  out[7 * i] = x;      // remark: scatter: addresses of 4 bytes each are 28 bytes apart
}

__global__ void indirect(const int *index, const double *in, double *out) { // remark: vectorized: threads at a time
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  double x = in[index[i]]; // remark: gather: addresses of 8 bytes each follow no pattern
  out[index[i]] = x;       // remark: scatter: addresses of 8 bytes each follow no pattern
}

__global__ void same(const float *in, float *out) { // remark: vectorized: threads at a time
  out[threadIdx.x] = in[blockIdx.x];
}
