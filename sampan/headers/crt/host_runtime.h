// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_CRT_HOST_RUNTIME_H
#define SAMPAN_CRT_HOST_RUNTIME_H

#include "../cuda_runtime.h"

#endif
