// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_SM_35_ATOMIC_FUNCTIONS_H
#define SAMPAN_SM_35_ATOMIC_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
