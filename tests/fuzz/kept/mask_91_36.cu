// k36 91:36 block 16 4 1 grid 2 2 1 tail 0 dynamic_shared 0 sites 24
__device__ __noinline__ long long k36_f1(unsigned char a0, unsigned char a1) {
  unsigned v2 = (unsigned)((unsigned)((unsigned)a0 | (unsigned)a0) % 3);
  v2 = (unsigned)constant_ints[(int)((unsigned)(int)a0 + (unsigned)(int)v2) & 15];
  for (int i3 = (int)(((unsigned)(a0) % 4u) + 1u); i3 > 0; --i3) {
    F(0);
    if ((i3 > 0 && (int)((unsigned)i3 << (v2 & 31)) % i3 < 2)) {
      F(1);
    }
  }
  return (long long)((unsigned long long)(long long)255 * (unsigned long long)(long long)((long long)a1 & (long long)a0));
}

static __device__ __noinline__ int k36_f4(unsigned char a0) {
  return (int)(((32767 > 0 && (int)a0 % 32767 < 3) ? (int)a0 : (int)a0) ^ (int)constant_ints[(int)in_range(0.5f) & 15]);
}

__global__ void k36(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  __shared__ int shared_5[64];
  __shared__ int bins[16];
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  if ((((unsigned)((h) ^ h) % 6u) < 5u)) {
    F(2);
    if (((((unsigned)(p0) % 2u) < 1u) || (((unsigned)(x0) % 2u) < 1u))) {
      F(3);
      h |= (unsigned)((unsigned)(unsigned)in_range((float)p1) - (unsigned)(unsigned)k36_f4((unsigned char)(blockIdx.x)));
      if ((tid <= divide<int>(x0, x0))) {
        F(4);
        h = mix_float(h, rintf(((p0 > 0 && x0 % p0 < 9) ? (float)p1 : (float)p1)));
      } else {
        F(5);
        if ((tid <= (int)(unsigned long long)(threadIdx.y))) {
          F(6);
          float array6[8];
          for (int i7 = 0; i7 < 8; ++i7) array6[i7] = ((x1 / (float)x1) + (float)(double)p1);
          if (((unsigned)constant_ints[(int)((unsigned)x0 * (unsigned)tid) & 15] > (unsigned)(h ^ h))) {
            F(7);
            int v8 = (int)(settings.a);
            MEM(((int)((unsigned)v8 << ((unsigned)(threadIdx.z) & 31)) & 7)) = (int)((unsigned)(int)(0u - (unsigned)p0) << ((unsigned)(threadIdx.x) & 31)); v8 ^= MEM(((int)in[(int)(((unsigned)(tid) % 3u) < 2u) & 1023] & 7));
            if ((p1 != p1)) v8 = 900111253; else if (((int)p0 >= tid)) v8 = 32767;
            { F(8); x1 = (float)k36_f4((unsigned char)((int)((unsigned char)(threadIdx.y) & 1023) * (int)((unsigned char)h & 255))); }
          }
          float v9 = (fminf((p1 + (float)settings.b), (float)(signed char)tid) + 0.0f);
          unsigned char array10[16];
          for (int i11 = 0; i11 < 16; ++i11) array10[i11] = (unsigned char)(((unsigned)(i11) % 6u) < 1u);
        }
      }
      long long v12 = (long long)((unsigned long long)(long long)((unsigned long long)(long long)(n) - (unsigned long long)(long long)p0) * (unsigned long long)(long long)((unsigned long long)(long long)h * (unsigned long long)(long long)p0));
    } else {
      F(9);
      h = (unsigned)in[233];
      for (int i13 = 1, end = 4; i13 < end; i13 += 2) {
        F(10);
        { F(11); x1 = (float)k36_f4((unsigned char)in_range((float)x1)); }
      }
    }
    for (int i14 = 1, end = (int)(((unsigned)((x0) ^ (unsigned)((int)(h & 1023) * (int)(h & 255))) % 4u) + 1u); i14 < end; i14 += 2) {
      F(12);
      if ((((unsigned)(threadIdx.x) % 5u) < 1u)) {
        F(13);
        if ((((int)constant_ints[(int)~-127 & 15] & 1) != 0)) {
          F(14);
          h = mix(h, (short)((short)(blockIdx.y) ^ (short)((short)h ^ (short)p0)));
          if ((((unsigned)((unsigned)(blockDim.x) & h) & 7) != 0)) {
            F(15);
            int array16[2];
            for (int i17 = 0; i17 < 2; ++i17) array16[i17] = (int)constant_ints[i17 & 15];
            if ((((unsigned)((in[(gid + p0) & 1023]) ^ ((h == h) ? (unsigned)tid : h)) % 9u) < 6u)) { F(16); break; }
            { F(17); int2 vector18 = ((const int2 *)in)[((int)array16[1]) & 511]; h = mix(h, vector18.x ^ vector18.y); }
            if (((int)((unsigned)p0 << ((unsigned)(threadIdx.x) & 31)) > ((x0 > 0 && (int)h % x0 < 1) ? tid : i14))) { F(18); OUT(0) = (int)(unsigned short)i14; return; }
          } else {
            F(19);
            { F(20); int4 vector19 = make_int4((int)(unsigned short)x0, (int)k36_f4((unsigned char)128), remainder_of<int>(tid, 411215070), (int)in_range((float)settings.b)); vector19.x ^= vector19.w; h = mix(h, vector19.x ^ vector19.y & vector19.z); }
            unsigned v20 = (unsigned)((unsigned)(unsigned)((int)(65535u & 1023) * (int)(h & 255)) * (unsigned)(unsigned)constant_ints[(int)in[(int)((int)(p0 & 1023) * (int)((int)h & 255)) & 1023] & 15]);
            if ((((unsigned)(i14) % 2u) < 1u)) { F(21); break; }
          }
        } else if ((((((unsigned)(nt) <= (unsigned)p0) ? (unsigned long long)(blockIdx.y) : (unsigned long long)255) & 1) != 0)) {
          F(22);
          h = (unsigned)((unsigned)h - (unsigned)h);
          { F(23); h = (unsigned)k36_f1((unsigned char)((unsigned char)x0 ^ (unsigned char)p0), (unsigned char)k36_f1((unsigned char)(settings.a), (unsigned char)h)); }
        }
      }
    }
    exit_15:;
  }
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)x0;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
}
