// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_SM_35_INTRINSICS_H
#define SAMPAN_SM_35_INTRINSICS_H

#include "cuda_runtime.h"

#endif
