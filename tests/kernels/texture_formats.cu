// What textures hold and how it is read: integers, numbers from 0 to 1, vectors, half precision,
// linear and pitched memory, gathers; and what creating one refuses.
// expect-path: vector
#include "check.h"
#include <cmath>

__global__ void read(cudaTextureObject_t bytes, cudaTextureObject_t signs,
                     cudaTextureObject_t quads, cudaTextureObject_t plain, cudaTextureObject_t half,
                     cudaTextureObject_t line, float *out, int4 *integers) {
  int i = threadIdx.x;
  out[i] = tex1D<float>(bytes, i + 0.5f);
  out[32 + i] = tex1D<float>(signs, i + 0.5f);
  float4 q = tex2D<float4>(quads, i + 0.5f, 0.5f);
  out[64 + i] = q.x + 10 * q.y + 100 * q.z + 1000 * q.w;
  out[96 + i] = tex1Dfetch<float>(half, i);
  uchar4 u = tex2D<uchar4>(plain, i + 0.5f, 1.5f);
  integers[i] = make_int4(u.x, u.y, u.z, u.w);
  int2 l = tex1Dfetch<int2>(line, i - 1);
  integers[32 + i] = make_int4(l.x, l.y, tex1Dfetch<int2>(line, 1000).x, tex1Dfetch<int>(line, i));
  float4 g = tex2Dgather<float4>(quads, i + 1.0f, 1.0f, 1);
  out[128 + i] = g.x + 10 * g.y + 100 * g.z + 1000 * g.w;
  out[160 + i] = tex2DLod<float4>(quads, i + 0.5f, 0.5f, 3.0f).x;
}

static cudaResourceDesc linear(void *p, size_t bytes, cudaChannelFormatDesc format) {
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeLinear;
  resource.res.linear.devPtr = p;
  resource.res.linear.sizeInBytes = bytes;
  resource.res.linear.desc = format;
  return resource;
}

static cudaTextureObject_t make(const cudaResourceDesc &resource, bool normalise) {
  cudaTextureDesc description = {};
  description.addressMode[0] = description.addressMode[1] = cudaAddressModeClamp;
  description.readMode = normalise ? cudaReadModeNormalizedFloat : cudaReadModeElementType;
  cudaTextureObject_t texture = 0;
  CUDA(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
  cudaResourceDesc again;
  CUDA(cudaGetTextureObjectResourceDesc(&again, texture));
  EXPECT(again.resType == resource.resType);
  cudaTextureDesc same;
  CUDA(cudaGetTextureObjectTextureDesc(&same, texture));
  EXPECT(same.readMode == description.readMode);
  return texture;
}

int main() {
  unsigned char *bytes = managed<unsigned char>(32);
  short *signs = managed<short>(32);
  float4 *quads = managed<float4>(64);
  uchar4 *plain = managed<uchar4>(128);
  unsigned short *half = managed<unsigned short>(32);
  int2 *line = managed<int2>(32);
  for (int i = 0; i < 32; ++i) {
    bytes[i] = i * 8, signs[i] = i == 0 ? -32768 : (i - 16) * 2000;
    quads[i] = make_float4(i, i + 1, i + 2, i + 3), quads[32 + i] = make_float4(-i, i * i, 0, 1);
    plain[64 + i] = make_uchar4(i, 2 * i, 255 - i, 7);
    line[i] = make_int2(i * 3, -i);
  }
  const unsigned short halves[] = {0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x83ff, 0x7c00};
  for (int i = 0; i < 8; ++i)
    half[i] = halves[i];

  cudaResourceDesc pitched = {};
  pitched.resType = cudaResourceTypePitch2D;
  pitched.res.pitch2D.devPtr = quads;
  pitched.res.pitch2D.desc = cudaCreateChannelDesc<float4>();
  pitched.res.pitch2D.width = 32, pitched.res.pitch2D.height = 2;
  pitched.res.pitch2D.pitchInBytes = 32 * sizeof(float4);
  cudaResourceDesc wide = pitched;
  wide.res.pitch2D.devPtr = plain;
  wide.res.pitch2D.desc = cudaCreateChannelDesc<uchar4>();
  wide.res.pitch2D.pitchInBytes = 64 * sizeof(uchar4);

  float *out = managed<float>(192);
  int4 *integers = managed<int4>(64);
  cudaTextureObject_t textures[] = {
      make(linear(bytes, 32, cudaCreateChannelDesc<unsigned char>()), true),
      make(linear(signs, 64, cudaCreateChannelDesc<short>()), true),
      make(pitched, false),
      make(wide, false),
      make(linear(half, 64, cudaCreateChannelDesc(16, 0, 0, 0, cudaChannelFormatKindFloat)), false),
      make(linear(line, 256, cudaCreateChannelDesc<int2>()), false)};
  read<<<1, 32>>>(textures[0], textures[1], textures[2], textures[3], textures[4], textures[5], out,
                  integers);
  SYNC();
  const float wanted[] = {0, 1, -2, 0x1.554p-2f, 65504, 0x1p-24f, -0x1.ff8p-15f, INFINITY};
  for (int i = 0; i < 32; ++i) {
    EXPECT(std::fabs(out[i] - i * 8 / 255.0f) < 1e-6);
    EXPECT(std::fabs(out[32 + i] - std::fmax(-1.0f, signs[i] / 32767.0f)) < 1e-6);
    EXPECT_EQ(out[64 + i], i + 10.0f * (i + 1) + 100.0f * (i + 2) + 1000.0f * (i + 3));
    if (i < 8)
      EXPECT_EQ(out[96 + i], wanted[i]);
    EXPECT(integers[i].x == i && integers[i].y == 2 * i && integers[i].z == 255 - i);
    int4 l = integers[32 + i];
    EXPECT(l.x == (i ? (i - 1) * 3 : 0) && l.y == (i ? 1 - i : 0) && l.z == 0 && l.w == i * 3);
    int j = i < 31 ? i + 1 : 31; // the neighbour, clamped
    EXPECT_EQ(out[128 + i], i * i + 10.0f * j * j + 100.0f * (j + 1) + 1000.0f * (i + 1));
    EXPECT_EQ(out[160 + i], float(i));
  }
  for (cudaTextureObject_t texture : textures)
    CUDA(cudaDestroyTextureObject(texture));

  cudaTextureDesc description = {};
  cudaTextureObject_t none;
  cudaResourceDesc ints = linear(line, 256, cudaCreateChannelDesc<int2>());
  description.filterMode = cudaFilterModeLinear;
  EXPECT_EQ(cudaCreateTextureObject(&none, &ints, &description, nullptr),
            cudaErrorInvalidFilterSetting);
  description.filterMode = cudaFilterModePoint;
  description.readMode = cudaReadModeNormalizedFloat;
  EXPECT_EQ(cudaCreateTextureObject(&none, &ints, &description, nullptr),
            cudaErrorInvalidNormSetting);
  ints.res.linear.devPtr = nullptr;
  EXPECT_EQ(cudaCreateTextureObject(&none, &ints, &description, nullptr), cudaErrorInvalidValue);
  cudaGetLastError();
  return verdict();
}
