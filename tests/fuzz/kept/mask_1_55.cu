// k55 1:55 block 8 8 1 grid 1 1 1 tail 5 dynamic_shared 256 sites 33
static __device__ __noinline__ float k55_f1(unsigned char a0) {
  unsigned long long v2 = (unsigned long long)((unsigned long long)constant_ints[((((unsigned)(a0) % 6u) < 2u) ? (int)a0 : 256) & 15] & (unsigned long long)a0);
  return (float)(short)~(short)6262;
}

__device__ __noinline__ int k55_f3(float a0, unsigned a1) {
  { int fuel4 = 0;
  for (;;) {
    F(0);
    if (fuel4++ >= 5) break;
    if (((-7.75 - (double)a0) == (double)k55_f1((unsigned char)32767))) { F(4); break; }
    for (int i5 = 0; i5 < (int)(((unsigned)(a1) % 3u) + 1u); ++i5) {
      F(1);
      if ((((unsigned)(a1) % 9u) < 2u)) {
        F(2);
      } else {
        F(3);
      }
    }
  }
  }
  return (int)constant_ints[((((unsigned)(a1) % 9u) < 1u) ? -1016538384 : (int)a1) & 15];
}

__global__ void k55(const int *in, const float *fin, int *out, float *fout,
    int *mem, unsigned char *bytes, int *shared_counters,
    unsigned long long *wide_counters, float *float_counters,
    int n, int p0, float p1, Settings settings) {
  const int nt = blockDim.x * blockDim.y * blockDim.z;
  const int tid = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int gid = tid + nt * (blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z));
  const int total = nt * gridDim.x * gridDim.y * gridDim.z;
  unsigned h = 1u;
  DYNAMIC_SHARED(int, shared_6_k55);
  int *shared_6 = shared_6_k55;
  __shared__ int bins[16];
  const bool active = gid < n;
  int x0 = in[gid & 1023];
  float x1 = fin[gid & 1023];
  h = mix(h, (unsigned short)in_range((float)(double)settings.b));
  { for (int bin = tid; bin < 16; bin += nt) bins[bin] = 0;
  __syncthreads();
  F(5);
  atomicAdd(&bins[(int)constant_ints[7] & 15], 1);
  if ((65535 < (int)tid)) atomicAdd(&bins[tid % 16], 3);
  __syncthreads();
  x0 ^= bins[tid & 15];
  __syncthreads(); }
  { shared_6[tid] = x0;
  __syncthreads();
    F(6);
    if ((((unsigned)(threadIdx.x) % 3u) < 2u)) {
      F(7);
      switch ((int)((unsigned)(threadIdx.x) % 6u)) {
      case 3: {
        F(8);
        if ((((unsigned)(threadIdx.x) % 7u) < 6u)) {
          F(9);
          if ((((unsigned)(h >> 7) % 4u) < 3u)) {
            F(10);
            double array7[8] = {fabs(2.0)};
            signed char v9 = (signed char)constant_ints[10];
            { F(11); x0 = (int)in_range(k55_f1((unsigned char)k55_f3(x1, 2u))); }
            { const int *at = in + (((p1 > 2.0f) ? (int)h : p0) & 511), *end = at + ((int)((unsigned)p0 * (unsigned)-128) & 7) * 3;
              for (; at < end; at += 3) { F(12); x0 ^= *at; } }
          } else {
            F(13);
            h = mix(h, (signed char)((unsigned)(signed char)((signed char)h ^ (signed char)(settings.a)) * (unsigned)(signed char)shared_6[(unsigned)(tid / 2) % (unsigned)(nt)]));
            h = mix(h, (unsigned char)((unsigned char)(unsigned char)h % 1));
            h = mix(h, (unsigned long long)constant_ints[(int)((int)(tid & 1023) + (int)(p0 & 255)) & 15]);
          }
        } else {
          F(14);
          MEM_BY_SLOT(((int)((int)tid >> (h & 31)) & 7)) = p0;
          h = mix(h, (short)h);
          x1 = (((float)0.5 + (float)(short)(threadIdx.z)) + ((float)k55_f1((unsigned char)2) + (float)p1));
          x0 = (int)((int)(unsigned short)active & (int)shared_6[(unsigned)((unsigned)((int)(h & 1023) + (int)((unsigned)(n) & 255))) % (unsigned)(nt)]);
        }
        signed char v10 = (signed char)((unsigned)(signed char)((int)((signed char)p0 & 1023) - (int)((signed char)tid & 255)) << (remainder_of<unsigned>(h, h) & 31));
      } break;
      case 1: {
        F(15);
        F(16); atomicXor(&shared_counters[80 + ((((x0 & 7) != 0) ? tid : x0) & 15)], ((int)k55_f3((float)k55_f1((unsigned char)active), (unsigned)shared_6[(unsigned)(tid + 1) % (unsigned)(nt)])));
        { int fuel11 = 0;
        do {
          F(17);
          if ((((fuel11 > 0 && fuel11 % fuel11 < 1) ? (unsigned long long)h : (unsigned long long)active) > (unsigned long long)(blockDim.x))) {
            F(18);
            { auto lambda12 = [&](int x) { h ^= (unsigned)in_range((float)constant_floats[4]); return x & 255; };
              int first = lambda12((int)shared_6[(unsigned)(nt - 1 - tid) % (unsigned)(nt)]);
              h = mix(h, first);
              int second = lambda12((int)in[(gid) & 1023]);
              h = mix(h, second); }
          } else {
            F(19);
            { const int *at = in + ((int)((int)(x0 & 1023) - (int)((int)(n) & 255)) & 511), *end = at + ((int)((unsigned)(int)fuel11 + (unsigned)p0) & 7) * 1;
              for (; at < end; at += 1) { F(20); x0 ^= *at; } }
            { const int *at = in + ((int)((int)(threadIdx.z) ^ (int)x0) & 511), *end = at + ((int)((unsigned)fuel11 - (unsigned)tid) & 7) * 2;
              for (; at < end; at += 2) { F(21); x0 ^= *at; } }
          }
          F(22); atomicAdd(&float_counters[((int)shared_6[(unsigned)(32u) % (unsigned)(nt)] & 15)], (float)(((int)((int)(0u - (unsigned)(int)x0) & (int)p0)) & 15));
          MEM_BY_SLOT(((int)((unsigned)-65535 + (unsigned)x0) & 7)) = (((unsigned)(tid % 32) <= h) ? (int)((unsigned)(int)fuel11 * (unsigned)fuel11) : (int)k55_f3((float)p1, h)); x0 ^= MEM_BY_SLOT((((((unsigned)((x0) ^ (unsigned)(threadIdx.z)) % 9u) < 8u) ? (int)fuel11 : (int)x0) & 7));
        } while ((((unsigned)((x0) ^ (unsigned)(threadIdx.y)) % 3u) < 2u) && ++fuel11 < 8);
        }
      } break;
      default: {
        F(23);
        h = mix(h, (int)((unsigned)(int)constant_ints[(int)(p0 | x0) & 15] - (unsigned)(int)((int)(p0 & 1023) + (int)((int)p0 & 255))));
      }
      case 2: {
        F(24);
        for (int i13 = 1, end = ((int)((unsigned)p0 * (unsigned)x0) & 1); i13 < end; i13 += 2) {
          F(25);
          if ((h != (unsigned)constant_ints[(int)(p0 > 0 && (int)i13 % p0 < 2) & 15])) {
            F(26);
            if ((((tid > 0 && tid % tid < 2) ? p1 : p1) > ((float)settings.b * x1))) { F(27); continue; }
            { F(28); x0 = (int)k55_f3(x1, (unsigned)k55_f3((float)x1, h)); }
          }
          if (((short)(int)p0 == (short)((short)5 ^ (short)(tid % 32)))) {
            F(29);
            { auto lambda15 = [&](int x) { h ^= h; return x & 255; };
              int first = lambda15(p0);
              h = mix(h, first);
              int second = lambda15((int)in[(int)((int)x0 | p0) & 1023]);
              h = mix(h, second); }
          }
        }
        exit_14:;
      } break;
      case 4: {
        F(30);
      } break;
      case 5: {
        F(31);
      } break;
      }
    } else {
      F(32);
    }
  __syncthreads(); }
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)active;
  OUT(4) = (int)x0;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
}
