// A program that ends when it sees the error of a kernel has been told which kernel that was.
// expect-error: kernel wild(int*)
// expect-error: illegal memory access
// interpreted-alone: leaves an error
#include "check.h"
#include <unistd.h>

__global__ void wild(int *pointer) { pointer[threadIdx.x] = 7; }

static void wait_for(void *flag) {
  while (!*static_cast<volatile int *>(flag)) {
  }
}

int main() {
  int flag = 0;
  cudaStream_t stream; // another thread runs what waits in it
  CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  CUDA(cudaLaunchHostFunc(stream, wait_for, &flag));
  wild<<<1, 32, 0, stream>>>(nullptr);
  *static_cast<volatile int *>(&flag) = 1;
  while (cudaPeekAtLastError() == cudaSuccess) {
  }
  int code = verdict();
  fflush(stdout);
  _exit(code);
}
