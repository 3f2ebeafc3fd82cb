// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_SM_60_ATOMIC_FUNCTIONS_H
#define SAMPAN_SM_60_ATOMIC_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
