// k59 1:59 block 37 1 1 grid 2 2 1 tail 0 dynamic_shared 0 sites 22
__device__ int k59_table1_0(int a0, int a1) {
  a0 = (int)a0;
  switch ((int)((unsigned)(a1) % 4u)) {
  case 3: {
    F(0);
  } break;
  default: {
    F(1);
  } break;
  case 1: {
    F(2);
  } break;
  case 0: {
    F(3);
  } break;
  }
  return (int)(int)((int)(a1 & 1023) * (int)((int)a0 & 255));
}

__device__ int k59_table1_1(int a0, int a1) {
  return (int)((int)(a0 & a0) & 0);
}

__device__ int k59_table1_2(int a0, int a1) {
  return divide<int>((int)((unsigned)a0 * (unsigned)a0), (int)constant_ints[11]);
}

__device__ int k59_table1_3(int a0, int a1) {
  return (int)((unsigned)(int)((int)(a0 & 1023) - (int)(a1 & 255)) << ((unsigned)__umulhi(a1, a0) & 31));
}

typedef int (*k59_table1_type)(int, int);
__constant__ k59_table1_type k59_table1[4] = {k59_table1_0, k59_table1_1, k59_table1_2, k59_table1_3};
__device__ inline int k59_table1_call(int which, int x, int y) { return k59_table1[which & 3](x, y); }
__device__ inline int k59_table1_choose(bool which, int x) { k59_table1_type chosen = which ? k59_table1_0 : k59_table1_1; return chosen(x, 5); }

__global__ void k59(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  float array2[4] = {(float)fin[541]};
  if ((((unsigned)(x0) % 8u) < 7u)) {
    F(4);
    short v4 = (short)((int)((short)x0 & 1023) - (int)((short)((int)((short)26187 & 1023) + (int)((short)(p0) & 255)) & 255));
    float v5 = (float)array2[(int)constant_ints[11] & 3];
    float v6 = (x1 + (x1 / p1));
    unsigned v7 = (unsigned)p0;
  } else {
    F(5);
    x1 = ((p1 - (x1 - x1)) < (((h & 2) != 0) ? (float)(double)x1 : ((p0 > 0 && p0 % p0 < 3) ? 1024.0f : (float)settings.b)) ? (p1 - (x1 - x1)) : (((h & 2) != 0) ? (float)(double)x1 : ((p0 > 0 && p0 % p0 < 3) ? 1024.0f : (float)settings.b)));
    if ((p0 > 0 && (int)(p0 ^ 16) % p0 < 1)) {
      F(6);
      h += (unsigned)k59_table1_call((int)__umulhi(p0, x0), p0, -100);
      float array8[2];
      for (int i9 = 0; i9 < 2; ++i9) array8[i9] = (float)p1;
      F(7); atomicMax(&shared_counters[32 + ((int)constant_ints[(int)constant_ints[(int)(x0 >> (h & 31)) & 15] & 15] & 15)], ((int)k59_table1_choose((unsigned)((unsigned)h * (unsigned)h), (int)((unsigned)(int)h << (h & 31)))));
      if (((long long)((long long)x0 >> (h & 63)) >= (long long)((long long)x0 / 10))) {
        F(8);
        { int fuel10 = 0;
        while (((p1 - p1) < (float)p1) && fuel10++ < 2) {
          F(9);
          array2[(int)in[989] & 3] = (float)array2[(int)__mulhi(p0, p0) & 3];
        }
        }
      } else {
        F(10);
        { int fuel11 = 0;
        for (;;) {
          F(11);
          if (((fmax(0.1, (double)p1) + 0.0) == ((double)settings.b - (double)p1))) { F(12); break; }
          if (fuel11++ >= 8) break;
          float v12 = rintf(sqrtf(fabsf(p1)));
          array8[0] = (p1 + (fminf(v12, (float)x1) + 0.0f));
          BYTES(((int)(short)tid & 15)) = (unsigned char)(int)in_range((float)array8[(int)(fuel11 | tid) & 1]); x0 ^= BYTES(((int)(long long)513632632 & 15));
          array8[(int)constant_ints[(int)((unsigned)(int)(threadIdx.z) - (unsigned)(int)x0) & 15] & 1] = ((float)array2[3] / ((float)v12 * x1));
        }
        }
        if ((((short)in_range(p1) & 3) != 0)) {
          F(13);
          h = mix(h, (signed char)x0);
          { F(14); x0 = (int)k59_table1_call((int)in_range(x1), (int)(x0 ^ p0), (int)((int)p0 > 0 && tid % (int)p0 < 3)); }
        }
      }
    } else if (((int)p0 == (int)((int)(p0 & 1023) - (int)((int)(nt) & 255)))) {
      F(15);
      { int x = (int)((unsigned)(int)k59_table1_choose(h, p0) - (unsigned)(int)(p0 & tid)), y = p0; if (y > 0) { F(16); x0 = x / y + x % y; } }
      h = mix(h, (unsigned char)in[(gid + 1) & 1023]);
      { const int *at = in + ((int)(0u - (unsigned)tid) & 511), *end = at + ((int)k59_table1_call((int)tid, tid, x0) & 7) * 3;
        for (; at < end; at += 3) { F(17); x0 ^= *at; } }
      h = mix_float(h, sqrtf(fabsf(x1)));
    }
  }
  if ((((unsigned)(blockIdx.x) % 6u) < 3u)) {
    F(18);
    F(19); atomicMax(&wide_counters[16 + ((int)constant_ints[(int)constant_ints[15] & 15] & 15)], (unsigned long long)(-3));
    x0 = (int)((int)(p0 & 1023) * (int)((int)(tid % 32) & 255));
  } else {
    F(20);
    array2[(int)((unsigned)p0 + (unsigned)(int)(tid % 32)) & 3] = (float)constant_floats[(int)constant_ints[(int)((int)tid | x0) & 15] & 7];
    array2[(int)x0 & 3] = (p1 / p1);
  }
  { int fuel13 = 0;
  while (((int)((unsigned)tid - (unsigned)p0) > (int)k59_table1_call(p0, (int)tid, tid)) && fuel13++ < 5) {
    F(21);
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
