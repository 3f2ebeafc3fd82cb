// Threads of the runtime's own.
#ifndef SAMPAN_THREADS_H
#define SAMPAN_THREADS_H

namespace sampan {

// Starts a detached thread that leaves the program's signals to the program's threads. False, with
// a message, if the system allows no more.
bool start_thread(void *(*main)(void *), void *argument);

} // namespace sampan

#endif
