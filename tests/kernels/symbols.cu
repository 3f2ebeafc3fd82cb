#include "check.h"

__device__ int scalar = 3;
__device__ float array[8] = {1, 2, 3};
__constant__ int constants[4] = {10, 20, 30, 40};
__device__ int *indirect;
namespace inner {
static __device__ double hidden = 2.5;
}
struct Settings {
  int a;
  double b;
};
__constant__ Settings settings;

__global__ void use(double *out) {
  out[0] = scalar;
  out[1] = array[0] + array[7];
  out[2] = constants[threadIdx.x + 2];
  out[3] = inner::hidden;
  out[4] = settings.a + settings.b;
  out[5] = indirect ? indirect[1] : -1;
  scalar = 77;
}

int main() {
  double *out = managed<double>(6);
  int *data = managed<int>(2);
  data[1] = 1234;
  float part[2] = {100, 200};
  Settings chosen = {4, 0.25};
  int constant = 333;
  double changed = 9.75;
  CUDA(cudaMemcpyToSymbol(array, part, sizeof part, 6 * sizeof(float)));
  CUDA(cudaMemcpyToSymbol(constants, &constant, sizeof(int), 2 * sizeof(int),
                          cudaMemcpyHostToDevice));
  CUDA(cudaMemcpyToSymbol(settings, &chosen, sizeof chosen));
  CUDA(cudaMemcpyToSymbol(inner::hidden, &changed, sizeof changed));
  CUDA(cudaMemcpyToSymbol(indirect, &data, sizeof data));
  use<<<1, 1>>>(out);
  SYNC();
  EXPECT_EQ(out[0], 3);
  EXPECT_EQ(out[1], 1 + 200);
  EXPECT_EQ(out[2], 333);
  EXPECT_EQ(out[3], 9.75);
  EXPECT_EQ(out[4], 4.25);
  EXPECT_EQ(out[5], 1234);

  int read = 0;
  CUDA(cudaMemcpyFromSymbol(&read, scalar, sizeof read));
  EXPECT_EQ(read, 77);
  float readings[3];
  CUDA(cudaMemcpyFromSymbol(readings, array, sizeof readings, 5 * sizeof(float)));
  EXPECT(readings[0] == 0 && readings[1] == 100 && readings[2] == 200);

  void *address;
  size_t size;
  CUDA(cudaGetSymbolAddress(&address, array));
  CUDA(cudaGetSymbolSize(&size, array));
  EXPECT_EQ(size, 8 * sizeof(float));
  CUDA(cudaMemcpy(readings, (float *)address + 6, sizeof(float), cudaMemcpyDeviceToHost));
  EXPECT_EQ(readings[0], 100);

  EXPECT_EQ(cudaMemcpyToSymbol(scalar, &read, 8), cudaErrorInvalidValue); // longer than it is
  cudaGetLastError();
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  read = -5;
  CUDA(cudaMemcpyToSymbolAsync(scalar, &read, sizeof read, 0, cudaMemcpyHostToDevice, stream));
  int again = 0;
  CUDA(cudaMemcpyFromSymbolAsync(&again, scalar, sizeof again, 0, cudaMemcpyDeviceToHost, stream));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(again, -5);
  CUDA(cudaStreamDestroy(stream));
  return verdict();
}
