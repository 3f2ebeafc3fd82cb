// expect-path: vector
// Texture and surface references of a file: bound to linear and pitched memory and to arrays of one
// to three dimensions and with layers; filters, address modes, normalised coordinates and numbers.
#include "check.h"
#include <cmath>

texture<float, 1, cudaReadModeElementType> line;
static texture<int4> quads;
texture<unsigned char, cudaTextureType2D, cudaReadModeNormalizedFloat>
    image(1, cudaFilterModeLinear, cudaAddressModeWrap);
texture<float, cudaTextureType3D> volume;
texture<float2, cudaTextureType2DLayered> layers;
texture<short2, cudaTextureType1D, cudaReadModeNormalizedFloat> shares;
texture<int, 2> unused;
surface<void, cudaSurfaceType2D> canvas;

__global__ void fetch(float *out, int count) {
  int i = threadIdx.x;
  if (i < count)
    out[i] = tex1Dfetch(line, i) + tex1Dfetch(quads, i).z;
}

__global__ void sample(float *out) {
  int i = threadIdx.x;
  out[i] = tex2D(image, i / 8.0f, 0.25f);
  out[32 + i] = tex3D(volume, i % 4, i / 4 % 4, 1.75f);
  out[64 + i] = tex2DLayered(layers, i % 4 + 0.5f, 1.5f, i / 4 % 3).y;
  out[96 + i] = tex1Dfetch(shares, i % 8).x;
}

template <int dim> __device__ float through(texture<float, dim> t, int i) {
  return tex1Dfetch(t, i);
}

__global__ void draw(float *out) {
  surf2Dwrite(threadIdx.x * 2.0f, canvas, threadIdx.x % 4 * 4, threadIdx.x / 4);
  __syncthreads();
  out[threadIdx.x] = surf2Dread<float>(canvas, (15 - threadIdx.x) % 4 * 4, (15 - threadIdx.x) / 4) +
                     through(line, threadIdx.x);
}

int main() {
  float *numbers = managed<float>(64), *out = managed<float>(128);
  int4 *fours = managed<int4>(64);
  for (int i = 0; i < 64; ++i)
    numbers[i] = i * 1.5f, fours[i] = {i, 0, 100 * i, 7};
  size_t offset = 1;
  CUDA(cudaBindTexture(&offset, line, numbers, 32 * sizeof(float)));
  CUDA(cudaBindTexture(nullptr, quads, fours));
  EXPECT_EQ(offset, 0);
  fetch<<<1, 64>>>(out, 64);
  SYNC();
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(out[i], (i < 32 ? i * 1.5f : 0) + 100 * i);
  CUDA(cudaBindTexture(&offset, line, numbers + 8, line.channelDesc)); // another part, to its end
  fetch<<<1, 56>>>(out, 56);
  SYNC();
  EXPECT_EQ(out[55], 63 * 1.5f + 5500);

  // Four bytes in a row and two rows, wrapped round and filtered: at 1/8 lies the first's centre.
  unsigned char *bytes;
  size_t pitch;
  CUDA(cudaMallocPitch(&bytes, &pitch, 4, 2));
  const unsigned char pixels[] = {0, 51, 102, 255, 255, 255, 255, 255};
  CUDA(cudaMemcpy2D(bytes, pitch, pixels, 4, 4, 2, cudaMemcpyHostToDevice));
  CUDA(cudaBindTexture2D(nullptr, image, bytes, 4, 2, pitch));

  cudaArray_t cube, book, page;
  cudaChannelFormatDesc one = cudaCreateChannelDesc<float>(), two = cudaCreateChannelDesc<float2>();
  CUDA(cudaMalloc3DArray(&cube, &one, make_cudaExtent(4, 4, 4)));
  CUDA(cudaMalloc3DArray(&book, &two, make_cudaExtent(4, 4, 3), cudaArrayLayered));
  CUDA(cudaMallocArray(&page, &one, 4, 4, cudaArraySurfaceLoadStore));
  float2 pairs[48];
  for (int i = 0; i < 48; ++i)
    pairs[i] = {0, float(i)};
  cudaMemcpy3DParms to = {};
  to.srcPtr = make_cudaPitchedPtr(numbers, 4 * sizeof(float), 4, 4);
  to.dstArray = cube;
  to.extent = make_cudaExtent(4, 4, 4);
  to.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&to));
  to.srcPtr = make_cudaPitchedPtr(pairs, 4 * sizeof(float2), 4, 4);
  to.dstArray = book;
  to.extent = make_cudaExtent(4, 4, 3);
  CUDA(cudaMemcpy3D(&to));
  volume.filterMode = cudaFilterModeLinear;
  volume.addressMode[0] = volume.addressMode[1] = volume.addressMode[2] = cudaAddressModeBorder;
  CUDA(cudaBindTextureToArray(volume, cube));
  CUDA(cudaBindTextureToArray(layers, book, two));
  short2 *shorts = managed<short2>(8);
  for (int i = 0; i < 8; ++i)
    shorts[i].x = short(32767 - i * 9362);
  CUDA(cudaBindTexture(nullptr, shares, shorts, 8 * sizeof(short2)));
  sample<<<1, 32>>>(out);
  SYNC();
  const float row[] = {0, 0.2f, 0.4f, 1};
  for (int i = 0; i < 32; ++i) {
    float want = i % 2 ? row[i / 2 % 4] : (row[(i / 2 + 3) % 4] + row[i / 2 % 4]) / 2;
    EXPECT(fabsf(out[i] - want) < 1e-5f);
    // Between the second and the third slice, and between four elements or the border there.
    float sum = 0;
    for (int corner = 0; corner < 4; ++corner) {
      int x = i % 4 - corner % 2, y = i / 4 % 4 - corner / 2;
      if (x >= 0 && y >= 0)
        sum += 0.25f * (0.75f * numbers[16 + y * 4 + x] + 0.25f * numbers[32 + y * 4 + x]);
    }
    EXPECT(fabsf(out[32 + i] - sum) < 1e-4f);
    EXPECT_EQ(out[64 + i], i / 4 % 3 * 16 + 4 + i % 4);
    float share = (32767 - i % 8 * 9362) / 32767.0f;
    EXPECT(fabsf(out[96 + i] - fmaxf(share, -1.0f)) < 1e-6f);
  }
  same_bits(out, 128);

  CUDA(cudaBindSurfaceToArray(canvas, page));
  draw<<<1, 16>>>(out);
  SYNC();
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(out[i], (15 - i) * 2.0f + (i + 8) * 1.5f);

  const textureReference *found = nullptr;
  CUDA(cudaGetTextureReference(&found, &image));
  EXPECT(found == &image && found->normalized == 1 && found->channelDesc.x == 8);
  CUDA(cudaGetTextureAlignmentOffset(&offset, line));
  CUDA(cudaUnbindTexture(line));
  EXPECT(cudaGetTextureAlignmentOffset(&offset, line) == cudaErrorInvalidTextureBinding);
  EXPECT(cudaGetTextureReference(&found, out) == cudaErrorInvalidTexture);
  EXPECT(cudaBindTexture(nullptr, line, nullptr, 4) == cudaErrorInvalidValue);
  (void)cudaGetLastError();
  return verdict();
}
