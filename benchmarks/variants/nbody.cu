#include "written.h"

// bodies: x, y, z, mass; out: accelerations along x, y, z.
__global__ void nbody(const float *RESTRICT bodies, float *RESTRICT out, int n) {
  EACH(i, n) {
    float x = bodies[AT(i, 0, n, 4)], y = bodies[AT(i, 1, n, 4)], z = bodies[AT(i, 2, n, 4)];
    float ax = 0.0f, ay = 0.0f, az = 0.0f;
    for (INDEX j = 0; j < (INDEX)n; ++j) {
      float dx = bodies[AT(j, 0, n, 4)] - x, dy = bodies[AT(j, 1, n, 4)] - y;
      float dz = bodies[AT(j, 2, n, 4)] - z;
      float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + 1e-4f);
      float strength = bodies[AT(j, 3, n, 4)] * inverse * inverse * inverse;
      ax += strength * dx;
      ay += strength * dy;
      az += strength * dz;
    }
    out[AT(i, 0, n, 3)] = ax;
    out[AT(i, 1, n, 3)] = ay;
    out[AT(i, 2, n, 3)] = az;
  }
}
KERNEL(nbody);
