// Clusters: shared memory of other blocks, the barrier, what a block knows of its cluster.
// sampan-flags: -arch=sm_90
// expect-path: vector
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

// Each block's shared value is read by the next block of its cluster.
__global__ void __cluster_dims__(4, 1, 1) ring(int *out) {
  __shared__ int value[32];
  cg::cluster_group cluster = cg::this_cluster();
  value[threadIdx.x] = blockIdx.x * 100 + threadIdx.x;
  cluster.sync();
  unsigned next = (cluster.block_rank() + 1) % cluster.num_blocks();
  int *other = cluster.map_shared_rank(value, next);
  int read = other[threadIdx.x];
  unsigned owner = cluster.query_shared_rank(other);
  cluster.sync(); // nobody leaves while others read
  out[blockIdx.x * 32 + threadIdx.x] = read * 10 + owner;
}

// A histogram whose bins are spread over the blocks of a cluster.
__global__ void histogram(int *bins, int per_block, const int *data, int count) {
  extern __shared__ int own[];
  cg::cluster_group cluster = cg::this_cluster();
  for (int i = threadIdx.x; i < per_block; i += blockDim.x)
    own[i] = 0;
  cluster.sync();
  int first = blockIdx.x * blockDim.x + threadIdx.x;
  for (int i = first; i < count; i += gridDim.x * blockDim.x) {
    int bin = data[i];
    int *there = cluster.map_shared_rank(own, bin / per_block);
    atomicAdd(there + bin % per_block, 1);
  }
  cluster.sync();
  int *total = bins + cluster.block_rank() * per_block;
  for (int i = threadIdx.x; i < per_block; i += blockDim.x)
    atomicAdd(total + i, own[i]);
}

// Arriving and waiting apart; threads that leave early; more than one axis.
__global__ void parts(int *out) {
  __shared__ int mark;
  cg::cluster_group cluster = cg::this_cluster();
  if (threadIdx.x == 0)
    mark = 7 + cluster.block_rank();
  auto token = cluster.barrier_arrive();
  int own = threadIdx.x * 2; // work that needs nobody
  cluster.barrier_wait(static_cast<decltype(token) &&>(token));
  int sum = 0;
  for (unsigned r = 0; r < cluster.num_blocks(); ++r)
    sum += *cluster.map_shared_rank(&mark, r);
  __cluster_barrier_arrive();
  if (threadIdx.x >= 24)
    return; // arrived, and then gone
  __cluster_barrier_wait();
  dim3 index = cluster.block_index(), size = cluster.dim_blocks();
  cg::grid_group grid = cg::this_grid();
  int block = blockIdx.x + gridDim.x * blockIdx.y;
  if (threadIdx.x < 16)
    out[block * 16 + threadIdx.x] = sum + own;
  if (threadIdx.x == 0) {
    out += 16 * gridDim.x * gridDim.y + block * 8;
    out[0] = index.x + 10 * index.y + 100 * index.z;
    out[1] = size.x + 10 * size.y + 100 * size.z;
    out[2] = cluster.thread_rank() + 1000 * cluster.num_threads();
    out[3] = grid.cluster_rank() + 100 * grid.num_clusters();
    out[4] = grid.cluster_index().x + 10 * grid.cluster_index().y;
    out[5] = grid.dim_clusters().x + 10 * grid.dim_clusters().y;
    out[6] = __clusterDimIsSpecified();
    out[7] = cluster.dim_threads().x + 1000 * cluster.dim_threads().y;
  }
}

// Many meetings: of the cluster and of the block in turn, with values that live across them.
__global__ void __cluster_dims__(2, 2, 1) waves(int *out, int rounds) {
  __shared__ int cells[2][64];
  cg::cluster_group cluster = cg::this_cluster();
  unsigned rank = cluster.block_rank(), t = threadIdx.x;
  int own = 3 * (blockIdx.x + gridDim.x * blockIdx.y) + t, history[3] = {};
  cells[0][t] = own;
  cluster.sync();
  for (int round = 0; round < rounds; ++round) {
    const int *left = cluster.map_shared_rank(cells[round & 1], (rank + 3) % 4);
    const int *right = cluster.map_shared_rank(cells[round & 1], (rank + 1) % 4);
    int next = (left[t] + right[63 - t]) % 1009 + round;
    int odd = __syncthreads_count(next & 1);
    history[round % 3] += odd;
    cells[~round & 1][t] = next + history[(round + 1) % 3];
    if (round % 4 == 3 && t >= 32)
      own += next;
    cluster.sync();
  }
  out[(blockIdx.x + gridDim.x * blockIdx.y) * 64 + t] =
      cells[rounds & 1][t] * 7 + own + history[0] - history[2];
}

