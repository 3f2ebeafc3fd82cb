// The host program of every CUDA kernel of the suite: include it, write the kernels, and name each
// in KERNEL(...). Runs the plan (plan.h) that is its argument; times are those of CUDA's events.
#pragma once
#include "plan.h"
#include <map>

namespace bench {

inline std::map<std::string, const void *> &kernels() {
  static std::map<std::string, const void *> table;
  return table;
}

struct Registered {
  Registered(const char *name, const void *kernel) { kernels()[name] = kernel; }
};

inline void check(cudaError_t error, const char *call) {
  if (error != cudaSuccess)
    fail(std::string(call) + ": " + cudaGetErrorString(error));
}
#define CHECK(call) bench::check(call, #call)

} // namespace bench

#define KERNEL(name) static bench::Registered registered_##name(#name, (const void *)name)

int main(int argc, char **argv) {
  using namespace bench;
  if (argc != 2)
    fail("usage: PROGRAM PLAN");
  Plan plan = read_plan(argv[1]);
  std::vector<void *> buffers;
  for (auto &content : plan.initial) {
    buffers.push_back(nullptr);
    CHECK(cudaMalloc(&buffers.back(), content.size()));
    CHECK(cudaMemcpy(buffers.back(), content.data(), content.size(), cudaMemcpyHostToDevice));
  }
  std::vector<std::vector<Slot>> slots;
  std::vector<std::vector<void *>> pointers;
  for (Launch &launch : plan.launches) {
    if (!kernels().count(launch.kernel))
      fail("no kernel " + launch.kernel);
    slots.emplace_back();
    for (auto &argument : launch.arguments)
      slots.back().push_back(slot(argument, buffers));
  }
  for (auto &list : slots) {
    pointers.emplace_back();
    for (Slot &slot : list)
      pointers.back().push_back(&slot);
  }
  cudaEvent_t begin, end;
  CHECK(cudaEventCreate(&begin));
  CHECK(cudaEventCreate(&end));
  auto restore = [&] {
    for (int buffer : plan.restored) {
      auto &content = plan.initial[buffer];
      CHECK(cudaMemcpy(buffers[buffer], content.data(), content.size(), cudaMemcpyHostToDevice));
    }
  };
  auto timed = [&] {
    CHECK(cudaEventRecord(begin));
    for (size_t i = 0; i < plan.launches.size(); ++i) {
      Launch &launch = plan.launches[i];
      dim3 grid(launch.grid[0], launch.grid[1], launch.grid[2]);
      dim3 block(launch.block[0], launch.block[1], launch.block[2]);
      CHECK(
          cudaLaunchKernel(kernels()[launch.kernel], grid, block, pointers[i].data(), 0, nullptr));
    }
    CHECK(cudaEventRecord(end));
    CHECK(cudaEventSynchronize(end));
    float milliseconds = 0;
    CHECK(cudaEventElapsedTime(&milliseconds, begin, end));
    return (double)milliseconds;
  };
  serve(plan, restore, timed, [&](int buffer, char *memory) {
    CHECK(cudaMemcpy(memory, buffers[buffer], plan.initial[buffer].size(), cudaMemcpyDeviceToHost));
  });
  return 0;
}
