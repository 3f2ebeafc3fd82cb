// The host program of every C++ contender of the suite: include it, write the function, and name it
// in OPENMP(...). Runs the plan (plan.h) that is its argument; times are the wall clock's.
#pragma once
#include "plan.h"
#include <chrono>
#include <type_traits>

namespace bench {

template <class T> T value(const Slot &slot) {
  if constexpr (std::is_pointer_v<T>)
    return (T)slot.pointer;
  else if constexpr (std::is_same_v<T, float>)
    return slot.real;
  else
    return slot.integer;
}

template <class... P, size_t... I>
void call(void (*function)(P...), const std::vector<Slot> &slots, std::index_sequence<I...>) {
  function(value<P>(slots[I])...);
}

template <class... P> int run(void (*function)(P...), int argc, char **argv) {
  if (argc != 2)
    fail("usage: PROGRAM PLAN");
  Plan plan = read_plan(argv[1]);
  if (plan.call.size() != sizeof...(P))
    fail("the plan's call does not fit the function");
  std::vector<void *> buffers;
  for (auto &content : plan.initial) {
    buffers.push_back(std::aligned_alloc(64, (content.size() + 63) / 64 * 64));
    memcpy(buffers.back(), content.data(), content.size());
  }
  std::vector<Slot> slots;
  for (auto &argument : plan.call)
    slots.push_back(slot(argument, buffers));
  auto restore = [&] {
    for (int buffer : plan.restored)
      memcpy(buffers[buffer], plan.initial[buffer].data(), plan.initial[buffer].size());
  };
  auto timed = [&] {
    auto begin = std::chrono::steady_clock::now();
    call(function, slots, std::index_sequence_for<P...>());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
  };
  serve(plan, restore, timed, [&](int buffer, char *memory) {
    memcpy(memory, buffers[buffer], plan.initial[buffer].size());
  });
  return 0;
}

} // namespace bench

#define OPENMP(function)                                                                           \
  int main(int argc, char **argv) { return bench::run(function, argc, argv); }
