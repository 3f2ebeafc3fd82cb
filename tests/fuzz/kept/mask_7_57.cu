// k57 7:57 block 128 1 1 grid 1 2 2 tail 30 dynamic_shared 0 sites 32
__device__ __noinline__ int k57_f1(unsigned char a0, float a1, int a2) {
  a1 = (float)1e-3;
  return (int)((unsigned)(int)a0 + (unsigned)a2);
}

__global__ void k57(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  if (gid >= n) { F(0); return; }
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  float array2[4];
  for (int i3 = 0; i3 < 4; ++i3) array2[i3] = (float)fin[(gid + 1) & 1023];
  { int fuel4 = 0;
  while ((((unsigned)(h) % 8u) < 2u) && fuel4++ < 2) {
    F(1);
    for (int i5 = (int)(((unsigned)((settings.a) ^ 63u) % 8u) + 1u); i5 > 0; --i5) {
      F(2);
      long long array6[8];
      for (int i7 = 0; i7 < 8; ++i7) array6[i7] = (long long)constant_ints[(int)(i7 | (int)(threadIdx.x)) & 15];
      int v8 = x0;
    }
  }
  }
  array2[x0 & 3] = ((float)-3.25 * (float)array2[tid & 3]);
  if ((((unsigned)(p0) % 3u) < 1u)) {
    F(3);
    x1 -= (float)constant_floats[3];
    int array9[16] = {(int)(tid & (int)(threadIdx.z))};
  } else if ((((unsigned)(threadIdx.x) % 9u) < 2u)) {
    F(4);
    x1 = ((float)array2[(int)(unsigned char)(tid) & 3] - ((((unsigned)(x0) % 4u) < 1u) ? 1024.0f : x1));
    if (((long long)((unsigned long long)(long long)tid - (unsigned long long)(long long)x0) > (long long)((unsigned long long)(long long)x0 * (unsigned long long)(long long)(settings.a)))) {
      F(5);
      array2[(int)constant_ints[tid & 15] & 3] = (float)x1;
      { F(6); x0 = (int)k57_f1((unsigned char)k57_f1((unsigned char)h, x1, p0), (((signed char)p0 <= (signed char)1000) ? p1 : p1), (int)h); }
    } else {
      F(7);
      if ((((unsigned)(tid) % 6u) < 1u)) {
        F(8);
        if (((int)in[(gid + 1) & 1023] < (int)((unsigned)p0 + (unsigned)tid))) {
          F(9);
          MEM_BY_SLOT(((int)((int)tid | p0) & 7)) = (int)((int)((int)((int)(p0 & 1023) * (int)(x0 & 255)) & 1023) * (int)((int)__popcll((unsigned long long)(int)p0 * 77u) & 255));
        } else {
          F(10);
          h = mix(h, (unsigned char)k57_f1((unsigned char)((unsigned)(unsigned char)(tid) << ((unsigned)x0 & 31)), (x1 - x1), (int)in[(int)((int)(tid & 1023) - (int)((int)h & 255)) & 1023]));
        }
        unsigned char array11[8];
        for (int i12 = 0; i12 < 8; ++i12) array11[i12] = (unsigned char)(nt);
        h = mix(h, (unsigned short)in_range((p1 * p1)));
        float v13 = (float)array2[(int)(tid % 1) & 3];
      } else if ((((unsigned)((h) ^ h) % 9u) < 2u)) {
        F(11);
        h = (unsigned)((unsigned)(unsigned)(h | (unsigned)x0) << ((unsigned)p0 & 31));
        if ((((unsigned char)((unsigned)(unsigned char)(n) << (h & 31)) & 1) != 0)) { F(12); OUT(0) = (((unsigned char)7 == (unsigned char)tid) ? tid : tid); return; }
      }
      { F(13); Pair vector14 = {(int)((int)((int)x0 & 1023) * (int)(tid & 255)), (short)-100, {1.0f, (float)(int)(long long)(threadIdx.z)}}; Pair copy = vector14; copy.values[((int)((int)x0 | p0)) & 1] += 2.0f; h = mix_float(h, copy.values[1] + copy.small + vector14.first); }
      for (int i15 = 1, end = (int)(((unsigned)(blockIdx.x) % 4u) + 1u); i15 < end; i15 += 2) {
        F(14);
        if (((unsigned long long)in[(int)__popcll((unsigned long long)p0 * 77u) & 1023] != (unsigned long long)((unsigned long long)(unsigned long long)x0 + (unsigned long long)(unsigned long long)(n)))) { F(15); continue; }
      }
      for (int i16 = 0; i16 < (int)(((unsigned)((n) ^ (unsigned)constant_ints[(int)((unsigned)p0 + (unsigned)-32767) & 15]) % 3u) + 1u); ++i16) {
        F(16);
        h = (unsigned)in[(tid + p0) & 1023];
        { F(17); int4 vector17 = make_int4(remainder_of<int>(p0, tid), remainder_of<int>(tid, tid), 8, (int)in[671]); vector17.x ^= vector17.w; h = mix(h, vector17.x ^ vector17.y & vector17.z); }
        for (int i18 = 0; i18 < (int)(((unsigned)(x0) % 3u) + 1u); ++i18) {
          F(18);
          if (((long long)constant_ints[i18 & 15] < (long long)((int)((long long)i16 & 1023) * (int)((long long)(threadIdx.z) & 255)))) { F(19); OUT(0) = (int)in[i18 & 1023]; return; }
          BYTES(((int)((unsigned)i18 + (unsigned)tid) & 15)) = (unsigned char)(int)((unsigned)(int)((unsigned)p0 - (unsigned)i16) - (unsigned)remainder_of<int>(tid, tid));
          { F(20); float2 vector19 = make_float2((float)(int)__clzll((long long)(int)(tid % 32)), (float)(int)in_range(p1)); vector19.y -= vector19.x; h = mix_float(h, vector19.x * 0.5f + vector19.y); }
        }
      }
    }
  }
  { int fuel20 = 0;
  for (;;) {
    F(21);
    if (fuel20++ >= 8) break;
    if ((((unsigned)((x0) ^ (unsigned)in[1019]) % 5u) < 4u)) { F(31); break; }
    int v21 = (int)((unsigned)(int)(fuel20 | (int)h) * (unsigned)(int)((unsigned)65535 + (unsigned)p0));
    switch ((int)((unsigned)((h) ^ (unsigned)(0u - (unsigned)32767u)) % 5u)) {
    case 0: {
      F(22);
      { F(23); h = (unsigned)k57_f1((unsigned char)8, (x1 * (float)p1), (int)in[(gid * 2) & 1023]); }
      { int fuel22 = 0;
      for (;;) {
        F(24);
        if ((((unsigned)(in[(gid + p0) & 1023]) % 2u) < 1u)) { F(26); break; }
        if (fuel22++ >= 8) break;
        { F(25); Pair vector23 = {(int)constant_ints[((tid > 0 && x0 % tid < 3) ? fuel20 : (int)(blockIdx.y)) & 15], (short)(int)((int)(p0 & 1023) + (int)(v21 & 255)), {1.0f, (float)(int)(signed char)x0}}; Pair copy = vector23; copy.values[((int)((int)((int)(gid) & 1023) - (int)(v21 & 255))) & 1] += 2.0f; h = mix_float(h, copy.values[1] + copy.small + vector23.first); }
      }
      }
    } break;
    case 1: {
      F(27);
    } break;
    case 2: {
      F(28);
    } break;
    default: {
      F(29);
    } break;
    case 4: {
      F(30);
    } break;
    }
  }
  }
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)x0;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
  FOUT(0) = (float)array2[3];
}
