#ifndef SAMPAN_CRT_MMA_H
#define SAMPAN_CRT_MMA_H

#include "../mma.h"

#endif
