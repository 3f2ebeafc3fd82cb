// Profiler control of the driver API.
#ifndef SAMPAN_CUDAPROFILER_H
#define SAMPAN_CUDAPROFILER_H

#include "cuda.h"

#ifdef __cplusplus
extern "C" {
#endif
CUresult cuProfilerStart(void);
CUresult cuProfilerStop(void);
#ifdef __cplusplus
}
#endif

#endif
