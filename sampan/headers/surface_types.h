// Kept for programs that name this header.
#ifndef SAMPAN_SURFACE_TYPES_H
#define SAMPAN_SURFACE_TYPES_H

#include "texture_types.h"

#endif
