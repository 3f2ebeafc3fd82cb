// Arrays of structs, structs of arrays, bit fields, unions, bool and char, pointers in structs.
// expect-path: vector
#include "check.h"

struct Particle {
  float position[3];
  unsigned alive : 1, kind : 5, count : 26;
  bool moved;
  signed char direction;
  union {
    int whole;
    short halves[2];
  };
  double mass;
};
struct Soa {
  float *x, *y;
  int n;
};

__device__ void advance(Particle &particle, int i) {
  for (float &value : particle.position)
    value += i;
  if (particle.alive && particle.kind > 3) {
    particle.count += particle.kind;
    particle.moved = !particle.moved;
  }
  particle.direction = (signed char)(-particle.direction);
  particle.halves[i & 1] = 77;
  particle.mass *= 0.5;
}

__global__ void run(Particle *particles, Soa soa) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= soa.n)
    return;
  Particle mine = particles[i];
  advance(mine, i);
  particles[i] = mine;
  advance(particles[soa.n + i], i); // in place
  soa.x[i] = mine.position[0] + soa.y[i];
}

int main() {
  const int n = 100;
  Particle *particles = managed<Particle>(2 * n);
  Soa soa = {managed<float>(n), managed<float>(n), n};
  for (int i = 0; i < 2 * n; ++i) {
    int k = i % n;
    particles[i] = {{1, 2, 3},   unsigned(k % 2), unsigned(k % 32),
                    unsigned(k), k % 3 == 0,      (signed char)(k - 50),
                    {0},         k * 2.0};
    particles[i].whole = -1;
    soa.y[k] = k * 10;
  }
  run<<<2, 64>>>(particles, soa);
  SYNC();
  for (int i = 0; i < 2 * n; ++i) {
    const Particle &p = particles[i];
    int k = i % n;
    bool active = k % 2 && k % 32 > 3;
    EXPECT(p.position[0] == 1 + k && p.position[1] == 2 + k && p.position[2] == 3 + k);
    EXPECT(p.alive == unsigned(k % 2) && p.kind == unsigned(k % 32));
    EXPECT_EQ(unsigned(p.count), unsigned(k + (active ? k % 32 : 0)));
    EXPECT_EQ(p.moved, (k % 3 == 0) != active);
    EXPECT_EQ(p.direction, 50 - k);
    EXPECT_EQ(p.halves[k & 1], 77);
    EXPECT_EQ(p.halves[1 - (k & 1)], -1);
    EXPECT_EQ(p.mass, double(k));
    if (i < n)
      EXPECT_EQ(soa.x[i], 1.0f + i + i * 10);
  }
  return verdict();
}