static void waves_expected(int *want, int width, int height, int rounds) {
  static int cells[2][64][64], own[64][64], history[64][64][3];
  for (int b = 0; b < width * height; ++b) {
    for (int t = 0; t < 64; ++t) {
      cells[0][b][t] = own[b][t] = 3 * b + t;
      history[b][t][0] = history[b][t][1] = history[b][t][2] = 0;
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (int b = 0; b < width * height; ++b) {
      int x = b % width, y = b / width, rank = x % 2 + 2 * (y % 2), odd = 0, next[64];
      auto block = [&](int r) { return x / 2 * 2 + r % 2 + width * (y / 2 * 2 + r / 2); };
      for (int t = 0; t < 64; ++t) {
        next[t] = (cells[round & 1][block((rank + 3) % 4)][t] +
                   cells[round & 1][block((rank + 1) % 4)][63 - t]) %
                      1009 +
                  round;
        odd += next[t] & 1;
      }
      for (int t = 0; t < 64; ++t) {
        history[b][t][round % 3] += odd;
        cells[~round & 1][b][t] = next[t] + history[b][t][(round + 1) % 3];
        own[b][t] += round % 4 == 3 && t >= 32 ? next[t] : 0;
      }
    }
  }
  for (int b = 0; b < width * height; ++b)
    for (int t = 0; t < 64; ++t)
      *want++ = cells[rounds & 1][b][t] * 7 + own[b][t] + history[b][t][0] - history[b][t][2];
}

// The same registers where nobody named a cluster: each block is its own. Vector code can tell.
__global__ void alone(int *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = __clusterDim().x + 10 * __clusterRelativeBlockRank() + 100 * __clusterIdx().x +
           1000 * __clusterDimIsSpecified();
}

int main() {
  int *out;
  cudaMallocManaged(&out, 4096 * sizeof(int));
  ring<<<64, 32>>>(out);
  CUDA(cudaDeviceSynchronize());
  bool right = true;
  for (int b = 0; b < 64; ++b) {
    for (int t = 0; t < 32; ++t) {
      int next = b / 4 * 4 + (b + 1) % 4;
      right &= out[b * 32 + t] == (next * 100 + t) * 10 + (b + 1) % 4;
    }
  }
  EXPECT(right);

  const int per_block = 20, count = 5000;
  int *data = out + 1000, *bins = out;
  cudaMallocManaged(&data, count * sizeof(int));
  for (int i = 0; i < count; ++i)
    data[i] = i * 7919 % 80;
  for (int i = 0; i < 80; ++i)
    bins[i] = 0;
  cudaLaunchConfig_t config = {};
  config.gridDim = 8;
  config.blockDim = 64;
  config.dynamicSmemBytes = per_block * sizeof(int);
  cudaLaunchAttribute attribute;
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim.x = 4;
  attribute.val.clusterDim.y = attribute.val.clusterDim.z = 1;
  config.attrs = &attribute;
  config.numAttrs = 1;
  CUDA(cudaLaunchKernelEx(&config, histogram, bins, per_block, (const int *)data, count));
  CUDA(cudaDeviceSynchronize());
  int expected[80] = {};
  for (int i = 0; i < count; ++i)
    ++expected[data[i]];
  right = true;
  for (int i = 0; i < 80; ++i)
    right &= bins[i] == expected[i];
  EXPECT(right);

  config = {};
  config.gridDim = dim3(6, 4);
  config.blockDim = 32;
  config.attrs = &attribute;
  config.numAttrs = 1;
  attribute.val.clusterDim.x = 3;
  attribute.val.clusterDim.y = 2;
  CUDA(cudaLaunchKernelEx(&config, parts, out));
  CUDA(cudaDeviceSynchronize());
  right = true;
  for (int b = 0; b < 24; ++b) {
    int x = b % 6, y = b / 6;
    for (int t = 0; t < 16; ++t)
      right &= out[b * 16 + t] == 6 * 7 + 15 + 2 * t;
    int *told = out + 16 * 24 + b * 8;
    right &= told[0] == x % 3 + 10 * (y % 2) && told[1] == 123;
    right &= told[2] == (x % 3 + 3 * (y % 2)) * 32 + 192000;
    right &= told[3] == x / 3 + 2 * (y / 2) + 400 && told[4] == x / 3 + 10 * (y / 2);
    right &= told[5] == 22 && told[6] == 1 && told[7] == 96 + 2000;
  }
  EXPECT(right);

  waves<<<dim3(4, 4), 64>>>(out, 11);
  CUDA(cudaDeviceSynchronize());
  static int want[16 * 64];
  waves_expected(want, 4, 4, 11);
  for (int i = 0; i < 16 * 64; ++i)
    EXPECT_EQ(out[i], want[i]);

  alone<<<4, 32>>>(out);
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(out[0], 1);
  EXPECT_EQ(out[3 * 32 + 5], 301);
  return verdict();
}
