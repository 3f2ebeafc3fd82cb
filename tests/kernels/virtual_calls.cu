#include "check.h"

struct Shape {
  __device__ virtual ~Shape() {}
  __device__ virtual float area() const = 0;
  __device__ virtual int corners() const { return 0; }
};
struct Circle : Shape {
  float radius;
  __device__ explicit Circle(float r) : radius(r) {}
  __device__ float area() const override { return 3 * radius * radius; }
};
struct Box : Shape {
  float w, h;
  __device__ Box(float w, float h) : w(w), h(h) {}
  __device__ float area() const override { return w * h; }
  __device__ int corners() const override { return 4; }
};
struct Square final : Box {
  __device__ explicit Square(float a) : Box(a, a) {}
  __device__ int corners() const override { return Box::corners() * 10; }
};

__global__ void create(Shape **shapes, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  if (i % 3 == 0)
    shapes[i] = new Circle(i);
  else if (i % 3 == 1)
    shapes[i] = new Box(i, 2);
  else
    shapes[i] = new Square(i);
}
__global__ void measure(Shape **shapes, float *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = shapes[i]->area() + 1000000 * shapes[i]->corners();
}
__global__ void destroy(Shape **shapes, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    delete shapes[i];
}
__global__ void on_the_stack(float *out) {
  Circle circle(threadIdx.x);
  Square square(threadIdx.x + 1);
  Shape *shape = threadIdx.x % 2 ? static_cast<Shape *>(&circle) : &square;
  out[threadIdx.x] = shape->area();
}

int main() {
  const int n = 100;
  Shape **shapes = managed<Shape *>(n);
  float *out = managed<float>(n);
  create<<<2, 64>>>(shapes, n);
  measure<<<2, 64>>>(shapes, out, n);
  destroy<<<2, 64>>>(shapes, n);
  SYNC();
  for (int i = 0; i < n; ++i) {
    float want = i % 3 == 0 ? 3.0f * i * i : i % 3 == 1 ? i * 2.0f + 4000000 : i * i + 40000000.0f;
    EXPECT_EQ(out[i], want);
  }
  on_the_stack<<<1, 50>>>(out);
  SYNC();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(out[i], i % 2 ? 3.0f * i * i : float((i + 1) * (i + 1)));
  return verdict();
}
