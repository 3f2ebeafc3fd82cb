// Misaligned accesses, which a GPU refuses and a CPU does not: compiled with -G they are errors.
#include <cstdio>
#include <cstring>

__global__ void scalar(char *bytes, int offset) {
  int *at = reinterpret_cast<int *>(bytes + offset);
  at[threadIdx.x] = 1; // line: scalar
}

__global__ void quad(float *in, float4 *out, int offset) {
  float4 *at = reinterpret_cast<float4 *>(in + offset);
  out[threadIdx.x] = at[threadIdx.x]; // line: quad
}

__global__ void atomic(char *bytes, int offset) {
  atomicAdd(reinterpret_cast<unsigned long long *>(bytes + offset), 1ull); // line: atomic
}

__device__ double loaded(const double *at) {
  return *at; // line: function
}
__global__ void function(char *bytes, double *out, int offset) {
  out[threadIdx.x] = loaded(reinterpret_cast<double *>(bytes + offset));
}

__device__ int seven = 7;
__global__ void packed(char *bytes, int offset) {
  int value = seven, back;
  memcpy(bytes + offset, &value, sizeof value); // says nothing of alignment
  memcpy(&back, bytes + offset, sizeof back);
  bytes[8] = back;
}

int main(int argc, char **argv) {
  char *bytes, *out;
  cudaMallocManaged(&bytes, 4096);
  cudaMallocManaged(&out, 4096);
  const char *which = argv[1];
  int offset = argv[2][0] - '0';
  if (!strcmp(which, "scalar"))
    scalar<<<1, 1>>>(bytes, offset);
  if (!strcmp(which, "quad"))
    quad<<<1, 1>>>((float *)bytes, (float4 *)out, offset);
  if (!strcmp(which, "atomic"))
    atomic<<<1, 1>>>(bytes, offset);
  if (!strcmp(which, "function"))
    function<<<1, 1>>>(bytes, (double *)out, offset);
  if (!strcmp(which, "packed"))
    packed<<<1, 1>>>(bytes, offset);
  printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
}
