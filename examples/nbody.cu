// Bodies that attract each other, every one all others: a block reads the bodies in tiles, which
// its threads share, so that a body comes from memory once for a whole block (Nyland, Harris and
// Prins, GPU Gems 3, chapter 31). What must not change tells whether it is right: momentum and
// energy.
//
//     sampan run examples/nbody.cu -- 4096 20        (bodies, steps)
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

constexpr int Tile = 128;
constexpr float Softening = 0.05f; // added to every distance (squared), so that none is 0
constexpr float TimeStep = 0.001f;

// The acceleration of each body, and its part of the potential energy. `body.w` is the mass.
__global__ void attract(float4 *acceleration, const float4 *body, int n) {
  __shared__ float4 tile[Tile];
  int i = blockIdx.x * Tile + threadIdx.x;
  float4 me = i < n ? body[i] : float4{0, 0, 0, 0};
  float4 sum = {0, 0, 0, 0};
  for (int start = 0; start < n; start += Tile) {
    int j = start + threadIdx.x;
    tile[threadIdx.x] = j < n ? body[j] : float4{0, 0, 0, 0}; // one of no mass does no harm
    __syncthreads();
    for (int k = 0; k < Tile; ++k) {
      float4 other = tile[k];
      float x = other.x - me.x, y = other.y - me.y, z = other.z - me.z;
      float inverse = rsqrtf(x * x + y * y + z * z + Softening * Softening);
      float force = other.w * inverse * inverse * inverse;
      sum.x += force * x;
      sum.y += force * y;
      sum.z += force * z;
      sum.w -= other.w * inverse;
    }
    __syncthreads();
  }
  if (i < n)
    acceleration[i] = sum;
}

// Half a step of the velocities, and with `move` a whole step of the places after it: velocity
// Verlet, which keeps the energy near what it was.
__global__ void advance(float4 *body, float4 *velocity, const float4 *acceleration, int n,
                        bool move) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float4 v = velocity[i], a = acceleration[i];
  v.x += a.x * TimeStep / 2;
  v.y += a.y * TimeStep / 2;
  v.z += a.z * TimeStep / 2;
  velocity[i] = v;
  if (!move)
    return;
  float4 p = body[i];
  p.x += v.x * TimeStep;
  p.y += v.y * TimeStep;
  p.z += v.z * TimeStep;
  body[i] = p;
}

static void check(cudaError_t error) {
  if (error == cudaSuccess)
    return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

struct Totals {
  double energy = 0, momentum = 0;
};

static Totals measure(const float4 *body, const float4 *velocity, const float4 *acceleration,
                      int n) {
  std::vector<float4> p(n), v(n), a(n);
  size_t bytes = n * sizeof(float4);
  check(cudaMemcpy(p.data(), body, bytes, cudaMemcpyDeviceToHost));
  check(cudaMemcpy(v.data(), velocity, bytes, cudaMemcpyDeviceToHost));
  check(cudaMemcpy(a.data(), acceleration, bytes, cudaMemcpyDeviceToHost));
  double x = 0, y = 0, z = 0;
  Totals totals;
  for (int i = 0; i < n; ++i) {
    double mass = p[i].w;
    // Every pair is in the potential twice, and each body's attraction to itself is taken out.
    double potential = (a[i].w + mass / Softening) / 2;
    double squares = double(v[i].x) * v[i].x + double(v[i].y) * v[i].y + double(v[i].z) * v[i].z;
    totals.energy += mass * (squares / 2 + potential);
    x += mass * v[i].x;
    y += mass * v[i].y;
    z += mass * v[i].z;
  }
  totals.momentum = std::sqrt(x * x + y * y + z * z);
  return totals;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 4096;
  int steps = argc > 2 ? std::atoi(argv[2]) : 20;
  if (n < 2 || steps < 1) {
    std::fprintf(stderr, "usage: nbody [BODIES [STEPS]]\n");
    return 2;
  }
  // A ball of bodies at rest, whose masses are 1 together: it begins to fall together.
  std::mt19937 random(1);
  std::uniform_real_distribution<float> side(-1, 1);
  std::vector<float4> start(n);
  for (float4 &b : start)
    do
      b = {side(random), side(random), side(random), 1.0f / n};
    while (b.x * b.x + b.y * b.y + b.z * b.z > 1);
  float4 *body, *velocity, *acceleration;
  size_t bytes = n * sizeof(float4);
  check(cudaMalloc(&body, bytes));
  check(cudaMalloc(&velocity, bytes));
  check(cudaMalloc(&acceleration, bytes));
  check(cudaMemcpy(body, start.data(), bytes, cudaMemcpyHostToDevice));
  check(cudaMemset(velocity, 0, bytes));

  int blocks = (n + Tile - 1) / Tile;
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin));
  check(cudaEventCreate(&end));
  attract<<<blocks, Tile>>>(acceleration, body, n);
  Totals before = measure(body, velocity, acceleration, n);
  check(cudaEventRecord(begin));
  for (int step = 0; step < steps; ++step) {
    advance<<<blocks, Tile>>>(body, velocity, acceleration, n, true);
    attract<<<blocks, Tile>>>(acceleration, body, n);
    advance<<<blocks, Tile>>>(body, velocity, acceleration, n, false);
  }
  check(cudaEventRecord(end));
  check(cudaEventSynchronize(end));
  float milliseconds;
  check(cudaEventElapsedTime(&milliseconds, begin, end));
  Totals after = measure(body, velocity, acceleration, n);
  check(cudaFree(body));
  check(cudaFree(velocity));
  check(cudaFree(acceleration));

  double drift = std::fabs(after.energy / before.energy - 1);
  bool right = before.energy < 0 && drift < 1e-3 && after.momentum < 1e-4;
  std::printf("%d bodies, %d steps: %.3f ms, %.0f million attractions a second\n", n, steps,
              milliseconds, 1e-3 * n * n * steps / milliseconds);
  std::printf("energy %.6f, then %.6f; momentum %.1g: %s\n", before.energy, after.energy,
              after.momentum, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
