// Kept for programs that name this header.
#ifndef SAMPAN_SURFACE_INDIRECT_FUNCTIONS_H
#define SAMPAN_SURFACE_INDIRECT_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
