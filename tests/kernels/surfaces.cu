// Surface objects: reads and writes in one to three dimensions and layers, what happens beyond the
// edges, and a texture that reads what a surface wrote.
// interpreted-alone: leaves an error or resets the device
#include "check.h"

const int W = 40, H = 6, D = 3;

__global__ void write_2d(cudaSurfaceObject_t s) {
  int x = threadIdx.x, y = blockIdx.x;
  surf2Dwrite(make_float2(x, y), s, x * 8, y);
}
__global__ void twist(cudaSurfaceObject_t s, cudaSurfaceObject_t to) {
  int x = threadIdx.x, y = blockIdx.x;
  float2 v = surf2Dread<float2>(s, x * 8, y), w;
  surf2Dread(&w, s, (x + 1) * 8, y, cudaBoundaryModeClamp);
  float2 z = surf2Dread<float2>(s, x * 8, y - 1, cudaBoundaryModeZero);
  surf2Dwrite(make_float2(v.x + w.x, v.y + 100 * z.y), to, x * 8, y);
  surf2Dwrite(make_float2(-1, -1), to, x * 8, y + H, cudaBoundaryModeZero); // goes nowhere
}
__global__ void sample(cudaTextureObject_t t, float2 *out) {
  out[blockIdx.x * W + threadIdx.x] = tex2D<float2>(t, threadIdx.x + 0.5f, blockIdx.x + 0.5f);
}
__global__ void write_3d(cudaSurfaceObject_t cube, cudaSurfaceObject_t layers,
                         cudaSurfaceObject_t lines) {
  int x = threadIdx.x, y = blockIdx.x, z = blockIdx.y;
  surf3Dwrite(x + 100 * y + 10000 * z, cube, x * 4, y, z);
  surf2DLayeredwrite(x + 7 * y + 300 * z, layers, x * 4, y, z);
  if (y == 0)
    surf1DLayeredwrite(x * (z + 1), lines, x * 4, z);
}
__global__ void read_3d(cudaSurfaceObject_t cube, cudaSurfaceObject_t layers,
                        cudaSurfaceObject_t lines, int *wrong) {
  int x = threadIdx.x, y = blockIdx.x, z = blockIdx.y;
  bool good = surf3Dread<int>(cube, x * 4, y, z) == x + 100 * y + 10000 * z &&
              surf2DLayeredread<int>(layers, x * 4, y, z) == x + 7 * y + 300 * z &&
              surf1DLayeredread<int>(lines, x * 4, z) == x * (z + 1);
  if (!good)
    atomicAdd(wrong, 1);
}
__global__ void write_1d(cudaSurfaceObject_t s, unsigned char plus) {
  unsigned char old = surf1Dread<unsigned char>(s, threadIdx.x);
  surf1Dwrite((unsigned char)(old + plus + threadIdx.x), s, threadIdx.x);
}
__global__ void beyond(cudaSurfaceObject_t s) { surf1Dwrite((unsigned char)1, s, 1000); }

static cudaSurfaceObject_t surface_of(cudaArray_t array) {
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = array;
  cudaSurfaceObject_t surface = 0;
  CUDA(cudaCreateSurfaceObject(&surface, &resource));
  cudaResourceDesc again;
  CUDA(cudaGetSurfaceObjectResourceDesc(&again, surface));
  EXPECT(again.res.array.array == array);
  return surface;
}

int main() {
  cudaChannelFormatDesc pairs = cudaCreateChannelDesc<float2>(),
                        ints = cudaCreateChannelDesc<int>();
  cudaChannelFormatDesc bytes = cudaCreateChannelDesc<unsigned char>();
  cudaArray_t a, b, cube, layers, lines, line;
  const int flags = cudaArraySurfaceLoadStore;
  CUDA(cudaMallocArray(&a, &pairs, W, H, flags));
  CUDA(cudaMallocArray(&b, &pairs, W, H, flags));
  CUDA(cudaMalloc3DArray(&cube, &ints, make_cudaExtent(W, H, D), flags));
  CUDA(cudaMalloc3DArray(&layers, &ints, make_cudaExtent(W, H, D), flags | cudaArrayLayered));
  CUDA(cudaMalloc3DArray(&lines, &ints, make_cudaExtent(W, 0, D), flags | cudaArrayLayered));
  CUDA(cudaMallocArray(&line, &bytes, W, 0, flags));

  cudaSurfaceObject_t sa = surface_of(a), sb = surface_of(b);
  write_2d<<<H, W>>>(sa);
  twist<<<H, W>>>(sa, sb);
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = b;
  cudaTextureDesc description = {};
  cudaTextureObject_t texture;
  CUDA(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
  float2 *out = managed<float2>(W * H);
  sample<<<H, W>>>(texture, out);
  SYNC();
  for (int y = 0; y < H; ++y)
    for (int x = 0; x < W; ++x) {
      EXPECT_EQ(out[y * W + x].x, float(x + (x + 1 < W ? x + 1 : x)));
      EXPECT_EQ(out[y * W + x].y, float(y + 100 * (y ? y - 1 : 0)));
    }

  int *wrong = managed<int>(1);
  cudaSurfaceObject_t sc = surface_of(cube), sl = surface_of(layers), s1 = surface_of(lines);
  write_3d<<<dim3(H, D), W>>>(sc, sl, s1);
  read_3d<<<dim3(H, D), W>>>(sc, sl, s1, wrong);
  SYNC();
  EXPECT_EQ(*wrong, 0);

  unsigned char host[W];
  for (int i = 0; i < W; ++i)
    host[i] = 2 * i;
  CUDA(cudaMemcpyToArray(line, 0, 0, host, W, cudaMemcpyHostToDevice));
  cudaSurfaceObject_t s = surface_of(line);
  write_1d<<<1, W>>>(s, 5);
  CUDA(cudaMemcpyFromArray(host, line, 0, 0, W, cudaMemcpyDeviceToHost));
  for (int i = 0; i < W; ++i)
    EXPECT_EQ(int(host[i]), 3 * i + 5);
  for (cudaSurfaceObject_t each : {sa, sb, sc, sl, s1})
    CUDA(cudaDestroySurfaceObject(each));

  beyond<<<1, 1>>>(s); // traps
  EXPECT(cudaDeviceSynchronize() != cudaSuccess);
  return verdict();
}
