// Kernels that are compiled when they are launched (docs/architecture.md).
#ifndef SAMPAN_AT_LAUNCH_H
#define SAMPAN_AT_LAUNCH_H

#include "grid.h"

namespace sampan {

// What runs the kernel's blocks of this shape: the kernel itself, or the one of a library that is
// loaded now, after it was compiled if need be. Null where that fails, which the user is told once.
Kernel *ready_kernel(Kernel &kernel, const LaunchShape &shape);

} // namespace sampan

#endif
