#include "threads.h"

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <initializer_list>
#include <pthread.h>

#include "faults.h"

namespace sampan {
namespace {

constexpr size_t kThreadStack = 1 << 20; // kernels have stacks of their own

} // namespace

bool start_thread(void *(*main)(void *), void *argument) {
  sigset_t all, before;
  sigfillset(&all);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, kInterrupt})
    sigdelset(&all, fault);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kThreadStack);
  pthread_t thread;
  bool started = pthread_create(&thread, &attributes, main, argument) == 0;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!started)
    std::fprintf(stderr, "sampan: the system allows no more threads\n");
  return started;
}

} // namespace sampan
