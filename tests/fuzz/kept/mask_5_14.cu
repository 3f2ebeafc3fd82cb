// k14 5:14 block 32 2 1 grid 2 1 1 tail 5 dynamic_shared 256 sites 22
__device__ __noinline__ unsigned k14_f1(int a0) {
  a0 = (int)a0;
  if (((a0 > 0 && a0 % a0 < 3) && ((unsigned long long)a0 > (unsigned long long)573718181))) {
    F(0);
    for (int i2 = 0; i2 < (a0 & 1); ++i2) {
      F(1);
      for (int i4 = 0; i4 < ((int)((int)i2 & 32767) & 2); ++i4) {
        F(2);
      }
      exit_5:;
    }
    exit_3:;
  } else if ((((unsigned)((a0) ^ (unsigned)((unsigned)a0 & 0u)) % 2u) < 1u)) {
    F(3);
  } else {
    F(4);
  }
  return (unsigned)((int)((unsigned)constant_ints[(int)(a0 >> ((unsigned)a0 & 31)) & 15] & 1023) * (int)((unsigned)(0u - (unsigned)5u) & 255));
}

__device__ int k14_table6_0(int a0, int a1) {
  return a1;
}

__device__ int k14_table6_1(int a0, int a1) {
  return (int)__ffs(((((long long)a0 & 3) != 0) ? a0 : a1));
}

__device__ int k14_table6_2(int a0, int a1) {
  return (int)constant_ints[0];
}

__device__ int k14_table6_3(int a0, int a1) {
  return divide<int>((int)k14_f1(a0), (int)constant_ints[(int)((unsigned)a0 - (unsigned)15) & 15]);
}

typedef int (*k14_table6_type)(int, int);
__device__ k14_table6_type k14_table6[4] = {k14_table6_0, k14_table6_1, k14_table6_2, k14_table6_3};
__device__ inline int k14_table6_call(int which, int x, int y) { return k14_table6[which & 3](x, y); }
__device__ inline int k14_table6_choose(bool which, int x) { k14_table6_type chosen = which ? k14_table6_0 : k14_table6_1; return chosen(x, 5); }

