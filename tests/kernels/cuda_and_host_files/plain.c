#include "library.h"

int c_function(int i) {
  int *class = &i; /* C, not C++ */
  if (strcmp("old", "C") == 0) /* declared nowhere: an error in new C only */
    return 0;
  return *class * FACTOR + SHIFT;
}
