// Rounding modes, as those functions name them that take one.
#ifndef SAMPAN_DEVICE_TYPES_H
#define SAMPAN_DEVICE_TYPES_H

#include "driver_types.h"

enum cudaRoundMode { cudaRoundNearest, cudaRoundZero, cudaRoundPosInf, cudaRoundMinInf };

#endif
