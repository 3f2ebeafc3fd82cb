// Sum and maximum over a block of whole warps; every thread gets them.
#pragma once

template <class Operation> __device__ float block_reduce(float value, Operation operation) {
  __shared__ float partial[32];
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32, warps = blockDim.x / 32;
  for (int distance = 16; distance > 0; distance /= 2)
    value = operation(value, __shfl_xor_sync(0xffffffff, value, distance));
  if (lane == 0)
    partial[warp] = value;
  __syncthreads();
  value = partial[lane % warps];
  for (int distance = warps / 2; distance > 0; distance /= 2)
    value = operation(value, __shfl_xor_sync(0xffffffff, value, distance));
  __syncthreads();
  return value;
}

__device__ inline float block_sum(float value) {
  return block_reduce(value, [](float a, float b) { return a + b; });
}

__device__ inline float block_max(float value) {
  return block_reduce(value, [](float a, float b) { return fmaxf(a, b); });
}
