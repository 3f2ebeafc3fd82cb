#include "check.h"
#include <cstring>
#include <vector>

int main() {
  const size_t n = 1000;
  std::vector<int> source(n), target(n);
  for (size_t i = 0; i < n; ++i)
    source[i] = int(i * i);
  int *a, *b;
  CUDA(cudaMalloc(&a, n * sizeof(int)));
  CUDA(cudaMalloc((void **)&b, n * sizeof(int)));
  EXPECT(reinterpret_cast<size_t>(a) % 256 == 0);

  CUDA(cudaMemcpy(a, source.data(), n * sizeof(int), cudaMemcpyHostToDevice));
  CUDA(cudaMemcpy(b, a, n * sizeof(int), cudaMemcpyDeviceToDevice));
  CUDA(cudaMemcpy(target.data(), b, n * sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT(source == target);

  std::fill(target.begin(), target.end(), 0);
  CUDA(cudaMemcpy(target.data(), source.data(), n * sizeof(int), cudaMemcpyHostToHost));
  EXPECT(source == target);

  std::fill(target.begin(), target.end(), 0);
  CUDA(cudaMemcpy(target.data(), a, n * sizeof(int), cudaMemcpyDefault));
  EXPECT(source == target);

  // Parts, and bytes.
  CUDA(cudaMemset(a, 0, n * sizeof(int)));
  CUDA(cudaMemset(a + 10, 0x5a, 10 * sizeof(int)));
  CUDA(cudaMemcpy(target.data() + 5, a + 8, 20 * sizeof(int), cudaMemcpyDeviceToHost));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(target[5 + i], i >= 2 && i < 12 ? 0x5a5a5a5a : 0);
  CUDA(cudaMemset((char *)a + 1, 0xff, 2));
  CUDA(cudaMemcpy(target.data(), a, sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT_EQ(target[0], 0x00ffff00);

  size_t available = 0, total = 0;
  CUDA(cudaMemGetInfo(&available, &total));
  EXPECT(total > 0 && available <= total);

  cudaPointerAttributes attributes;
  CUDA(cudaPointerGetAttributes(&attributes, a));
  EXPECT(attributes.type == cudaMemoryTypeDevice);
  EXPECT(attributes.devicePointer == a);

  CUDA(cudaFree(a));
  CUDA(cudaFree(b));
  CUDA(cudaFree(nullptr));
  CUDA(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
  int *nothing = (int *)1;
  CUDA(cudaMalloc(&nothing, 0));
  CUDA(cudaFree(nothing));
  return verdict();
}
