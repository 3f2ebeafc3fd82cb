#include "../../hosts/openmp_host.h"
#include <cmath>

// bodies and accelerations are arrays of (x, y, z, mass).
void nbody(const float *__restrict bodies, float *__restrict accelerations, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) {
    float x = bodies[4 * i], y = bodies[4 * i + 1], z = bodies[4 * i + 2];
    float ax = 0.0f, ay = 0.0f, az = 0.0f;
#pragma omp simd reduction(+ : ax, ay, az)
    for (int j = 0; j < n; ++j) {
      float dx = bodies[4 * j] - x, dy = bodies[4 * j + 1] - y, dz = bodies[4 * j + 2] - z;
      float inverse = 1.0f / sqrtf(dx * dx + dy * dy + dz * dz + 1e-4f);
      float strength = bodies[4 * j + 3] * inverse * inverse * inverse;
      ax += strength * dx;
      ay += strength * dy;
      az += strength * dz;
    }
    accelerations[4 * i] = ax;
    accelerations[4 * i + 1] = ay;
    accelerations[4 * i + 2] = az;
    accelerations[4 * i + 3] = 0.0f;
  }
}
OPENMP(nbody)
