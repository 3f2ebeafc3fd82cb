#pragma once
#include <cuda_runtime.h>

// Device code, of device_code.
#ifdef __CUDACC__
__device__ int square(int x);
__device__ int cube(int x);
extern __device__ int calls;
#endif

// y[i] = factor * x[i] in the stream of the caller (scale).
void scale(float *y, const float *x, float factor, int n, cudaStream_t stream);
// x to the power of 2, 3 or 6, on the device (powers).
int power(int x, int exponent);
// Memory that both sides reach, zeroed (memory).
void *shared_memory(size_t bytes);
