// expect-path: vector
#include "check.h"

static_assert(sizeof(float3) == 12 && alignof(float3) == 4, "float3");
static_assert(sizeof(float4) == 16 && alignof(float4) == 16, "float4");
static_assert(sizeof(double2) == 16 && alignof(double2) == 16, "double2");
static_assert(sizeof(uchar4) == 4 && alignof(uchar4) == 4, "uchar4");
static_assert(sizeof(short2) == 4 && alignof(short2) == 4, "short2");
static_assert(sizeof(longlong2) == 16 && alignof(longlong2) == 16, "longlong2");
static_assert(sizeof(int1) == 4 && sizeof(char3) == 3 && sizeof(ushort3) == 6, "odd sizes");
static_assert(sizeof(dim3) == 12, "dim3");

__host__ __device__ float4 operator+(float4 a, float4 b) {
  return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
}

__global__ void run(const float4 *in, float4 *sums, uchar4 *pixels, int2 *pairs, double2 *doubles,
                    float3 *threes, longlong2 *longs, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float4 left = in[i], right = in[(i * 7) % n]; // one in a row, one gathered
  sums[i] = left + right;
  pixels[i] = make_uchar4(i, i + 1, 255 - i, 7);
  if (i % 2) {
    int2 pair = make_int2(i, -i);
    pair.x += pair.y;
    pairs[i] = pair;
  }
  doubles[i].y = i * 0.5;
  threes[n - 1 - i] = make_float3(i, i + 0.5f, -i);
  longs[i] = make_longlong2(i * 10000000000LL, ~(long long)i);
}

int main() {
  const int n = 200;
  float4 *in = managed<float4>(n), *sums = managed<float4>(n);
  uchar4 *pixels = managed<uchar4>(n);
  int2 *pairs = managed<int2>(n);
  double2 *doubles = managed<double2>(n);
  float3 *threes = managed<float3>(n);
  longlong2 *longs = managed<longlong2>(n);
  for (int i = 0; i < n; ++i)
    in[i] = make_float4(i, 2 * i, 3 * i, -i);
  run<<<2, 128>>>(in, sums, pixels, pairs, doubles, threes, longs, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    float4 want = in[i] + in[i * 7 % n];
    EXPECT(sums[i].x == want.x && sums[i].y == want.y);
    EXPECT(sums[i].z == want.z && sums[i].w == want.w);
    EXPECT(pixels[i].x == (i & 255) && pixels[i].y == ((i + 1) & 255) && pixels[i].w == 7);
    EXPECT_EQ(pixels[i].z, (255 - i) & 255);
    EXPECT(pairs[i].x == 0 && pairs[i].y == (i % 2 ? -i : 0));
    EXPECT(doubles[i].x == 0 && doubles[i].y == i * 0.5);
    float3 three = threes[n - 1 - i];
    EXPECT(three.x == i && three.y == i + 0.5f && three.z == -i);
    EXPECT(longs[i].x == i * 10000000000LL && longs[i].y == ~(long long)i);
  }
  dim3 two(5, 6);
  uint3 plain = two;
  EXPECT(two.z == 1 && plain.y == 6 && dim3().x == 1);
  return verdict();
}
