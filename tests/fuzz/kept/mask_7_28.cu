// k28 7:28 block 4 4 4 grid 2 1 1 tail 30 dynamic_shared 0 sites 28
__global__ void k28(const int *in, const float *fin, int *out, float *fout,
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
  { const int *at = in + ((int)constant_ints[divide<int>((int)tid, -127) & 15] & 511), *end = at + (63 & 7) * 2;
    for (; at < end; at += 2) { F(1); x0 ^= *at; } }
  h = mix_float(h, (float)(unsigned)((int)(291949896u & 1023) * (int)((unsigned)(threadIdx.x) & 255)));
  if (!(((unsigned)((x0) ^ (unsigned)((unsigned)h - (unsigned)(unsigned)h)) % 4u) < 2u)) {
    F(2);
    { F(3); uchar4 vector1 = make_uchar4((int)(tid >> (h & 31)), (((float)settings.b < p1) ? p0 : p0), (int)((unsigned)x0 + (unsigned)tid), ((p0 > 0 && x0 % p0 < 2) ? x0 : (int)(p0))); h = mix(h, vector1.x * vector1.y + vector1.z - vector1.w); }
  } else if ((h <= (unsigned)constant_ints[tid & 15])) {
    F(4);
    { int fuel2 = 0;
    for (;;) {
      F(5);
      if (fuel2++ >= 5) break;
      h = (unsigned)((unsigned)h << (h & 31));
      if ((((unsigned)((x0) ^ (unsigned)(h & h)) % 6u) < 3u)) { F(6); break; }
    }
    }
    { int x = remainder_of<int>((int)(p0 ^ (int)(tid % 32)), (int)constant_ints[(int)((int)(tid & 1023) * (int)(p0 & 255)) & 15]), y = (int)((int)(x0 & 1023) - (int)(p0 & 255)); if (x > -30000 && x < 30000 && y >= 0 && y <= 30000) { F(7); x0 = x * y + y; } }
  }
  bool v3 = (((unsigned)(in[(gid + p0) & 1023]) % 4u) < 3u);
  for (int i4 = (int)(((unsigned)(settings.a) % 4u) + 1u); i4 > 0; --i4) {
    F(8);
    x1 = rintf(rintf(x1));
    if (((((unsigned short)(blockIdx.x) <= (unsigned short)p0) ? (long long)1 : (long long)p0) > (long long)((long long)(blockIdx.x) | (long long)(blockIdx.y)))) {
      F(9);
      { int fuel6 = 0;
      while (((remainder_of<unsigned short>((unsigned short)(threadIdx.y), (unsigned short)p0) & 3) != 0) && fuel6++ < 5) {
        F(10);
        float v7 = (float)(short)p0;
      }
      }
      if ((p1 == p1)) { F(11); goto exit_5; }
    } else {
      F(12);
      { int fuel8 = 0;
      while ((((unsigned)((h) ^ (unsigned)((unsigned)h * (unsigned)(unsigned)tid)) % 2u) < 1u) && fuel8++ < 3) {
        F(13);
        h = (unsigned)in[(int)constant_ints[(int)(i4 ^ i4) & 15] & 1023];
      }
      }
      v3 = ((int)(0u - (unsigned)p0) < (int)((unsigned)tid - (unsigned)(int)i4));
    }
    { F(14); uchar4 vector9 = make_uchar4((int)((unsigned)tid * (unsigned)x0), tid, (int)in[(int)((unsigned)tid << (16u & 31)) & 1023], tid); h = mix(h, vector9.x * vector9.y + vector9.z - vector9.w); }
    if ((((unsigned)(tid) % 9u) < 4u)) {
      F(15);
      if ((((unsigned)(h >> 7) % 9u) < 7u)) {
        F(16);
        int array10[4];
        for (int i11 = 0; i11 < 4; ++i11) array10[i11] = (int)((unsigned)(int)(x0 ^ i11) + (unsigned)(int)in[(int)((int)(p0 & 1023) * (int)(-127 & 255)) & 1023]);
      } else {
        F(17);
        h = mix(h, (signed char)(unsigned short)__umulhi(i4, x0));
        switch ((int)((unsigned)((h) ^ (unsigned)((unsigned)h + (unsigned)h)) % 3u)) {
        default: {
          F(18);
          h = mix_float(h, (((i4 > (int)h) ? 1e-3f : 2.0f) * floorf(p1)));
          if ((((unsigned)(p0) % 2u) < 1u)) {
            F(19);
            h = mix_float(h, ((double)fin[i4 & 1023] * ((double)x1 * (double)settings.b)));
            v3 = (bool)p0;
            h = mix_float(h, (float)(1.0 - 0.5));
          }
        } break;
        case 1: {
          F(20);
        }
        case 0: {
          F(21);
          unsigned short v12 = (unsigned short)((unsigned short)((unsigned)(unsigned short)(blockIdx.x) - (unsigned)(unsigned short)x0) | (unsigned short)1000);
          h = mix_float(h, p1);
        } break;
        }
        for (int i13 = ((int)v3 & 7); i13 > 0; --i13) {
          F(22);
          if ((((unsigned)(p0) % 8u) < 5u)) {
            F(23);
            int array15[16] = {(int)(x0 & (int)(tid % 32)), (int)max((int)(tid % 32), p0), (int)(i13 | p0), (int)~x0, (int)i4, ((((unsigned)(in[(gid + p0) & 1023]) % 7u) < 3u) ? tid : (int)v3), (((double)x1 != (double)x1) ? tid : (int)v3), i13};
          } else if ((((unsigned)(p0) % 8u) < 1u)) {
            F(24);
            v3 = (bool)(blockIdx.x);
            v3 = (((unsigned)((tid) ^ (unsigned)(h ^ h)) % 2u) < 1u);
          }
          if ((((unsigned)((in[(gid + p0) & 1023]) ^ (unsigned)v3) % 2u) < 1u)) { F(25); continue; }
          if ((((unsigned)((tid) ^ (unsigned)__ffs(i4)) % 8u) < 4u)) { F(26); OUT(0) = (int)((unsigned)p0 + (unsigned)i4); return; }
        }
        exit_14:;
      }
    } else {
      F(27);
      unsigned v17 = (unsigned)((unsigned)in[378] | (unsigned)(32u >> (976608270u & 31)));
    }
  }
  exit_5:;
  OUT(0) = (int)h;
  OUT(1) = (int)tid;
  OUT(2) = (int)p0;
  OUT(3) = (int)x0;
  OUT(4) = (int)v3;
  FOUT(0) = (float)p1;
  FOUT(1) = (float)x1;
}
