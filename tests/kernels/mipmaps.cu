// Mipmapped arrays: sizes of levels, reading one level or between two, the bias and the clamps,
// levels by gradients, views.
// expect-path: vector
#include "check.h"
#include <cmath>
#include <vector>

const int W = 16, H = 8, n = 256;

__global__ void read_levels(cudaTextureObject_t t, const float *level, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = tex2DLod<float>(t, 0.3f, 0.6f, level[i]);
}
__global__ void read_gradients(cudaTextureObject_t t, const float *step, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float2 dx = make_float2(step[i] * 0.6f, step[i] * 0.8f * W / H), dy = make_float2(0, 0);
  out[i] = tex2DGrad<float>(t, 0.3f, 0.6f, i % 2 ? dx : dy, i % 2 ? dy : dx);
}
__global__ void read_plain(cudaTextureObject_t t, float *out) {
  out[threadIdx.x] = tex2D<float>(t, 0.3f, 0.6f);
}
__global__ void read_integers(cudaTextureObject_t t, const float *level, float *out) {
  int i = threadIdx.x;
  out[i] = float(tex1DLayeredLod<int>(t, 0.3f, i % 3, level[i]));
}
__global__ void read_words(cudaTextureObject_t t, float *out) {
  uint2 half = tex3DLod<uint2>(t, 0.5f, 0.5f, 0.5f, 1);
  out[threadIdx.x] = float(half.x + half.y);
}

static cudaTextureDesc description(bool between, float bias, float least, float greatest) {
  cudaTextureDesc d = {};
  d.normalizedCoords = 1;
  d.mipmapFilterMode = between ? cudaFilterModeLinear : cudaFilterModePoint;
  d.mipmapLevelBias = bias;
  d.minMipmapLevelClamp = least;
  d.maxMipmapLevelClamp = greatest;
  return d;
}

static double at(double level, bool between) { // level l holds 10^l everywhere
  level = level < 0 ? 0 : level > 3 ? 3 : level;
  if (!between)
    return std::pow(10, std::floor(level + 0.5));
  double first = std::floor(level), share = std::floor((level - first) * 256 + 0.5) / 256;
  return std::pow(10, first) * (1 - share) + std::pow(10, first + 1) * share;
}

static void expect_near(const char *what, int i, float got, double want) {
  if (std::fabs(got - want) > 1e-5 * want && ++failures <= 20)
    printf("%s %d: %g, expected %g\n", what, i, got, want);
}

