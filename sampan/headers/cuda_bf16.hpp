// What older toolkits kept in a file of its own.
#include "cuda_bf16.h"
