#include "library.h"

int c_function(int i) {
  int *class = &i; /* C, not C++ */
  return *class * FACTOR + SHIFT;
}
