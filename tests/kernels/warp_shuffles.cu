// expect-path: vector
// All shuffles: every mode, segment width and type, distances known to the compiler or not.
#include "check.h"

enum Mode { idx, up, down, bfly };

// The lane that `lane` reads from, as the documentation says it.
__host__ __device__ int source_lane(int mode, int lane, int distance, int width) {
  int segment = lane / width * width, inside = lane % width;
  if (mode == idx)
    return segment + (distance & (width - 1));
  if (mode == up)
    return inside - distance >= 0 ? lane - distance : lane;
  if (mode == down)
    return inside + distance < width ? lane + distance : lane;
  // A lane of an earlier segment can be read, one of a later segment cannot.
  return (lane ^ distance) < segment + width ? lane ^ distance : lane;
}

template <class T> __device__ T shuffle(int mode, T value, int distance, int width) {
  const unsigned all = 0xffffffff;
  switch (mode) {
  case idx:
    return __shfl_sync(all, value, distance, width);
  case up:
    return __shfl_up_sync(all, value, distance, width);
  case down:
    return __shfl_down_sync(all, value, distance, width);
  default:
    return __shfl_xor_sync(all, value, distance, width);
  }
}

template <class T> __global__ void any_distance(T *out, int mode, int distance, int width) {
  int t = threadIdx.x;
  out[t] = shuffle(mode, T(t * 3 + 1) / T(2), distance, width);
}

template <class T> static void check_any_distance() {
  T *out = managed<T>(64);
  for (int mode : {idx, up, down, bfly})
    for (int width : {2, 8, 32})
      for (int distance : {1, 3, 16, 31}) {
        any_distance<<<1, 64>>>(out, mode, distance, width);
        SYNC();
        for (int t = 0; t < 64; ++t) {
          int from = (t & 32) + source_lane(mode, t % 32, distance, width);
          EXPECT_EQ(out[t], T(from * 3 + 1) / T(2));
        }
      }
}

__global__ void fixed_distances(int *out) {
  int t = threadIdx.x, v = t * 7 + 3;
  const unsigned all = 0xffffffff;
  int *row = out + t * 8;
  row[0] = __shfl_sync(all, v, 5);
  row[1] = __shfl_up_sync(all, v, 1);
  row[2] = __shfl_down_sync(all, v, 16);
  row[3] = __shfl_xor_sync(all, v, 8);
  row[4] = __shfl_xor_sync(all, v, 3, 4);
  row[5] = __shfl_up_sync(all, v, 2, 8);
  row[6] = __shfl_sync(all, v, t * 5 + 2);     // every lane its own source
  row[7] = __shfl_sync(all, v, 40 + t % 3, 8); // beyond the segment: taken modulo its width
}

static void check_fixed_distances() {
  int *out = managed<int>(64 * 8);
  fixed_distances<<<1, 64>>>(out);
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int lane = t % 32;
    int sources[] = {source_lane(idx, lane, 5, 32),         source_lane(up, lane, 1, 32),
                     source_lane(down, lane, 16, 32),       source_lane(bfly, lane, 8, 32),
                     source_lane(bfly, lane, 3, 4),         source_lane(up, lane, 2, 8),
                     source_lane(idx, lane, t * 5 + 2, 32), source_lane(idx, lane, 40 + t % 3, 8)};
    for (int i = 0; i < 8; ++i)
      EXPECT_EQ(out[t * 8 + i], ((t & 32) + sources[i]) * 7 + 3);
  }
}

int main() {
  check_any_distance<int>();
  check_any_distance<unsigned>();
  check_any_distance<float>();
  check_any_distance<double>();
  check_any_distance<long>();
  check_any_distance<unsigned long long>();
  check_fixed_distances();
  return verdict();
}
