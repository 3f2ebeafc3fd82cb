// Renders the Mandelbrot set to a picture: neighbouring threads leave the loop at different times,
// which is what a compiler from threads to vectors has to be good at.
//
//     sampan run examples/mandelbrot.cu -- picture.png
//     sampan run examples/mandelbrot.cu -- picture.png 4096 1000    (width = height, iterations)
#include "png.h"
#include <cstdio>
#include <cstdlib>
#include <vector>

// How many steps of z = z^2 + c, from 0, stay inside the circle of radius 2.
__host__ __device__ int steps(float cr, float ci, int limit) {
  float zr = 0, zi = 0;
  int n = 0;
  while (n < limit && zr * zr + zi * zi < 4) {
    float next = zr * zr - zi * zi + cr;
    zi = 2 * zr * zi + ci;
    zr = next;
    ++n;
  }
  return n;
}

__global__ void mandelbrot(int *iterations, int size, int limit, float left, float top,
                           float step) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < size && y < size)
    iterations[y * size + x] = steps(left + x * step, top + y * step, limit);
}

// From dark blue over violet to pale yellow; the set itself is black.
__global__ void colour(const int *iterations, uchar3 *pixels, int count, int limit) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count)
    return;
  int n = iterations[i];
  float t = n == limit ? 0 : sqrtf(n / float(limit));
  float r = __saturatef(2.5f * t), g = __saturatef(1.6f * t - 0.1f);
  float b = __saturatef(0.3f + 1.5f * t) - __saturatef(3.0f * (t - 0.45f));
  if (n == limit)
    r = g = b = 0;
  pixels[i] = make_uchar3(255 * r, 255 * g, 255 * __saturatef(b));
}

static void check(cudaError_t error) {
  if (error == cudaSuccess)
    return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "mandelbrot.png";
  int size = argc > 2 ? std::atoi(argv[2]) : 1024;
  int limit = argc > 3 ? std::atoi(argv[3]) : 256;
  if (size < 1 || limit < 1) {
    std::fprintf(stderr, "usage: mandelbrot [FILE.png [SIZE [ITERATIONS]]]\n");
    return 2;
  }
  size_t count = size_t(size) * size;
  int *iterations;
  uchar3 *pixels;
  check(cudaMalloc(&iterations, count * sizeof(int)));
  check(cudaMalloc(&pixels, count * sizeof(uchar3)));

  dim3 block(32, 8), grid((size + 31) / 32, (size + 7) / 8);
  cudaEvent_t start, stop;
  check(cudaEventCreate(&start));
  check(cudaEventCreate(&stop));
  const float Left = -2.0f, Top = -1.25f, step = 2.5f / size;
  float best = 1e30f;
  for (int run = 0; run < 5; ++run) {
    check(cudaEventRecord(start));
    mandelbrot<<<grid, block>>>(iterations, size, limit, Left, Top, step);
    check(cudaEventRecord(stop));
    check(cudaEventSynchronize(stop));
    float milliseconds;
    check(cudaEventElapsedTime(&milliseconds, start, stop));
    if (milliseconds < best)
      best = milliseconds;
  }
  colour<<<(count + 255) / 256, 256>>>(iterations, pixels, int(count), limit);
  check(cudaGetLastError());
  std::vector<uchar3> picture(count);
  check(cudaMemcpy(picture.data(), pixels, count * sizeof(uchar3), cudaMemcpyDeviceToHost));
  std::vector<int> found(count);
  check(cudaMemcpy(found.data(), iterations, count * sizeof(int), cudaMemcpyDeviceToHost));
  check(cudaFree(iterations));
  check(cudaFree(pixels));

  // The host goes over some of the points. Where it rounds differently (it may not fuse a product
  // and a sum) a point at the very edge of the set takes another number of steps.
  int same = 0, compared = 0;
  for (size_t i = 0; i < count; i += 1 + count / 5000, ++compared)
    same += steps(Left + i % size * step, Top + i / size * step, limit) == found[i];
  bool right = same > 0.98 * compared;
  if (!png::write(name, size, size, &picture[0].x)) {
    std::perror(name);
    return 1;
  }
  std::printf("%dx%d, %d iterations: %.3f ms, the best of 5: %s\n", size, size, limit, best,
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
