#include "written.h"

__global__ void particles(const float *RESTRICT in, float *RESTRICT out, float time, int n) {
  EACH(i, n) {
    for (int axis = 0; axis < 3; ++axis) {
      float position = in[AT(i, axis, n, 6)], velocity = in[AT(i, axis + 3, n, 6)];
      position += time * velocity;
      if (fabsf(position) > 1.0f)
        velocity = -velocity;
      out[AT(i, axis, n, 6)] = position;
      out[AT(i, axis + 3, n, 6)] = velocity;
    }
  }
}
KERNEL(particles);
