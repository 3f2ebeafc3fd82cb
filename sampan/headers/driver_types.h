// Types of the runtime API. The layouts live beside the runtime, which is compiled against them.
#ifndef SAMPAN_DRIVER_TYPES_H
#define SAMPAN_DRIVER_TYPES_H
#define __DRIVER_TYPES_H__ // programs test the guards of the toolkit's headers

#include "host_defines.h"
#include "sampan_cuda_types.h"
#include "vector_types.h"

#include <limits.h>
#include <stddef.h>

#endif
