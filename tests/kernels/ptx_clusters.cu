// Clusters in inline PTX: registers, mapa, getctarank, the barrier, loads, stores and atomics.
// sampan-flags: -arch=sm_90
// expect-path: vector
#include "check.h"

__device__ unsigned shared_address(const void *pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}

__global__ void __cluster_dims__(2, 2) exchange(unsigned *out) {
  __shared__ unsigned own[32], received[32];
  __shared__ unsigned long long wide;
  unsigned rank, size, x, y, nx, ny, cx, gx, named;
  asm("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  asm("mov.u32 %0, %%cluster_nctarank;" : "=r"(size));
  asm("mov.u32 %0, %%cluster_ctaid.x;" : "=r"(x));
  asm("mov.u32 %0, %%cluster_ctaid.y;" : "=r"(y));
  asm("mov.u32 %0, %%cluster_nctaid.x;" : "=r"(nx));
  asm("mov.u32 %0, %%cluster_nctaid.y;" : "=r"(ny));
  asm("mov.u32 %0, %%clusterid.x;" : "=r"(cx));
  asm("mov.u32 %0, %%nclusterid.x;" : "=r"(gx));
  asm("{ .reg .pred p; mov.pred p, %%is_explicit_cluster; selp.u32 %0, 1, 0, p; }" : "=r"(named));
  unsigned t = threadIdx.x;
  own[t] = rank * 1000 + t;
  received[t] = 0;
  if (t == 0)
    wide = 0;
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");

  // The next block's value, by a shared address of 32 bits and by a generic one.
  unsigned next = (rank + 1) % size, there, value, who;
  asm("mapa.shared::cluster.u32 %0, %1, %2;"
      : "=r"(there)
      : "r"(shared_address(&own[t])), "r"(next));
  asm volatile("ld.shared::cluster.u32 %0, [%1];" : "=r"(value) : "r"(there));
  asm("getctarank.shared::cluster.u32 %0, %1;" : "=r"(who) : "r"(there));
  unsigned long long generic;
  asm("mapa.u64 %0, %1, %2;" : "=l"(generic) : "l"(&own[t]), "r"(next));
  unsigned again = *reinterpret_cast<unsigned *>(generic), whose;
  asm("getctarank.u64 %0, %1;" : "=r"(whose) : "l"(generic));

  // A store to the block before, and all add to a counter of block 0.
  unsigned before = (rank + size - 1) % size;
  asm("mapa.shared::cluster.u32 %0, %1, %2;"
      : "=r"(there)
      : "r"(shared_address(&received[t])), "r"(before));
  asm volatile("st.shared::cluster.u32 [%0], %1;" ::"r"(there), "r"(value + 7) : "memory");
  asm("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(shared_address(&wide)), "r"(0));
  asm volatile("red.relaxed.cluster.shared::cluster.add.u64 [%0], %1;" ::"r"(there), "l"(1ull + t)
               : "memory");
  asm volatile("barrier.cluster.arrive;\n barrier.cluster.wait;" ::: "memory");

  // An address of its own block works as one of the cluster.
  unsigned direct;
  asm volatile("ld.shared::cluster.u32 %0, [%1];" : "=r"(direct) : "r"(shared_address(&own[t])));
  unsigned block = blockIdx.x + gridDim.x * blockIdx.y;
  unsigned *line = out + (block * 32 + t) * 8;
  line[0] = value;
  line[1] = who * 10 + whose;
  line[2] = again;
  line[3] = received[t];
  line[4] = rank * 100 + size;
  line[5] = x + 10 * y + 100 * nx + 1000 * ny + 10000 * cx + 100000 * gx + 1000000 * named;
  line[6] = direct;
  line[7] = rank == 0 ? static_cast<unsigned>(wide) : 0;
  asm volatile("barrier.cluster.arrive.relaxed;" ::: "memory");
  asm volatile("barrier.cluster.wait;" ::: "memory");
}

int main() {
  const int blocks = 8;
  unsigned *out = managed<unsigned>(blocks * 32 * 8);
  exchange<<<dim3(4, 2), 32>>>(out);
  SYNC();
  for (int b = 0; b < blocks; ++b) {
    unsigned x = b % 4 % 2, y = b / 4, rank = x + 2 * y, next = (rank + 1) % 4;
    for (unsigned t = 0; t < 32; ++t) {
      const unsigned *line = out + (b * 32 + t) * 8;
      EXPECT_EQ(line[0], next * 1000 + t);
      EXPECT_EQ(line[1], next * 11);
      EXPECT_EQ(line[2], line[0]);
      // The block after this one wrote what it had read from the one after itself.
      EXPECT_EQ(line[3], (rank + 2) % 4 * 1000 + t + 7);
      EXPECT_EQ(line[4], rank * 100 + 4);
      EXPECT_EQ(line[5], x + 10 * y + 200 + 2000 + 10000 * (b % 4 / 2) + 200000 + 1000000);
      EXPECT_EQ(line[6], rank * 1000 + t);
      EXPECT_EQ(line[7], rank == 0 ? 4 * (32 + 31 * 16) : 0);
    }
  }
  return verdict();
}
