// Cubemaps and layered cubemaps against the guide's table of faces, computed here in double
// precision: point and linear filters, filters over edges, levels of detail, surfaces.
// expect-path: vector
#include "check.h"
#include <cmath>
#include <vector>

const int N = 4, cubes = 2, n = 1024;
struct Direction {
  float x, y, z;
};

__global__ void read_cube(cudaTextureObject_t t, const Direction *d, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = texCubemap<float>(t, d[i].x, d[i].y, d[i].z);
}
__global__ void read_layers(cudaTextureObject_t t, const Direction *d, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  texCubemapLayered(&out[i], t, d[i].x, d[i].y, d[i].z, i % cubes);
}
__global__ void read_level(cudaTextureObject_t t, const Direction *d, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = texCubemapLod<float>(t, d[i].x, d[i].y, d[i].z, 1);
}
__global__ void fill_surface(cudaSurfaceObject_t s) {
  int face = blockIdx.x;
  float old = surfCubemapLayeredread<float>(s, threadIdx.x * 4, threadIdx.y, face);
  surfCubemapLayeredwrite(old + 1000 * face, s, threadIdx.x * 4, threadIdx.y, face);
}
__global__ void fill_face(cudaSurfaceObject_t s) {
  float old = surfCubemapread<float>(s, threadIdx.x * 4, threadIdx.y, 5);
  surfCubemapwrite(old - 7, s, threadIdx.x * 4, threadIdx.y, 5);
}

static double texel(int face, int x, int y) { return 100 * face + 10 * y + x * x; }

// Of (x, y, z): the face, and the point on it from 0 to 1.
static int face_of(const double *v, double &s, double &t) {
  int axis = 0;
  for (int a = 1; a < 3; ++a)
    if (std::fabs(v[a]) >= std::fabs(v[axis]))
      axis = a;
  bool negative = v[axis] < 0;
  double m = std::fabs(v[axis]);
  double sc = axis == 0 ? (negative ? v[2] : -v[2]) : axis == 1 ? v[0] : negative ? -v[0] : v[0];
  double tc = axis == 1 ? (negative ? -v[2] : v[2]) : -v[1];
  s = (sc / m + 1) / 2;
  t = (tc / m + 1) / 2;
  return 2 * axis + negative;
}

// The element at a point just beyond a face's edge, by stepping over it on the cube.
static double beyond(int face, int i, int j) {
  if (i >= 0 && j >= 0 && i < N && j < N)
    return texel(face, i, j);
  double s = (2 * i + 1) / double(N) - 1, t = (2 * j + 1) / double(N) - 1;
  double back[6][3] = {{1, -t, -s}, {-1, -t, s}, {s, 1, t}, {s, -1, -t}, {s, -t, 1}, {-s, -t, -1}};
  double u, v;
  int other = face_of(back[face], u, v);
  return texel(other, int(u * N), int(v * N));
}

static double expected(const Direction &d, bool linear, bool seamless) {
  double v[3] = {d.x, d.y, d.z}, s, t;
  int face = face_of(v, s, t);
  s *= N, t *= N;
  auto clamp = [](int i) { return i < 0 ? 0 : i >= N ? N - 1 : i; };
  if (!linear)
    return texel(face, clamp(int(std::floor(s))), clamp(int(std::floor(t))));
  s -= 0.5, t -= 0.5;
  int i = int(std::floor(s)), j = int(std::floor(t));
  double a = std::floor((s - i) * 256 + 0.5) / 256, b = std::floor((t - j) * 256 + 0.5) / 256;
  double sum = 0, lost = 0, others = 0;
  for (int k = 0; k < 4; ++k) {
    int x = i + (k & 1), y = j + k / 2;
    double share = (k & 1 ? a : 1 - a) * (k / 2 ? b : 1 - b);
    if (!seamless) {
      sum += share * texel(face, clamp(x), clamp(y));
    } else if ((x < 0 || x >= N) && (y < 0 || y >= N)) {
      lost = share;
    } else {
      sum += share * beyond(face, x, y);
      others += beyond(face, x, y);
    }
  }
  return sum + lost * others / 3;
}

static void copy_faces(cudaArray_t array, const std::vector<float> &from, int size, int faces) {
  cudaMemcpy3DParms copy = {};
  copy.srcPtr = make_cudaPitchedPtr((void *)from.data(), size * 4, size, size);
  copy.dstArray = array;
  copy.extent = make_cudaExtent(size, size, faces);
  copy.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&copy));
}

static cudaTextureObject_t make(cudaResourceDesc resource, bool linear, bool seamless) {
  cudaTextureDesc description = {};
  description.filterMode = linear ? cudaFilterModeLinear : cudaFilterModePoint;
  description.normalizedCoords = 1;
  description.seamlessCubemap = seamless;
  description.maxMipmapLevelClamp = 10;
  cudaTextureObject_t texture;
  CUDA(cudaCreateTextureObject(&texture, &resource, &description, nullptr));
  return texture;
}

