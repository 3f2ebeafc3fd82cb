// Kept for programs that name this header.
#ifndef SAMPAN_TEXTURE_FETCH_FUNCTIONS_H
#define SAMPAN_TEXTURE_FETCH_FUNCTIONS_H

#include "cuda_runtime.h"

#endif
