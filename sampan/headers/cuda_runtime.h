#ifndef SAMPAN_CUDA_RUNTIME_H
#define SAMPAN_CUDA_RUNTIME_H
#if defined(__CUDA__) && defined(__clang__)
#include "sampan/device_language.h"
#endif
#endif