int main() {
  std::vector<float> faces, both, second;
  for (int cube = 0; cube < cubes; ++cube)
    for (int face = 0; face < 6; ++face)
      for (int y = 0; y < N; ++y)
        for (int x = 0; x < N; ++x) {
          if (cube == 0)
            faces.push_back(float(texel(face, x, y)));
          both.push_back(float(texel(face, x, y) + 1e4 * cube));
        }
  for (int i = 0; i < 6 * (N / 2) * (N / 2); ++i)
    second.push_back(float(i / ((N / 2) * (N / 2))) * 11); // one number a face
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float>();
  cudaArray_t cube, layers, none;
  cudaMipmappedArray_t mipmap;
  CUDA(cudaMalloc3DArray(&cube, &format, make_cudaExtent(N, N, 6), cudaArrayCubemap));
  CUDA(cudaMalloc3DArray(&layers, &format, make_cudaExtent(N, N, 6 * cubes),
                         cudaArrayCubemap | cudaArrayLayered));
  EXPECT_EQ(cudaMalloc3DArray(&none, &format, make_cudaExtent(N, N + 1, 6), cudaArrayCubemap),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaMalloc3DArray(&none, &format, make_cudaExtent(N, N, 5), cudaArrayCubemap),
            cudaErrorInvalidValue);
  cudaGetLastError();
  CUDA(cudaMallocMipmappedArray(&mipmap, &format, make_cudaExtent(N, N, 6), 2, cudaArrayCubemap));
  copy_faces(cube, faces, N, 6);
  copy_faces(layers, both, N, 6 * cubes);
  cudaArray_t level;
  CUDA(cudaGetMipmappedArrayLevel(&level, mipmap, 0));
  copy_faces(level, faces, N, 6);
  CUDA(cudaGetMipmappedArrayLevel(&level, mipmap, 1));
  copy_faces(level, second, N / 2, 6);

  Direction *d = managed<Direction>(n);
  float *out = managed<float>(n);
  unsigned seed = 7;
  for (int i = 0; i < n; ++i) {
    float *v = &d[i].x;
    for (int a = 0; a < 3; ++a) {
      seed = seed * 1664525u + 1013904223u;
      v[a] = float(int(seed >> 8) % 2001 - 1000) / 37;
    }
    // Many near an edge or a corner of the cube: the outer half of the outer elements.
    if (i % 2) {
      v[(i / 2) % 3] = v[0] < 0 ? -28 : 28;
      v[(i / 2 + 1) % 3] = (v[1] < 0 ? -27.0f : 27.0f) + v[2] / 100;
    }
  }
  cudaResourceDesc resource = {};
  resource.resType = cudaResourceTypeArray;
  for (int mode = 0; mode < 3; ++mode) {
    bool linear = mode > 0, seamless = mode > 1;
    for (bool layered : {false, true}) {
      resource.res.array.array = layered ? layers : cube;
      cudaTextureObject_t t = make(resource, linear, seamless);
      if (layered)
        read_layers<<<n / 128, 128>>>(t, d, out);
      else
        read_cube<<<n / 128, 128>>>(t, d, out);
      SYNC();
      for (int i = 0; i < n; ++i) {
        double want = expected(d[i], linear, seamless) + (layered ? 1e4 * (i % cubes) : 0);
        // A share of 1/256 may be rounded the other way.
        if (std::fabs(out[i] - want) > (linear ? 4 : 0) && ++failures <= 20)
          printf("mode %d layered %d at %g, %g, %g: %g, expected %g\n", mode, layered, d[i].x,
                 d[i].y, d[i].z, out[i], want);
      }
      CUDA(cudaDestroyTextureObject(t));
    }
  }

  resource.resType = cudaResourceTypeMipmappedArray;
  resource.res.mipmap.mipmap = mipmap;
  cudaTextureObject_t t = make(resource, false, false);
  read_level<<<n / 128, 128>>>(t, d, out);
  SYNC();
  for (int i = 0; i < n; ++i) {
    double v[3] = {d[i].x, d[i].y, d[i].z}, s, u;
    EXPECT_EQ(out[i], 11 * face_of(v, s, u));
  }
  CUDA(cudaDestroyTextureObject(t));

  cudaSurfaceObject_t surface;
  resource.resType = cudaResourceTypeArray;
  resource.res.array.array = layers;
  CUDA(cudaCreateSurfaceObject(&surface, &resource));
  fill_surface<<<6 * cubes, dim3(N, N)>>>(surface);
  fill_face<<<1, dim3(N, N)>>>(surface);
  SYNC();
  std::vector<float> read(6 * cubes * N * N);
  cudaMemcpy3DParms copy = {};
  copy.srcArray = layers;
  copy.dstPtr = make_cudaPitchedPtr(read.data(), N * 4, N, N);
  copy.extent = make_cudaExtent(N, N, 6 * cubes);
  copy.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaMemcpy3D(&copy));
  for (int i = 0; i < 6 * cubes * N * N; ++i) {
    int face = i / (N * N);
    EXPECT_EQ(read[i], both[i] + 1000 * face - (face == 5 ? 7 : 0));
  }
  CUDA(cudaDestroySurfaceObject(surface));
  CUDA(cudaFreeArray(cube));
  CUDA(cudaFreeArray(layers));
  CUDA(cudaFreeMipmappedArray(mipmap));
  return verdict();
}
