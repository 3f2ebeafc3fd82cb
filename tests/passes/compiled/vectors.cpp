// Functions that clang makes vector code, aggregates, copies and odd control flow of. The name says
// what they take: `f_` floats, `i_` bytes; the number is a size, an index or a shift.
#include <stdint.h>
#include <string.h>

typedef float f4 __attribute__((ext_vector_type(4)));
typedef int i4 __attribute__((ext_vector_type(4)));
typedef int i8v __attribute__((ext_vector_type(8)));
typedef short s8 __attribute__((ext_vector_type(8)));
typedef unsigned char uc16 __attribute__((ext_vector_type(16)));
typedef long l2 __attribute__((ext_vector_type(2)));

#define TEST extern "C" __attribute__((noinline))

struct Padded {
  float x;
  char c;
  double d;
  short s[3];
};
union Punned {
  struct {
    char c;
    int i;
  } a;
  int b[2];
  double d;
};
struct Mixed {
  f4 a;
  int b;
  f4 c;
};

TEST float f_swizzle(float *p, int n) {
  f4 s = 0;
  for (int i = 0; i < 8; i++) {
    f4 v = *(f4 *)(p + 4 * i);
    s += v * v.wzyx;
    if (s.x > 1e30f) s.y = 0;
  }
  return s.x + s.y * s.z - s.w + n;
}

TEST int i_variable_index(int *p, int n) {
  i4 v = *(i4 *)p;
  v[n & 3] = 5;
  i4 m = v > n;
  i4 r = m ? v : v + 1;
  return r[(n >> 2) & 3] + r.x * r.w;
}

TEST int i_dot(short *p, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) s += p[i] * p[i + 1];
  return s;
}

TEST int i_maximum(unsigned char *p, int n) {
  int m = 0;
  for (int i = 0; i < n; i++) m = p[i] > m ? p[i] : m;
  return m;
}

TEST double f_padded_copy(float *p, int n) {
  Padded a, b;
  memset(&a, n, sizeof a);
  a.x = p[0];
  memcpy(&b, &a, sizeof a);
  b.s[n % 3] += 3;
  Padded c = n & 1 ? a : b;
  return c.x + c.c + c.s[0] + c.s[1] * 3 + c.s[2] * 7;
}

TEST int i_union(int *p, int n) {
  Punned u;
  u.b[0] = p[0];
  u.b[1] = n;
  Punned v = u;
  v.a.c += 1;
  return v.b[0] ^ v.b[1];
}

extern "C" __attribute__((noinline)) f4 vector_helper(f4 a, i4 b) {
  return a + __builtin_convertvector(b, f4);
}

extern "C" __attribute__((noinline)) void struct_helper(Mixed &r, const Mixed &q, int k) {
  Mixed m = q;
  m.c = vector_helper(m.c, (i4)k);
  m.a = m.c * 2;
  m.b += k;
  r = m;
}

TEST float f_vector_calls(float *p, int n) {
  Mixed m;
  m.a = *(f4 *)p;
  m.b = n;
  m.c = *(f4 *)(p + 4);
  Mixed r;
  struct_helper(r, m, 3);
  struct_helper(r, r, n);
  return r.a.x + r.a.w + r.b + r.c.y;
}

TEST int i_overlapping_move(char *p, int n) {
  memmove(p + n % 7, p + n % 5, 100);
  int s = 0;
  for (int i = 0; i < 128; i++) s = s * 31 + p[i];
  return s;
}

TEST int i_byte_buffer(char *p, int n) {
  char buf[40];
  memcpy(buf, p, 40);
  for (int i = 0; i < 40; i++) buf[i] ^= buf[(i * n) % 40];
  memcpy(p + 1, buf, 33);
  return buf[n % 40];
}

TEST int i_nested_exits(int *p, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      int v = p[(i * j) & 31];
      if (v % 7 == 3) goto out;
      if (v % 5 == 2) break;
      switch ((v + j) & 7) {
        case 0: s += 1; break;
        case 1: s ^= v; continue;
        case 3:
          if (s > 1000) return s;
        case 4: s -= j; break;
        default: s += v & 3;
      }
      s += j;
    }
    s = s * 3;
  }
  return s;
out:
  return s * 1000 + 1;
}

TEST int64_t i_bitcasts(long *p, int n) {
  l2 a = *(l2 *)p;
  l2 b = a << (l2)(n & 31);
  uc16 c = (uc16)b;
  c = c.s0f1e2d3c4b5a6978;
  s8 d = (s8)c;
  d = d >> 1;
  l2 r = (l2)d;
  return r.x ^ r.y;
}

TEST int i_reductions(int *p, int n) {
  i8v v = *(i8v *)p;
  i8v w = __builtin_elementwise_max(v, (i8v)(n));
  i8v x = __builtin_elementwise_abs(w - v);
  return __builtin_reduce_add(x) + __builtin_reduce_max(w) * 3 + __builtin_reduce_xor(v);
}

TEST float f_vector_math(float *p, int n) {
  f4 v = *(f4 *)p;
  f4 w = __builtin_elementwise_sqrt(__builtin_elementwise_abs(v));
  f4 x = __builtin_elementwise_fma(v, w, w);
  i4 y = __builtin_convertvector(x * 100.f, i4);
  f4 z = __builtin_convertvector(y, f4);
  return z.x + z.y + z.z + z.w + n;
}

TEST int i_struct_array(int *p, int n) {
  struct {
    int a[4];
  } arr[3];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 4; j++) arr[i].a[j] = p[i * 4 + j];
  auto t = arr[n % 3];
  arr[0] = arr[2];
  arr[2] = t;
  return arr[0].a[n & 3] * 7 + arr[2].a[(n + 1) & 3];
}

TEST unsigned i_irreducible(unsigned *p, int n) {
  unsigned x = n;
first:
  x = x * 1664525u + 1013904223u;
  switch (x >> 29) {
    case 0: goto second;
    case 1: goto third;
    case 2: x += p[x & 7]; break;
    case 3: return x;
  }
  if (x & 64) goto third;
second:
  x ^= p[1];
  if ((x >> 8) % 11 == 0) return x + 1;
  goto first;
third:
  x -= p[2];
  if ((x >> 9) % 13 == 0) return x + 2;
  goto second;
}

TEST float f_private_matrix(float *p, int n) {
  float a[8][4];
  for (int i = 0; i < 32; i++) a[i >> 2][i & 3] = p[i];
  float s = 0;
  for (int k = 0; k < n; k++)
    for (int i = 0; i < 8; i++) s += a[i][k & 3] * a[(i + k) & 7][1];
  return s;
}

TEST int i_private_flags(int *p, int n) {
  bool b[8];
  for (int i = 0; i < 8; i++) b[i] = p[i] > n;
  bool r = 0;
  for (int i = 0; i < 8; i++) r ^= b[(i * n) & 7];
  return r;
}

TEST int i_mask_bits(int *p, int n) {
  i8v v = *(i8v *)p;
  i8v m = v < n;
  int r = 0;
  for (int i = 0; i < 8; i++) r |= (m[i] & 1) << i;
  return r;
}
