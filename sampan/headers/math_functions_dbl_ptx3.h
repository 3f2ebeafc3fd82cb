// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_MATH_FUNCTIONS_DBL_PTX3_H
#define SAMPAN_MATH_FUNCTIONS_DBL_PTX3_H

#include "cuda_runtime.h"

#endif