int main() {
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
  cudaMipmappedArray_t mipmap;
  CUDA(cudaMallocMipmappedArray(&mipmap, &format, make_cudaExtent(W, H, 0), 4));
  cudaArray_t array;
  for (unsigned l = 0; l < 4; ++l) {
    CUDA(cudaGetMipmappedArrayLevel(&array, mipmap, l));
    cudaExtent extent;
    CUDA(cudaArrayGetInfo(nullptr, &extent, nullptr, array));
    EXPECT_EQ(extent.width, W >> l);
    EXPECT_EQ(extent.height, H >> l);
    std::vector<float> data((W >> l) * (H >> l), float(std::pow(10, l)));
    CUDA(cudaMemcpy2DToArray(array, 0, 0, data.data(), (W >> l) * 4, (W >> l) * 4, H >> l,
                             cudaMemcpyHostToDevice));
  }
  EXPECT_EQ(cudaGetMipmappedArrayLevel(&array, mipmap, 4), cudaErrorInvalidValue);
  cudaGetLastError();

  float *level = managed<float>(n), *out = managed<float>(n);
  for (int i = 0; i < n; ++i)
    level[i] = i * 0.03125f - 2.0f + 0.001f;
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeMipmappedArray;
  resource.res.mipmap.mipmap = mipmap;
  struct {
    bool between;
    float bias, least, greatest;
  } cases[] = {{false, 0, 0, 9}, {true, 0, 0, 9}, {true, 0.5f, 0.25f, 2.5f}, {false, -1, 1, 2}};
  for (auto &c : cases) {
    cudaTextureDesc d = description(c.between, c.bias, c.least, c.greatest);
    cudaTextureObject_t t;
    CUDA(cudaCreateTextureObject(&t, &resource, &d, nullptr));
    read_levels<<<2, 128>>>(t, level, out);
    SYNC();
    for (int i = 0; i < n; ++i) {
      double l = std::fmin(std::fmax(level[i] + c.bias, c.least), c.greatest);
      expect_near("level", i, out[i], at(l, c.between));
    }
    read_plain<<<1, 32>>>(t, out);
    SYNC();
    EXPECT_EQ(out[31], 1); // the first level
    CUDA(cudaDestroyTextureObject(t));
  }

  cudaTextureDesc d = description(false, 0, 0, 9);
  cudaTextureObject_t t;
  CUDA(cudaCreateTextureObject(&t, &resource, &d, nullptr));
  for (int i = 0; i < n; ++i)
    level[i] = std::exp2(i * 0.02f - 1.003f) / W; // so many elements a pixel
  read_gradients<<<2, 128>>>(t, level, out);
  SYNC();
  for (int i = 0; i < n; ++i)
    expect_near("gradient", i, out[i], at(std::log2(level[i] * W), false));
  CUDA(cudaDestroyTextureObject(t));

  // Levels 1 and 2 alone.
  cudaResourceViewDesc view = {};
  view.format = cudaResViewFormatFloat1;
  view.width = W / 2;
  view.height = H / 2;
  view.firstMipmapLevel = 1;
  view.lastMipmapLevel = 2;
  CUDA(cudaCreateTextureObject(&t, &resource, &d, &view));
  level[0] = 0, level[1] = 1, level[2] = 2;
  read_levels<<<1, 32>>>(t, level, out);
  SYNC();
  EXPECT_EQ(out[0], 10);
  EXPECT_EQ(out[1], 100);
  EXPECT_EQ(out[2], 100);
  read_plain<<<1, 32>>>(t, out);
  SYNC();
  EXPECT_EQ(out[0], 10);
  CUDA(cudaDestroyTextureObject(t));
  view.lastMipmapLevel = 4;
  EXPECT_EQ(cudaCreateTextureObject(&t, &resource, &d, &view), cudaErrorInvalidValue);
  cudaGetLastError();
  CUDA(cudaFreeMipmappedArray(mipmap));

  // Layers stay as many; the levels end at one element.
  cudaChannelFormatDesc integers = cudaCreateChannelDesc<int>();
  CUDA(cudaMallocMipmappedArray(&mipmap, &integers, make_cudaExtent(4, 0, 3), 8, cudaArrayLayered));
  EXPECT_EQ(cudaGetMipmappedArrayLevel(&array, mipmap, 3), cudaErrorInvalidValue);
  cudaGetLastError();
  for (int l = 0; l < 3; ++l) {
    CUDA(cudaGetMipmappedArrayLevel(&array, mipmap, l));
    std::vector<int> data;
    for (int i = 0; i < (4 >> l) * 3; ++i)
      data.push_back(100 * l + i / (4 >> l));
    cudaMemcpy3DParms copy = {};
    copy.srcPtr = make_cudaPitchedPtr(data.data(), (4 >> l) * 4, 4 >> l, 1);
    copy.dstArray = array;
    copy.extent = make_cudaExtent(4 >> l, 1, 3);
    copy.kind = cudaMemcpyHostToDevice;
    CUDA(cudaMemcpy3D(&copy));
  }
  resource.res.mipmap.mipmap = mipmap;
  CUDA(cudaCreateTextureObject(&t, &resource, &d, nullptr));
  for (int i = 0; i < 32; ++i)
    level[i] = float(i / 8);
  read_integers<<<1, 32>>>(t, level, out);
  SYNC();
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(out[i], 100 * (i / 8 > 2 ? 2 : i / 8) + i % 3);
  CUDA(cudaDestroyTextureObject(t));
  CUDA(cudaFreeMipmappedArray(mipmap));

  // Three dimensions; a view of four 16-bit numbers as two words.
  cudaChannelFormatDesc shorts = cudaCreateChannelDesc<ushort4>();
  CUDA(cudaMallocMipmappedArray(&mipmap, &shorts, make_cudaExtent(2, 2, 2), 2));
  CUDA(cudaGetMipmappedArrayLevel(&array, mipmap, 1));
  unsigned words[2] = {70000, 5};
  cudaMemcpy3DParms copy = {};
  copy.srcPtr = make_cudaPitchedPtr(words, 8, 1, 1);
  copy.dstArray = array;
  copy.extent = make_cudaExtent(1, 1, 1);
  copy.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&copy));
  resource.res.mipmap.mipmap = mipmap;
  view = {};
  view.format = cudaResViewFormatUnsignedInt2;
  view.lastMipmapLevel = 1;
  CUDA(cudaCreateTextureObject(&t, &resource, &d, &view));
  read_words<<<1, 32>>>(t, out);
  SYNC();
  EXPECT_EQ(out[0], 70005);
  CUDA(cudaDestroyTextureObject(t));
  view.format = cudaResViewFormatUnsignedInt4; // another size
  EXPECT_EQ(cudaCreateTextureObject(&t, &resource, &d, &view), cudaErrorInvalidValue);
  CUDA(cudaFreeMipmappedArray(mipmap));
  cudaGetLastError();
  return verdict();
}
