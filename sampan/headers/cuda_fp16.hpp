// What older toolkits kept in a file of its own.
#include "cuda_fp16.h"
