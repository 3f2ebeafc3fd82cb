// expect-path: vector
// What can be done with a reference beyond tex1Dfetch and tex2D: every dimension, levels of detail
// and gradients (of which there is one), gathering, layers; surfaces of every dimension.
#include "check.h"

texture<int, cudaTextureType1D> row;
texture<float, cudaTextureType2D> plane;
texture<unsigned short, cudaTextureType3D, cudaReadModeNormalizedFloat> box;
texture<float, cudaTextureType1DLayered> rows;
texture<float, cudaTextureType2DLayered> planes;
surface<void, cudaSurfaceType1D> line;
surface<void, cudaSurfaceType3D> cube;
surface<void, cudaSurfaceType1DLayered> lines;
surface<void, cudaSurfaceType2DLayered> sheets;

__global__ void read(float *out) {
  int i = threadIdx.x, x = i % 4, y = i / 4 % 4;
  float2 none = {0, 0};
  float4 nothing = {0, 0, 0, 0};
  out[i] =
      tex1D(row, x + 0.5f) + tex1DLod(row, x + 0.5f, 0) * 100 + tex1DGrad(row, x, 0, 0) * 10000;
  out[16 + i] = tex2DLod(plane, x + 0.5f, y + 0.5f, 0) +
                100 * tex2DGrad(plane, x + 0.5f, y + 0.5f, none, none);
  float4 four = tex2Dgather(plane, x + 1.0f, y + 1.0f);
  out[32 + i] = four.x + 10 * four.y + 100 * four.z + 1000 * four.w;
  out[48 + i] = tex3D(box, x, y, 1) + tex3DLod(box, x, y, 1, 0) +
                2 * tex3DGrad(box, x, y, 1, nothing, nothing);
  out[64 + i] = tex1DLayered(rows, x, y) + 100 * tex1DLayeredLod(rows, x, y, 0);
  out[80 + i] = tex2DLayered(planes, x, y, 1) + 100 * tex2DLayeredLod(planes, x, y, 1, 0);
}

__global__ void write(float *out) {
  int i = threadIdx.x, x = i % 4, y = i / 4, other = 15 - i;
  surf1Dwrite(float(i), line, x * 4, cudaBoundaryModeZero);
  surf3Dwrite(2.0f * i, cube, x * 4, y, 1);
  surf1DLayeredwrite(3.0f * i, lines, x * 4, y);
  surf2DLayeredwrite(4.0f * i, sheets, x * 4, y, 1);
  __syncthreads();
  float more;
  out[i] = surf1Dread<float>(line, 4 * (other % 4));
  out[16 + i] = surf3Dread<float>(cube, other % 4 * 4, other / 4, 1);
  surf1DLayeredread(&more, lines, other % 4 * 4, other / 4);
  out[32 + i] = more + surf2DLayeredread<float>(sheets, other % 4 * 4, other / 4, 1);
  out[48 + i] = surf1Dread<float>(line, -4, cudaBoundaryModeZero);
}

template <class T> static cudaArray_t array(cudaExtent extent, const T *values, unsigned flags) {
  cudaArray_t made;
  cudaChannelFormatDesc format = cudaCreateChannelDesc<T>();
  CUDA(cudaMalloc3DArray(&made, &format, extent, flags));
  cudaMemcpy3DParms copy = {};
  copy.extent = {extent.width, extent.height ? extent.height : 1, extent.depth ? extent.depth : 1};
  copy.srcPtr = make_cudaPitchedPtr((void *)values, 4 * sizeof(T), 4, copy.extent.height);
  copy.dstArray = made;
  copy.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&copy));
  return made;
}

int main() {
  int numbers[4] = {1, 2, 3, 4};
  float digits[64];
  unsigned short shares[64];
  for (int i = 0; i < 64; ++i)
    digits[i] = i * 7 % 10, shares[i] = i * 1000;
  float *out = managed<float>(128);
  CUDA(cudaBindTextureToArray(row, array({4, 0, 0}, numbers, 0)));
  CUDA(cudaBindTextureToArray(plane, array({4, 4, 0}, digits, cudaArrayTextureGather)));
  CUDA(cudaBindTextureToArray(box, array({4, 4, 4}, shares, 0)));
  CUDA(cudaBindTextureToArray(rows, array({4, 0, 4}, digits, cudaArrayLayered)));
  CUDA(cudaBindTextureToArray(planes, array({4, 4, 4}, digits, cudaArrayLayered)));
  read<<<1, 16>>>(out);
  SYNC();
  for (int i = 0; i < 16; ++i) {
    int x = i % 4, y = i / 4, x1 = x < 3 ? x + 1 : 3, y1 = y < 3 ? y + 1 : 3;
    EXPECT_EQ(out[i], (x + 1) * 10101);
    EXPECT_EQ(out[16 + i], 101 * digits[i]);
    EXPECT_EQ(out[32 + i], digits[y1 * 4 + x] + 10 * digits[y1 * 4 + x1] +
                               100 * digits[y * 4 + x1] + 1000 * digits[i]);
    EXPECT_EQ(out[48 + i], 4 * (shares[16 + i] / 65535.0f));
    EXPECT_EQ(out[64 + i], 101 * digits[i]);
    EXPECT_EQ(out[80 + i], 101 * digits[16 + i]);
  }
  unsigned flags = cudaArraySurfaceLoadStore;
  CUDA(cudaBindSurfaceToArray(line, array({4, 0, 0}, digits, flags)));
  CUDA(cudaBindSurfaceToArray(cube, array({4, 4, 4}, digits, flags)));
  CUDA(cudaBindSurfaceToArray(lines, array({4, 0, 4}, digits, flags | cudaArrayLayered)));
  CUDA(cudaBindSurfaceToArray(sheets, array({4, 4, 4}, digits, flags | cudaArrayLayered)));
  write<<<1, 16>>>(out);
  SYNC();
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(int(out[i]) % 4, (15 - i) % 4); // of four that write there
    EXPECT_EQ(out[16 + i], 2 * (15 - i));
    EXPECT_EQ(out[32 + i], 7 * (15 - i));
    EXPECT_EQ(out[48 + i], 0);
  }
  const surfaceReference *found = nullptr;
  CUDA(cudaGetSurfaceReference(&found, &cube));
  EXPECT(found == &cube);
  return verdict();
}
