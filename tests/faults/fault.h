// What the programs of this folder share. Each holds several cases; the test runs one at a time:
//
//     // case: NAME                     the program's argument
//     // knobs: NAME=VALUE…             for the environment (optional)
//     // expect-code: cudaError…        what the synchronising call returned
//     // expect-text: TEXT              a part of standard error (optional, several)
//
// After the case the error must stick, a reset must clear it, and kernels must work again.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>

struct Case {
  const char *name;
  void (*run)();
};

__global__ void add_one(int *value) { atomicAdd(value, 1); }

static bool works() {
  int *value = nullptr, back = 0;
  bool fine = cudaMalloc(&value, sizeof *value) == cudaSuccess &&
              cudaMemset(value, 0, sizeof *value) == cudaSuccess;
  add_one<<<4, 64>>>(value);
  fine = fine && cudaMemcpy(&back, value, sizeof back, cudaMemcpyDeviceToHost) == cudaSuccess;
  return cudaFree(value) == cudaSuccess && fine && back == 256;
}

// Whether the error stays until a reset, which nothing but a fault's does.
static int after(const char *code, bool sticky) {
  printf("code %s\n", code);
  bool stays = cudaGetLastError() != cudaSuccess && cudaGetLastError() != cudaSuccess;
  void *memory;
  stays = stays && cudaMalloc(&memory, 4) != cudaSuccess;
  if (stays != sticky)
    return printf("sticky: %d\n", stays), 1;
  // With a short SAMPAN_TIMEOUT a busy machine may take too long for any kernel.
  bool fine = false;
  for (int attempt = 0; attempt < 20 && !fine; ++attempt) {
    cudaDeviceReset();
    fine = works();
    if (cudaDeviceSynchronize() != cudaErrorLaunchTimeout)
      break;
  }
  if (!fine)
    return printf("nothing works after a reset\n"), 1;
  printf("ALIVE\n");
  return 0;
}

template <int N> static int run_case(const Case (&cases)[N], int argc, char **argv) {
  for (const Case &one : cases) {
    if (argc > 1 && strcmp(argv[1], one.name) == 0) {
      one.run();
      return after(cudaGetErrorName(cudaDeviceSynchronize()), true);
    }
  }
  return printf("no such case\n"), 2;
}
