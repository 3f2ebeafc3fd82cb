// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_DEVICE_LAUNCH_PARAMETERS_H
#define SAMPAN_DEVICE_LAUNCH_PARAMETERS_H

#include "cuda_runtime.h"

#endif
