// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_MATH_FUNCTIONS_H
#define SAMPAN_MATH_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
