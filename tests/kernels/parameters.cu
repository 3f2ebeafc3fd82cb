// Kernel parameters of every kind and alignment, structs by value, many of them.
// expect-path: vector
#include "check.h"

struct Small {
  char c;
  short s;
};
struct Nested {
  Small small[3];
  double d;
  struct {
    float f[5];
    bool yes;
  } inner;
};
struct alignas(32) Aligned {
  float f[8];
};
struct Empty {};
class Accessor {
public:
  __host__ __device__ Accessor(int *data, int stride) : data_(data), stride_(stride) {}
  __device__ int &operator[](int i) { return data_[i * stride_]; }

private:
  int *data_;
  int stride_;
};
enum class Mode : unsigned char { off, on = 200 };
union Bits {
  float f;
  unsigned u;
};

__global__ void many(double *out, char a, short b, int c, long long d, float e, double f, bool g,
                     unsigned char h, Small i, Nested j, Aligned k, Empty, Mode m, Bits n,
                     const int *__restrict__ o, float4 p, char3 q, Accessor r, dim3 s) {
  double value = a + b + c + double(d) + e + f + (g ? 1000 : 0) + h + i.c + i.s;
  value += j.small[0].c + j.small[2].s + j.d + j.inner.f[4] + (j.inner.yes ? 0.125 : 0);
  value += k.f[7] + (m == Mode::on ? 10000 : 0) + (n.u == 0x3f800000u ? 0.5 : 0) + o[1];
  value += p.x + p.w + q.x + q.z + s.z;
  j.small[0].c = char(threadIdx.x); // its own copy: no other thread sees this
  r[threadIdx.x] = j.small[threadIdx.x % 3].c;
  out[threadIdx.x] = value;
}

struct Large {
  int values[1000];
}; // 4,000 bytes: nearly all that a kernel may take
__global__ void large(Large data, int *out) {
  out[threadIdx.x] = data.values[(threadIdx.x * 31 + 999) % 1000];
}

int main() {
  double *out = managed<double>(40);
  int *numbers = managed<int>(2), *written = managed<int>(80);
  numbers[1] = 100000;
  Nested nested = {};
  nested.small[0].c = 5;
  nested.small[1].c = 6;
  nested.small[2] = {7, -30};
  nested.d = 0.75;
  nested.inner.f[4] = 2;
  nested.inner.yes = true;
  Aligned aligned = {{0, 0, 0, 0, 0, 0, 0, 64}};
  Bits bits;
  bits.f = 1.0f;
  many<<<1, 40>>>(out, 'a', -2, 3, 1LL << 40, 0.5f, 0.25, true, 255, Small{1, 2}, nested, aligned,
                  Empty{}, Mode::on, bits, numbers, make_float4(1, 2, 3, 4), make_char3(-1, -2, -3),
                  Accessor(written, 2), dim3(1, 2, 3));
  SYNC();
  double want = 'a' - 2 + 3 + double(1LL << 40) + 0.5 + 0.25 + 1000 + 255 + 1 + 2;
  want += 5 - 30 + 0.75 + 2 + 0.125 + 64 + 10000 + 0.5 + 100000 + 1 + 4 - 1 - 3 + 3;
  for (int t = 0; t < 40; ++t)
    EXPECT_EQ(out[t], want);
  for (int t = 0; t < 40; ++t)
    EXPECT_EQ(written[2 * t], t % 3 == 0 ? t : t % 3 == 1 ? 6 : 7);

  Large data;
  for (int i = 0; i < 1000; ++i)
    data.values[i] = i * i;
  int *results = managed<int>(64);
  large<<<1, 64>>>(data, results);
  data.values[999] = -1; // after the launch: the kernel has its copy
  SYNC();
  for (int t = 0; t < 64; ++t) {
    int k = (t * 31 + 999) % 1000;
    EXPECT_EQ(results[t], k * k);
  }
  return verdict();
}
