// make_TYPE of every vector type: members in order, the size and the alignment of the guide's
// table.
// expect-path: vector
#include "check.h"

// type, element, alignments of the types with 1, 2, 3, 4 elements
#define ALL(X)                                                                                     \
  X(char, signed char, 1, 2, 1, 4)                                                                 \
  X(uchar, unsigned char, 1, 2, 1, 4)                                                              \
  X(short, short, 2, 4, 2, 8)                                                                      \
  X(ushort, unsigned short, 2, 4, 2, 8)                                                            \
  X(int, int, 4, 8, 4, 16)                                                                         \
  X(uint, unsigned, 4, 8, 4, 16)                                                                   \
  X(long, long, 8, 16, 8, 16)                                                                      \
  X(ulong, unsigned long, 8, 16, 8, 16)                                                            \
  X(longlong, long long, 8, 16, 8, 16)                                                             \
  X(ulonglong, unsigned long long, 8, 16, 8, 16)                                                   \
  X(float, float, 4, 8, 4, 16)                                                                     \
  X(double, double, 8, 16, 8, 16)

#define LAYOUT(type, element, a1, a2, a3, a4)                                                      \
  static_assert(sizeof(type##1) == 1 * sizeof(element) && alignof(type##1) == a1, #type "1");      \
  static_assert(sizeof(type##2) == 2 * sizeof(element) && alignof(type##2) == a2, #type "2");      \
  static_assert(sizeof(type##3) == 3 * sizeof(element) && alignof(type##3) == a3, #type "3");      \
  static_assert(sizeof(type##4) == 4 * sizeof(element) && alignof(type##4) == a4, #type "4");
ALL(LAYOUT)

// The sum of 1 * x + 10 * y + ... tells the order.
#define WEIGHT(type, element, a1, a2, a3, a4)                                                      \
  __host__ __device__ int weigh(type##1 v) { return int(v.x); }                                    \
  __host__ __device__ int weigh(type##2 v) { return int(v.x + 10 * v.y); }                         \
  __host__ __device__ int weigh(type##3 v) { return int(v.x + 10 * v.y + 20 * v.z); }              \
  __host__ __device__ int weigh(type##4 v) { return int(v.x + 10 * v.y + 20 * v.z + 40 * v.w); }
ALL(WEIGHT)

#define ONE(type)                                                                                  \
  out[at++] = weigh(make_##type##1(element(t)));                                                   \
  out[at++] = weigh(make_##type##2(element(t), element(1)));                                       \
  out[at++] = weigh(make_##type##3(element(t), element(1), element(2)));                           \
  out[at++] = weigh(make_##type##4(element(t), element(1), element(2), element(3)));

static const int Count = 12 * 4;
__host__ __device__ void make_all(int *out, int t) {
  int at = 0;
#define MAKE(type, E, a1, a2, a3, a4)                                                              \
  {                                                                                                \
    using element = E;                                                                             \
    ONE(type)                                                                                      \
  }
  MAKE(char, char, 1, 2, 1, 4)
  MAKE(uchar, unsigned char, 1, 2, 1, 4)
  MAKE(short, short, 2, 4, 2, 8)
  MAKE(ushort, unsigned short, 2, 4, 2, 8)
  MAKE(int, int, 4, 8, 4, 16)
  MAKE(uint, unsigned, 4, 8, 4, 16)
  MAKE(long, long, 8, 16, 8, 16)
  MAKE(ulong, unsigned long, 8, 16, 8, 16)
  MAKE(longlong, long long, 8, 16, 8, 16)
  MAKE(ulonglong, unsigned long long, 8, 16, 8, 16)
  MAKE(float, float, 4, 8, 4, 16)
  MAKE(double, double, 8, 16, 8, 16)
}

__global__ void makers(int *out) { make_all(out + threadIdx.x * Count, threadIdx.x); }

int main() {
  int *out = managed<int>(32 * Count), host[Count];
  makers<<<1, 32>>>(out);
  SYNC();
  for (int t = 0; t < 32; ++t) {
    make_all(host, t);
    for (int i = 0; i < Count; ++i) {
      const int wanted[] = {t, t + 10, t + 10 + 40, t + 10 + 40 + 120};
      EXPECT_EQ(host[i], wanted[i % 4]);
      EXPECT_EQ(out[t * Count + i], wanted[i % 4]);
    }
  }
  static_assert(sizeof(dim3) == 12 && sizeof(uint3) == 12, "three numbers");
  dim3 d(make_uint3(2, 3, 4));
  EXPECT(d.x == 2 && d.y == 3 && d.z == 4 && dim3(7).y == 1 && dim3().z == 1);
  return verdict();
}
