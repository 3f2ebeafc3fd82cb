// All of it comes with cuda_runtime.h.
#ifndef SAMPAN_CRT_SM_80_RT_H
#define SAMPAN_CRT_SM_80_RT_H

#include "../cuda_runtime.h"

#endif
