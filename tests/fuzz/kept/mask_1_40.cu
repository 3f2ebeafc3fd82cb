// k40 1:40 block 4 4 4 grid 1 1 1 tail 30 dynamic_shared 256 sites 26
__device__ inline int k40_f1(int a0) {
  a0 ^= ((((unsigned)(a0) % 7u) < 5u) ? (int)((unsigned)a0 - (unsigned)a0) : ((-5 > 0 && -15 % -5 < 2) ? (int)a0 : a0));
  switch ((int)((unsigned)((a0) ^ (unsigned)((unsigned)255u << ((unsigned)a0 & 31))) % 6u)) {
  case 3: {
    F(0);
  }
  case 0: {
    F(1);
  }
  case 5: {
    F(2);
    unsigned char array2[4];
    for (int i3 = 0; i3 < 4; ++i3) array2[i3] = (unsigned char)((int)((unsigned char)52 & 1023) - (int)((unsigned char)((unsigned)(unsigned char)2 + (unsigned)(unsigned char)20) & 255));
  } break;
  case 1: {
    F(3);
  } break;
  case 4: {
    F(4);
  } break;
  }
  return (int)((int)a0 >> ((unsigned)((unsigned)(unsigned)a0 * (unsigned)(unsigned)a0) & 31));
}

__device__ __noinline__ float k40_f4(long long a0, long long a1, unsigned a2) {
  return (fmaxf((float)constant_floats[3], (2.0f < 1e-3f ? 2.0f : 1e-3f)) + 0.0f);
}

__device__ int k40_table5_0(int a0, int a1) {
  return (int)constant_ints[(int)(a0 & -127) & 15];
}

__device__ int k40_table5_1(int a0, int a1) {
  return (int)((int)((int)((int)a1 & 1023) + (int)(0 & 255)) & a0);
}

__device__ int k40_table5_2(int a0, int a1) {
  return (int)((unsigned)(int)(long long)a1 << ((unsigned)constant_ints[(((short)32767 == (short)a1) ? 2 : (int)a1) & 15] & 31));
}

__device__ int k40_table5_3(int a0, int a1) {
  return a0;
}

typedef int (*k40_table5_type)(int, int);
__constant__ k40_table5_type k40_table5[4] = {k40_table5_0, k40_table5_1, k40_table5_2, k40_table5_3};
__device__ inline int k40_table5_call(int which, int x, int y) { return k40_table5[which & 3](x, y); }
__device__ inline int k40_table5_choose(bool which, int x) { k40_table5_type chosen = which ? k40_table5_0 : k40_table5_1; return chosen(x, 5); }

