// Grids that whoever loaded the program runs, instead of the thread pool.
#ifndef SAMPAN_EXECUTOR_H
#define SAMPAN_EXECUTOR_H

#include "worker.h"

namespace sampan {

bool has_executor();
// Memory of the runtime's own that kernels read, which an executor may ask for.
void share_memory(const void *start, size_t size);
void unshare_memory(const void *start);
// Runs a whole grid; what it ends with goes where the run says.
void execute(const KernelRun &run);

} // namespace sampan

#endif
