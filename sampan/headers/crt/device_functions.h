// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_CRT_DEVICE_FUNCTIONS_H
#define SAMPAN_CRT_DEVICE_FUNCTIONS_H

#include "../cuda_runtime.h"

#endif
