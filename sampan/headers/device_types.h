// Kept for programs that name this header.
#ifndef SAMPAN_DEVICE_TYPES_H
#define SAMPAN_DEVICE_TYPES_H

#include "driver_types.h"

#endif
