// sampan-flags: -DFACTOR=3 -Xcompiler -Wall,-DSHIFT=5 -lm
// A program whose main is plain C++, with kernels in one file and C in another.
#include "library.h"
#include <cmath>
#include <cstdio>
#include <cuda_runtime.h>

int main() {
  float4 vector = make_float4(1, 2, 3, 4);
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess || count < 1)
    return 1;
  int out[32];
  if (multiply_on_device(out, 32) != 0)
    return 2;
  for (int i = 0; i < 32; ++i)
    if (out[i] != c_function(i))
      return 3;
  if (std::sqrt(vector.w) != 2.0f)
    return 4;
  std::puts("PASS");
}
