// cudaProfilerStart and cudaProfilerStop.
#ifndef SAMPAN_CUDA_PROFILER_API_H
#define SAMPAN_CUDA_PROFILER_API_H

#include "cuda_runtime_api.h"

#endif