__global__ void k14(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  DYNAMIC_SHARED(int, shared_7_k14);
  int *shared_7 = shared_7_k14;
  __shared__ int shared_8[64];
  __shared__ float shared_9[64];
  __shared__ int bins[16];
  const bool active = gid < n;
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  { const int *at = in + ((int)active & 511), *end = at + ((int)((unsigned)tid + (unsigned)tid) & 7) * 3;
    for (; at < end; at += 3) { F(5); x0 ^= *at; } }
  { int x = (int)((int)((int)((int)(tid & 1023) - (int)(tid & 255)) & 1023) + (int)((int)in[(int)in[870] & 1023] & 255)), y = (int)((int)(p0 & 1023) * (int)(x0 & 255)); if (y >= 0 && y < 32) { F(6); x0 = x >> y; } }
  long long v10 = remainder_of<long long>((long long)(signed char)h, (long long)constant_ints[0]);
  { F(7);
  x0 ^= exchange_call(shared_8, tid, nt, (int)((unsigned)p0 - (unsigned)(int)((unsigned)p0 + (unsigned)tid))); }
  x0 = (int)((unsigned)(int)(p0 | x0) * (unsigned)(int)(0u - (unsigned)tid));
  MEM(((int)(tid | (int)(tid)) & 7)) = (int)k14_f1((int)constant_ints[(int)constant_ints[(int)(tid ^ (int)x0) & 15] & 15]);
  int u11 = __syncthreads_or((((signed char)((signed char)tid & (signed char)12) & 2) != 0)); u11 = u11 != 0;
  { for (int bin = tid; bin < 16; bin += nt) bins[bin] = 0;
  __syncthreads();
  F(8);
  atomicAdd(&bins[(int)h & 15], 1);
  if (((int)tid > u11)) atomicAdd(&bins[tid % 16], 3);
  __syncthreads();
  x0 ^= bins[tid & 15];
  __syncthreads(); }
  { shared_8[tid] = p0;
  __syncthreads();
  for (int rest = nt; rest > 1;) {
    F(9);
    int half = (rest + 1) / 2;
    if (tid < rest / 2) shared_8[tid] = max(shared_8[tid], shared_8[tid + half]);
    rest = half;
    __syncthreads();
  }
  x0 ^= shared_8[0];
  __syncthreads(); }
  { shared_7[tid] = (int)~(int)__clzll((long long)tid);
  __syncthreads();
  for (int step = 0; step < 2; ++step) {
    F(10);
    int around = shared_7[(tid + 1) % nt] ^ shared_7[(tid + nt - 1) % nt];
    __syncthreads();
    shared_7[tid] = around;
    __syncthreads();
  }
  x0 ^= shared_7[tid];
  __syncthreads(); }
  if ((((unsigned)(n) % 6u) < 3u)) {
    F(11);
    { shared_7[nt - 1 - tid] = (int)in[(int)((int)(tid) & p0) & 1023];
    __syncthreads();
      F(12);
      { int x = u11, y = (int)((int)((int)x0 & 1023) - (int)(p0 & 255)); if (y >= 0 && y < 16) { F(13); x0 = x ^ constant_ints[y]; } }
      h = mix(h, (long long)((unsigned long long)v10 << ((unsigned)(0u - (unsigned)h) & 63)));
      { shared_9[(tid * 5) % nt] = (((((unsigned)(x0) % 6u) < 3u) ? p1 : p1) * x1);
      __syncthreads();
        F(14);
        { if ((((unsigned)(tid) % 9u) < 1u)) shared_8[(tid * 3) % nt] = (int)((unsigned)(int)((int)((int)p0 & 1023) * (int)(x0 & 255)) + (unsigned)(int)((int)(u11 & 1023) - (int)((int)(tid % 32) & 255))); else shared_8[(tid * 3) % nt] = (int)((unsigned)(int)(tid) - (unsigned)u11);
        __syncthreads();
          F(15);
          h ^= (unsigned)shared_7[(unsigned)((unsigned)(h >> (h & 31))) % (unsigned)(nt)];
          double array12[16];
          for (int i13 = 0; i13 < 16; ++i13) array12[i13] = ((double)constant_floats[(int)(0u - (unsigned)tid) & 7] * ((double)x1 + (double)p1));
          { int x = (int)((unsigned)(int)(x0 | x0) << ((unsigned)((int)(h & 1023) - (int)(h & 255)) & 31)), y = (int)((unsigned)u11 * (unsigned)p0); if (y >= 0 && y < 16) { F(16); x0 = x ^ constant_ints[y]; } }
          BYTES(((int)h & 15)) = (unsigned char)(int)((unsigned)(int)((int)(x0 & 1023) * (int)((int)x0 & 255)) + (unsigned)(int)(signed char)tid); x0 ^= BYTES(((int)((int)(x0 & 1023) + (int)(tid & 255)) & 15));
        __syncthreads(); }
        { shared_8[tid] = (int)(long long)shared_7[(unsigned)(tid) % (unsigned)(nt)];
        __syncthreads();
          F(17);
          unsigned short array14[2] = {(unsigned short)((unsigned)(unsigned short)u11 + (unsigned)(unsigned short)(p0)), (unsigned short)shared_8[(unsigned)(tid * 3) % (unsigned)(nt)]};
          h = mix(h, (int)__ffs((int)(((unsigned)(x0) % 7u) < 2u)));
          if ((((unsigned)(in[(gid + p0) & 1023]) % 4u) < 1u)) {
            F(18);
            h = mix_float(h, fma(fabs((double)p1), (double)(unsigned short)(tid % 32), (double)fin[u11 & 1023]));
            BYTES(((int)((int)(u11 & 1023) * (int)(tid & 255)) & 15)) = (unsigned char)tid; x0 ^= BYTES(((int)((unsigned)x0 << (h & 31)) & 15));
            { const int *at = in + ((int)p0 & 511), *end = at + ((int)array14[(int)((unsigned)p0 - (unsigned)(int)p0) & 1] & 7) * 3;
              for (; at < end; at += 3) { F(19); x0 ^= *at; } }
          } else {
            F(20);
            { F(21); float2 vector16 = make_float2((float)divide<int>((int)tid, p0), (float)tid); vector16.y -= vector16.x; h = mix_float(h, vector16.x * 0.5f + vector16.y); }
          }
        __syncthreads(); }
      __syncthreads(); }
    __syncthreads(); }
  }
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)active;
  OUT(4) = (int)x0;
  OUT(5) = (int)v10;
  OUT(6) = (int)u11;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
}
