// Kept for programs that name this header.
#ifndef SAMPAN_HOST_CONFIG_H
#define SAMPAN_HOST_CONFIG_H

#include "host_defines.h"

#endif
