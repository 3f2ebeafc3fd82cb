// Helpers that generated kernels call, the same text on both sides.
struct Settings { int a; float b; short c[4]; };
struct Pair { int first; short small; float values[2]; };

__constant__ int constant_ints[16] = {3,  -7, 100, 0,     1,  65536, -1,         12,
                                      31, 2,  5,   -1000, 77, 8,     2147483647, -4};
__constant__ float constant_floats[8] = {0.5f, -2.0f, 1.0f, 0.0f, 3.75f, -0.125f, 1e6f, 9.5f};

#define MEM(k) mem[gid * 8 + (k)]
#define MEM_BY_SLOT(k) mem[(8 + (k)) * total + gid]
#define BYTES(k) bytes[gid * 16 + (k)]

__device__ inline unsigned mix(unsigned h, long long value) {
  unsigned folded = (unsigned)value ^ (unsigned)((unsigned long long)value >> 32);
  return (h ^ folded) * 0x9e3779b1u + (h >> 15);
}
__device__ inline unsigned mix_float(unsigned h, float value) {
  return mix(h, value == value ? __float_as_int(value) : 0x7fc00000);
}
__device__ inline unsigned mix_float(unsigned h, double value) {
  return mix(h, value == value ? __double_as_longlong(value) : 0x7ff8000000000000ll);
}
__device__ inline int in_range(float value) {
  return value > -1e6f && value < 1e6f ? (int)value : value > 0.0f ? 1 : 2;
}
template <typename T> __device__ inline T divide(T a, T b) {
  return b == 0 || b == (T)-1 ? a : (T)(a / b);
}
template <typename T> __device__ inline T remainder_of(T a, T b) {
  return b == 0 || b == (T)-1 ? (T)0 : (T)(a % b);
}
__device__ inline void permute_inline(int *values, int count, int key) {
  for (int i = 0; i + 1 < count; ++i)
    if ((values[i] ^ key) & 4) {
      int kept = values[i];
      values[i] = values[i + 1];
      values[i + 1] = kept;
    }
}
__device__ __noinline__ void permute(int *values, int count, int key) {
  permute_inline(values, count, key);
  values[key & 1] ^= key;
}
__device__ inline int exchange(int *slots, int tid, int nt, int value) {
  slots[tid] = value;
  __syncthreads();
  int other = slots[(tid + 7) % nt];
  __syncthreads();
  return other;
}
__device__ __noinline__ int exchange_call(int *slots, int tid, int nt, int value) {
  return exchange(slots, tid, nt, value) ^ 1;
}
