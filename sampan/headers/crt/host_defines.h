// Kept for programs that name this header.
#ifndef SAMPAN_CRT_HOST_DEFINES_H
#define SAMPAN_CRT_HOST_DEFINES_H

#include "../host_defines.h"

#endif
