// Kept for programs that name this header.
#ifndef SAMPAN_BUILTIN_TYPES_H
#define SAMPAN_BUILTIN_TYPES_H

#include "device_types.h"
#include "driver_types.h"
#include "surface_types.h"
#include "texture_types.h"
#include "vector_types.h"

#endif
