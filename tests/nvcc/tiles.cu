// A kernel that is launched with blocks of one shape, and one whose blocks depend on the argument.
#include <cstdio>
#include <cstdlib>

__global__ void constant(float *out) {
  __shared__ float tile[8][9];
  tile[threadIdx.y][threadIdx.x] = out[threadIdx.y * 8 + threadIdx.x];
  __syncthreads();
  out[threadIdx.y * 8 + threadIdx.x] = tile[threadIdx.x][threadIdx.y];
}

__global__ void chosen(float *out) {
  out[threadIdx.y * blockDim.x + threadIdx.x] += 1000 * threadIdx.y;
}

int main(int, char **arguments) {
  int rows = std::atoi(arguments[1]);
  float *out;
  cudaMallocManaged(&out, 64 * sizeof(float));
  for (int i = 0; i < 64; ++i)
    out[i] = i;
  constant<<<1, dim3(8, 8)>>>(out);
  chosen<<<1, dim3(64 / rows, rows)>>>(out);
  cudaDeviceSynchronize();
  std::printf("%g %g %g\n", out[1], out[8], out[62]);
}
