// A self-checking program: a test under `pytest --sampan`, passed if it ends with status 0.
// sampan: -std=c++17 -- 1000

#include <cstdio>
#include <cstdlib>

__global__ void saturate(const int *in, unsigned char *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = static_cast<unsigned char>(min(max(in[i], 0), 255));
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 100;
  int *in;
  unsigned char *out;
  cudaMallocManaged(&in, n * sizeof(int));
  cudaMallocManaged(&out, n);
  for (int i = 0; i < n; ++i)
    in[i] = i - n / 2;
  saturate<<<(n + 127) / 128, 128>>>(in, out, n);
  if (cudaError_t error = cudaDeviceSynchronize()) {
    std::printf("%s\n", cudaGetErrorString(error));
    return 1;
  }
  for (int i = 0; i < n; ++i) {
    int expected = in[i] < 0 ? 0 : in[i] > 255 ? 255 : in[i];
    if (out[i] != expected) {
      std::printf("out[%d] is %d, not %d\n", i, out[i], expected);
      return 1;
    }
  }
  return 0;
}
