// Texture objects against the formulas of the programming guide, computed here in double precision:
// filters, address modes, coordinates of both kinds, one to three dimensions, layers.
// expect-path: vector
#include "check.h"
#include <cmath>
#include <cstring>
#include <vector>

const int W = 7, H = 5, D = 4, n = 640;
struct Point {
  float x, y, z;
};

__global__ void read_1d(cudaTextureObject_t t, const Point *p, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = tex1D<float>(t, p[i].x);
}
__global__ void read_2d(cudaTextureObject_t t, const Point *p, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  tex2D(&out[i], t, p[i].x, p[i].y);
}
__global__ void read_3d(cudaTextureObject_t t, const Point *p, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = tex3D<float>(t, p[i].x, p[i].y, p[i].z);
}
__global__ void read_layered(cudaTextureObject_t t, const Point *p, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = tex2DLayered<float>(t, p[i].x, p[i].y, i % D);
}
__global__ void read_1d_layered(cudaTextureObject_t t, const Point *p, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = tex1DLayered<float>(t, p[i].x, i % D);
}

static float texel(int x, int y, int z) { return float(x * x + 10 * y - 3 * x * y + 50 * z); }

struct Setting {
  cudaTextureAddressMode mode;
  bool linear, normalised;
};

// The element at an index; false beyond a border.
static bool wrap(const Setting &s, int &i, int size) {
  if (s.mode == cudaAddressModeBorder)
    return i >= 0 && i < size;
  if (s.mode == cudaAddressModeWrap && s.normalised)
    i = ((i % size) + size) % size;
  else if (s.mode == cudaAddressModeMirror && s.normalised) {
    i = ((i % (2 * size)) + 2 * size) % (2 * size);
    i = i < size ? i : 2 * size - 1 - i;
  } else
    i = i < 0 ? 0 : i >= size ? size - 1 : i;
  return true;
}

static double fetch(const Setting &s, const int *size, int x, int y, int z, float border) {
  if (!wrap(s, x, size[0]) || !wrap(s, y, size[1]) || !wrap(s, z, size[2]))
    return border;
  return texel(x, y, z);
}

static double expected(const Setting &s, int axes, const int *size, Point p, int layer,
                       float border) {
  double at[3] = {p.x, p.y, p.z}, share[3] = {};
  int first[3] = {};
  for (int a = 0; a < axes; ++a) {
    double x = s.normalised ? at[a] * size[a] : at[a];
    if (s.linear) {
      x -= 0.5;
      share[a] = std::floor((x - std::floor(x)) * 256 + 0.5) / 256;
    }
    first[a] = int(std::floor(x));
  }
  double sum = 0;
  for (int corner = 0; corner < (s.linear ? 1 << axes : 1); ++corner) {
    double weight = 1;
    int i[3];
    for (int a = 0; a < 3; ++a) {
      int upper = corner >> a & 1;
      i[a] = first[a] + upper;
      weight *= upper ? share[a] : 1 - share[a];
    }
    sum += weight * fetch(s, size, i[0], i[1], axes < 3 ? 0 : i[2], border) +
           weight * (axes < 3 ? 50 * layer : 0);
  }
  return sum;
}

