#include "../../hosts/cuda_host.h"

// spheres: centre and radius; colours: colour and reflectance. The light comes from above.
__global__ void trace(const float4 *spheres, const float4 *colours, float *out, int count,
                      int width) {
  int px = blockIdx.x * blockDim.x + threadIdx.x;
  int py = blockIdx.y * blockDim.y + threadIdx.y;
  float ox = 0.0f, oy = 0.0f, oz = -3.0f;
  float dx = (2.0f * px - width) / width, dy = (2.0f * py - width) / width, dz = 1.5f;
  float length = rsqrtf(dx * dx + dy * dy + dz * dz);
  dx *= length, dy *= length, dz *= length;
  float brightness = 0.0f, weight = 1.0f;
  for (int bounce = 0; bounce < 4 && weight > 0.01f; ++bounce) {
    float nearest = 1e30f;
    int hit = -1;
    for (int s = 0; s < count; ++s) {
      float4 sphere = spheres[s];
      float cx = sphere.x - ox, cy = sphere.y - oy, cz = sphere.z - oz;
      float along = cx * dx + cy * dy + cz * dz;
      float inside = sphere.w * sphere.w - (cx * cx + cy * cy + cz * cz - along * along);
      if (along > 0.0f && inside > 0.0f) {
        float distance = along - sqrtf(inside);
        if (distance > 1e-3f && distance < nearest) {
          nearest = distance;
          hit = s;
        }
      }
    }
    if (hit < 0) {
      brightness += weight * (0.5f + 0.5f * dy);
      break;
    }
    float4 sphere = spheres[hit], colour = colours[hit];
    ox += nearest * dx, oy += nearest * dy, oz += nearest * dz;
    float nx = (ox - sphere.x) / sphere.w, ny = (oy - sphere.y) / sphere.w;
    float nz = (oz - sphere.z) / sphere.w;
    brightness += weight * colour.x * fmaxf(0.1f, ny) * (1.0f - colour.w);
    weight *= colour.w;
    float twice = 2.0f * (dx * nx + dy * ny + dz * nz);
    dx -= twice * nx, dy -= twice * ny, dz -= twice * nz;
  }
  out[py * width + px] = brightness;
}
KERNEL(trace);
