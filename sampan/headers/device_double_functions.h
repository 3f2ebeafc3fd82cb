// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_DEVICE_DOUBLE_FUNCTIONS_H
#define SAMPAN_DEVICE_DOUBLE_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
