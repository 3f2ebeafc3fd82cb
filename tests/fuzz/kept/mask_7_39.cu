// k39 7:39 block 7 9 1 grid 1 1 1 tail 0 dynamic_shared 0 sites 32
__device__ __noinline__ int k39_f1(int a0) {
  int array2[8];
  for (int i3 = 0; i3 < 8; ++i3) array2[i3] = (int)~(int)constant_ints[divide<int>(a0, (int)a0) & 15];
  return (int)~(int)a0;
}

__device__ __noinline__ unsigned k39_f4(float a0) {
  if ((((unsigned)((unsigned)constant_ints[(int)constant_ints[(int)(384519795 | 3) & 15] & 15]) % 2u) < 1u)) {
    F(0);
    a0 = ((a0 * 1e-3f) / (1024.0f + (float)a0));
  } else if ((((unsigned)((unsigned)((unsigned)8u + (unsigned)63u)) % 3u) < 2u)) {
    F(1);
  } else {
    F(2);
  }
  return (unsigned)((int)((unsigned)(667768718u & 5u) & 1023) - (int)((unsigned)k39_f1(1000) & 255));
}

__global__ void k39(const int *in, const float *fin, int *out, float *fout,
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
  h = mix(h, (signed char)((signed char)constant_ints[(int)((int)((int)(threadIdx.y) & 1023) + (int)(p0 & 255)) & 15] ^ (signed char)constant_ints[(int)k39_f4(x1) & 15]));
  { const int *at = in + (x0 & 511), *end = at + ((int)((unsigned)(int)p0 - (unsigned)(int)(settings.a)) & 7) * 1;
    for (; at < end; at += 1) { F(3); x0 ^= *at; } }
  for (int i5 = 1, end = (int)(((unsigned)(x0) % 2u) + 1u); i5 < end; i5 += 2) {
    F(4);
    if ((((signed char)((signed char)p0 & (signed char)(tid % 32)) & 3) != 0)) { F(5); OUT(0) = (int)(unsigned long long)3; return; }
  }
  exit_6:;
  x1 = (x1 * (float)settings.b);
  x1 = (float)p1;
  if (((short)((unsigned)(short)tid * (unsigned)(short)h) < (short)((unsigned)(short)h + (unsigned)(short)x0))) {
    F(6);
    for (int i7 = 1, end = (int)(((unsigned)((x0) ^ (unsigned)constant_ints[tid & 15]) % 2u) + 1u); i7 < end; i7 += 2) {
      F(7);
      { auto lambda9 = [&](int x) { x0 ^= remainder_of<int>((int)k39_f1((int)tid), (int)((unsigned)tid * (unsigned)(int)(tid))); return x & 255; };
        int first = lambda9(i7);
        h = mix(h, first);
        int second = lambda9((int)k39_f1(i7));
        h = mix(h, second); }
      F(8); atomicMax(&wide_counters[16 + (divide<int>(i7, i7) & 15)], (unsigned long long)((int)(unsigned char)k39_f4((float)x1)));
      if (((int)((int)(p0 & 1023) * (int)(255 & 255)) > p0)) {
        F(9);
        { auto lambda10 = [&](int x) { h ^= (unsigned)constant_ints[remainder_of<int>(p0, tid) & 15]; return x & 255; };
          int first = lambda10((((tid & 3) != 0) ? (int)(blockIdx.y) : x0));
          h = mix(h, first);
          int second = lambda10((int)((unsigned)p0 * (unsigned)(int)(gid)));
          h = mix(h, second); }
        if (((short)((int)((short)(tid % 32) & 1023) * (int)((short)1 & 255)) == (short)((short)(nt) ^ (short)(p0)))) { F(10); continue; }
      } else if ((((unsigned)(p0) % 6u) < 1u)) {
        F(11);
        for (int i11 = 1, end = (int)(((unsigned)(i7) % 3u) + 1u); i11 < end; i11 += 2) {
          F(12);
          BYTES(((int)((unsigned)(int)p0 << (h & 31)) & 15)) = (unsigned char)(int)((int)((int)((unsigned)(int)(threadIdx.y) - (unsigned)tid) & 1023) + (int)((int)((unsigned)i11 - (unsigned)(int)(threadIdx.z)) & 255)); x0 ^= BYTES(((int)(2 ^ tid) & 15));
        }
        exit_12:;
        if ((((unsigned)((i7) ^ remainder_of<unsigned>(h, h)) % 4u) < 3u)) { F(13); continue; }
      } else {
        F(14);
        if ((((unsigned)((h >> 7) ^ (unsigned)constant_ints[(((h & 3) != 0) ? p0 : p0) & 15]) % 3u) < 1u)) {
          F(15);
          int v13 = (int)((int)((unsigned)i7 + (unsigned)tid) >> ((unsigned)(h ^ h) & 31));
        } else {
          F(16);
          if ((((unsigned)(tid) % 2u) < 1u)) { F(17); goto exit_8; }
        }
      }
      float v14 = ((0.0f + x1) + (float)(double)p1);
    }
    exit_8:;
  } else {
    F(18);
    for (int i15 = 1, end = 2; i15 < end; i15 += 2) {
      F(19);
      { F(20); h = (unsigned)k39_f4(p1); }
      MEM_BY_SLOT(((int)(short)-7 & 7)) = (((int)h > 0 && 3 % (int)h < 9) ? remainder_of<int>(x0, p0) : (int)(unsigned char)h);
      x0 = (int)((int)__popcll((unsigned long long)p0 * 77u) ^ p0);
      switch ((int)((unsigned)((((unsigned)((in[(gid + p0) & 1023]) ^ (unsigned)(x0 > 0 && p0 % x0 < 9)) % 8u) < 1u) ? tid : p0) - (unsigned)3)) {
      case 10: {
        F(21);
        if (((int)p0 > 0 && (int)(unsigned short)p0 % (int)p0 < 9)) {
          F(22);
          unsigned long long v16 = (unsigned long long)in[(gid + 1) & 1023];
        } else if ((((unsigned)((blockIdx.x) ^ (unsigned)((unsigned)(blockDim.x) ^ (unsigned)p0)) % 9u) < 5u)) {
          F(23);
          switch ((int)((unsigned)(h) % 5u)) {
          case 1: {
            F(24);
          }
          case 4: {
            F(25);
            if ((x1 != x1)) h = 63u; else if (((double)settings.b < (double)p1)) h = 65535u;
            h = (unsigned)((unsigned)h + (unsigned)h);
          } break;
          case 2: {
            F(26);
            int v17 = (int)in_range(x1);
          } break;
          case 3: {
            F(27);
          }
          }
        } else {
          F(28);
        }
      } break;
      case 5: {
        F(29);
      } break;
      default: {
        F(30);
      } break;
      case -3: {
        F(31);
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
}