static cudaTextureObject_t make(const cudaResourceDesc &resource, const Setting &s, float border) {
  cudaTextureDesc description = {};
  for (auto &mode : description.addressMode)
    mode = s.mode;
  description.filterMode = s.linear ? cudaFilterModeLinear : cudaFilterModePoint;
  description.readMode = cudaReadModeElementType;
  description.normalizedCoords = s.normalised;
  description.borderColor[0] = border;
  cudaTextureObject_t texture = 0;
  CUDA(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
  return texture;
}

static void compare(const char *what, const Setting &s, int axes, const int *size, const Point *p,
                    const float *out, bool layered, float border) {
  for (int i = 0; i < n; ++i) {
    int layer = layered ? i % D : 0;
    double want = expected(s, axes, size, p[i], layer, border);
    // Beside a border a layer's own offset does not count.
    if (layered && s.mode == cudaAddressModeBorder)
      continue;
    if (std::fabs(out[i] - want) > 1e-4 * (1 + std::fabs(want)) && ++failures <= 20)
      printf("%s, mode %d, %s, %s at %g, %g, %g: %g, expected %g\n", what, int(s.mode),
             s.linear ? "linear" : "point", s.normalised ? "normalised" : "elements", p[i].x,
             p[i].y, p[i].z, out[i], want);
  }
}

int main() {
  std::vector<float> one(W), two(W * H), three(W * H * D), rows(W * D);
  for (int z = 0; z < D; ++z)
    for (int y = 0; y < H; ++y)
      for (int x = 0; x < W; ++x) {
        three[(z * H + y) * W + x] = texel(x, y, z);
        two[y * W + x] = texel(x, y, 0);
        one[x] = texel(x, 0, 0);
        rows[z * W + x] = texel(x, 0, z);
      }
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
  cudaArray_t a1, a2, a3, layers, layers1;
  CUDA(cudaMallocArray(&a1, &format, W));
  CUDA(cudaMallocArray(&a2, &format, W, H));
  CUDA(cudaMalloc3DArray(&a3, &format, make_cudaExtent(W, H, D)));
  CUDA(cudaMalloc3DArray(&layers, &format, make_cudaExtent(W, H, D), cudaArrayLayered));
  CUDA(cudaMalloc3DArray(&layers1, &format, make_cudaExtent(W, 0, D), cudaArrayLayered));
  CUDA(cudaMemcpyToArray(a1, 0, 0, one.data(), W * 4, cudaMemcpyHostToDevice));
  CUDA(cudaMemcpy2DToArray(a2, 0, 0, two.data(), W * 4, W * 4, H, cudaMemcpyHostToDevice));
  for (cudaArray_t array : {a3, layers, layers1}) {
    cudaMemcpy3DParms copy = {};
    int height = array == layers1 ? 1 : H;
    copy.srcPtr =
        make_cudaPitchedPtr(array == layers1 ? rows.data() : three.data(), W * 4, W, height);
    copy.dstArray = array;
    copy.extent = make_cudaExtent(W, height, D);
    copy.kind = cudaMemcpyHostToDevice;
    CUDA(cudaMemcpy3D(&copy));
  }

  Point *p = managed<Point>(n);
  float *out = managed<float>(n);
  const Setting settings[] = {
      {cudaAddressModeClamp, false, false},  {cudaAddressModeClamp, true, false},
      {cudaAddressModeBorder, false, false}, {cudaAddressModeBorder, true, false},
      {cudaAddressModeWrap, false, true},    {cudaAddressModeWrap, true, true},
      {cudaAddressModeMirror, false, true},  {cudaAddressModeMirror, true, true},
      {cudaAddressModeClamp, true, true},    {cudaAddressModeBorder, true, true},
      {cudaAddressModeWrap, true, false}};
  unsigned seed = 1;
  for (const Setting &s : settings) {
    for (int i = 0; i < n; ++i) {
      auto random = [&](int size) {
        seed = seed * 1664525u + 1013904223u;
        // Multiples of 1/64 of an element, beyond the texture on both sides; not at the exact
        // middle between two rounded fractions, nor on the edge between elements.
        double x = (int(seed >> 8) % (64 * 3 * size) - 64 * size + 0.25) / 64;
        return float(s.normalised ? x / size : x);
      };
      p[i] = {random(W), random(H), random(D)};
    }
    const int size[] = {W, H, D}, size2[] = {W, H, 1}, size1[] = {W, 1, 1};
    auto with = [&](cudaArray_t array, void (*kernel)(cudaTextureObject_t, const Point *, float *),
                    const char *what, int axes, const int *extent, bool layered) {
      cudaResourceDesc resource = {};
      resource.resType = cudaResourceTypeArray;
      resource.res.array.array = array;
      cudaTextureObject_t texture = make(resource, s, 6.5f);
      kernel<<<n / 64, 64>>>(texture, p, out);
      SYNC();
      compare(what, s, axes, extent, p, out, layered, 6.5f);
      CUDA(cudaDestroyTextureObject(texture));
    };
    with(a1, read_1d, "tex1D", 1, size1, false);
    with(a2, read_2d, "tex2D", 2, size2, false);
    with(a3, read_3d, "tex3D", 3, size, false);
    with(layers, read_layered, "tex2DLayered", 2, size2, true);
    with(layers1, read_1d_layered, "tex1DLayered", 1, size1, true);
  }
  return verdict();
}
