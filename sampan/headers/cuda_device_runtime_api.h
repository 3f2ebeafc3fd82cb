// Kept for programs that name this header.
#ifndef SAMPAN_CUDA_DEVICE_RUNTIME_API_H
#define SAMPAN_CUDA_DEVICE_RUNTIME_API_H

#include "cuda_runtime_api.h"

#endif
