// Ends kernels that would run for ever: those past their time (SAMPAN_TIMEOUT), and those that wait
// for a block that another worker lost to a fault.
//
// A thread looks at the workers now and then, and sends a signal to those whose kernel has to end;
// its handler leaves the kernel as a fault does. It runs only when there is something to look for.
#ifndef SAMPAN_WATCHDOG_H
#define SAMPAN_WATCHDOG_H

#include <cstdint>

namespace sampan {

class Worker;

namespace watchdog {

// Workers are looked at from their making to their end.
void add(Worker *worker);
void remove(Worker *worker);

// Kernels are to end that are past their deadlines. Cheap if it was called before.
void watch_time(uint64_t nanoseconds);
// A worker's threads have spun for a while: from now on looks whether they can ever go on.
void watch_progress();
// A kernel has failed: those that still run have no more reason to.
void end_all();

} // namespace watchdog
} // namespace sampan

#endif