__global__ void k40(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  DYNAMIC_SHARED(int, shared_6_k40);
  int *shared_6 = shared_6_k40;
  __shared__ int shared_7[64];
  __shared__ float shared_8[64];
  __shared__ int bins[16];
  shared_6[tid] = tid;
  shared_7[tid] = tid;
  shared_8[tid] = tid;
  __syncthreads();
  if (gid >= n) { F(5); return; }
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  if ((((unsigned)(p0) % 8u) < 5u)) {
    F(6);
    x1 += ((p1 + x1) * (x1 + x1));
  }
  { int fuel9 = 4;
  if (((int)p0 > 0 && tid % (int)p0 < 3)) goto second_11;
  first_10: {
    F(7);
    MEM_BY_SLOT(((int)((unsigned)p0 + (unsigned)fuel9) & 7)) = (int)(((((unsigned)((threadIdx.x) ^ h) % 9u) < 6u) ? 15 : (int)tid) ^ (int)(short)0); x0 ^= MEM_BY_SLOT(((int)((unsigned)p0 * (unsigned)(int)h) & 7));
    { F(8); h = (unsigned)k40_f1((int)(fuel9 | (int)(threadIdx.y))); }
  }
  if (--fuel9 <= 0) goto end_12;
  second_11: {
    F(9);
    { F(10); x1 = (float)k40_table5_choose((unsigned)((int)(h & 1023) + (int)(h & 255)), (int)((unsigned)tid - (unsigned)p0)); }
    { const int *at = in + ((int)((int)(tid & 1023) + (int)(fuel9 & 255)) & 511), *end = at + (divide<int>(p0, fuel9) & 7) * 1;
      for (; at < end; at += 1) { F(11); x0 ^= *at; } }
  }
  if (((double)p1 != (double)x1) && --fuel9 > 0) goto first_10;
  end_12:; }
  double u13 = (double)(short)constant_ints[(int)((unsigned)(int)p0 + (unsigned)(int)p0) & 15];
  MEM_BY_SLOT((tid & 7)) = (int)k40_table5_choose((unsigned)k40_table5_call(p0, (int)tid, x0), ((p0 > 0 && p0 % p0 < 3) ? x0 : x0));
  x0 = (int)((int)((int)~x0 & 1023) * (int)((int)in[435] & 255));
  { int x = x0, y = (int)(-32 | tid); x0 = (y >= 0 && y < 16) ? constant_ints[y] : x; }
  u13 = (double)(unsigned char)__popcll((unsigned long long)p0 * 77u);
  x0 |= (int)(unsigned)(threadIdx.x);
  { shared_6[tid] = (int)((int)(threadIdx.y) > 0 && tid % (int)(threadIdx.y) < 1);
  __syncthreads();
  for (int rest = nt; rest > 1;) {
    F(13);
    int half = (rest + 1) / 2;
    if (tid < rest / 2) shared_6[tid] = max(shared_6[tid], shared_6[tid + half]);
    rest = half;
    __syncthreads();
  }
  x0 ^= shared_6[0];
  __syncthreads(); }
  int u14 = __syncthreads_and(((unsigned)((int)(h & 1023) - (int)(h & 255)) != (unsigned)((unsigned)h ^ h))); u14 = u14 != 0;
  { F(14);
  x0 ^= exchange_call(shared_7, tid, nt, divide<int>((int)(u14 ^ tid), (int)((int)(tid) / 10))); }
  u14 &= (int)((unsigned long long)u14 <= (unsigned long long)u14);
  { auto lambda15 = [&](int x) { h ^= (unsigned)(((unsigned)((u14) ^ (unsigned)((unsigned)(unsigned)h << (h & 31))) % 8u) < 3u); return x & 255; };
    int first = lambda15((int)((int)u14 ^ u14));
    h = mix(h, first);
    int second = lambda15(tid);
    h = mix(h, second); }
  { shared_8[tid] = (x1 * ((((int)x0 & 2) != 0) ? (float)x1 : p1));
  __syncthreads();
    F(15);
    int u16 = __syncthreads_count(((short)((int)((short)(tid) & 1023) + (int)((short)3 & 255)) != (short)constant_ints[(int)((int)(x0 & 1023) + (int)(x0 & 255)) & 15]));
    { if ((((unsigned)(p0) % 8u) < 4u)) shared_7[tid] = remainder_of<int>(divide<int>(u16, u14), remainder_of<int>(u14, tid)); else shared_7[tid] = p0;
    __syncthreads();
      F(16);
      for (int i17 = 0; i17 < 4; ++i17) {
        F(17);
        { F(18);
        shared_6[(tid % 2) * ((nt + 1) / 2) + tid / 2] = (int)k40_table5_choose((unsigned)(h >> (h & 31)), tid);
        __syncthreads();
        x0 ^= shared_6[tid];
        __syncthreads(); }
        for (int i18 = 1, end = 3; i18 < end; i18 += 2) {
          F(19);
          if ((((unsigned)(x0) % 2u) < 1u)) {
            F(20);
            int array19[2] = {(int)((unsigned)x0 << (h & 31)), (int)in[(int)(unsigned short)65535 & 1023]};
            if ((((x0 > i17) ? i18 : u16) > p0)) { F(21); OUT(0) = (int)(x0 & u14); return; }
          } else if ((((unsigned)((tid) ^ (unsigned)min((int)(gid), p0)) % 8u) < 3u)) {
            F(22);
            h ^= (unsigned)((int)(256u & 1023) + (int)(h & 255));
            float v21 = (float)(signed char)48;
            unsigned short v22 = (unsigned short)((unsigned short)(unsigned long long)32767 >> ((unsigned)(h ^ (unsigned)i18) & 31));
          } else {
            F(23);
            h = mix(h, (unsigned short)~(unsigned short)(tid));
          }
          if (((unsigned short)__ffs(u16) < ((((unsigned)((u14) ^ (unsigned)(int)(settings.a)) % 8u) < 5u) ? (unsigned short)u16 : (unsigned short)63))) {
            F(24);
            h = mix_float(h, ((((unsigned)(p0) % 9u) < 3u) ? (double)constant_floats[(int)i18 & 7] : (double)fin[(gid * 2) & 1023]));
          } else if (((p0 > 0 && i17 % p0 < 3) && ((int)i17 > 0 && (int)i17 % (int)i17 < 2))) {
            F(25);
          }
        }
        if (__syncthreads_count(((signed char)((signed char)u14 | (signed char)(threadIdx.x)) < (signed char)(threadIdx.x))) < nt / 2) break;
      }
    __syncthreads(); }
  __syncthreads(); }
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)x0;
  OUT(4) = (int)u14;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
  FOUT(2) = (float)u13;
}
