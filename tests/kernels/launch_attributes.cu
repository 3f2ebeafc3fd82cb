// cudaLaunchKernelEx: every attribute, in streams and captures; clusters that do not fit;
// occupancy.
// sampan-flags: -arch=sm_90
// expect-error: cannot launch plain(int*): a grid of 6 x 1 x 1 blocks, which is no multiple
// expect-error: cannot launch plain(int*): its launch names cudaLaunchAttributeDeviceUpdatable
// expect-error: cannot launch made_for_two(int*): clusters of 4 x 1 x 1 blocks; it was made for 2
#include "check.h"
#include <cooperative_groups.h>
namespace cg = cooperative_groups;

__global__ void plain(int *out) {
  atomicAdd(out, int(cg::this_cluster().num_blocks()));
  cg::this_cluster().sync();
}
__global__ void __cluster_dims__(2) made_for_two(int *out) {
  atomicAdd(out, int(cg::this_cluster().num_blocks()));
}
__global__ void whole_grid(int *out) {
  atomicAdd(out, 1);
  cg::this_grid().sync();
  if (blockIdx.x == 0 && threadIdx.x == 0)
    out[1] = out[0] * 10 + cg::this_cluster().num_blocks();
}

static cudaLaunchAttribute attributes[4];
static cudaLaunchConfig_t config_of(unsigned blocks, unsigned count, cudaStream_t stream = 0) {
  cudaLaunchConfig_t config = {};
  config.gridDim = blocks;
  config.blockDim = 32;
  config.stream = stream;
  config.attrs = attributes;
  config.numAttrs = count;
  return config;
}
static void cluster(int index, unsigned x, unsigned y = 1, unsigned z = 1) {
  attributes[index].id = cudaLaunchAttributeClusterDimension;
  attributes[index].val = {};
  attributes[index].val.clusterDim.x = x;
  attributes[index].val.clusterDim.y = y;
  attributes[index].val.clusterDim.z = z;
}
static cudaError_t launch(void (*kernel)(int *), unsigned blocks, unsigned count, int *out) {
  cudaLaunchConfig_t config = config_of(blocks, count);
  cudaError_t error = cudaLaunchKernelEx(&config, kernel, out);
  EXPECT_EQ(cudaGetLastError(), error);
  CUDA(cudaDeviceSynchronize());
  return error;
}
static cudaError_t with(cudaLaunchAttributeID id, cudaLaunchAttributeValue value, int *out) {
  attributes[0].id = id;
  attributes[0].val = value;
  return launch(plain, 2, 1, out);
}

int main() {
  int *out = managed<int>(16);
  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  EXPECT_EQ(properties.clusterLaunch, 1);

  // Sizes of clusters.
  cluster(0, 4);
  EXPECT_EQ(launch(plain, 8, 1, out), cudaSuccess);
  EXPECT_EQ(out[0], 8 * 32 * 4);
  EXPECT_EQ(launch(plain, 6, 1, out), cudaErrorInvalidClusterSize);
  EXPECT_EQ(launch(made_for_two, 8, 1, out), cudaErrorInvalidClusterSize);
  out[0] = 0;
  EXPECT_EQ(launch(made_for_two, 8, 0, out), cudaSuccess);
  EXPECT_EQ(out[0], 8 * 32 * 2);
  cluster(0, 16);
  EXPECT_EQ(launch(plain, 16, 1, out), cudaErrorInvalidClusterSize);
  int most = 0;
  cudaLaunchConfig_t config = config_of(16, 1);
  CUDA(cudaOccupancyMaxPotentialClusterSize(&most, plain, &config));
  EXPECT_EQ(most, 8);
  CUDA(cudaFuncSetAttribute(plain, cudaFuncAttributeNonPortableClusterSizeAllowed, 1));
  CUDA(cudaOccupancyMaxPotentialClusterSize(&most, plain, &config));
  EXPECT_EQ(most, 16);
  out[0] = 0;
  EXPECT_EQ(launch(plain, 16, 1, out), cudaSuccess);
  EXPECT_EQ(out[0], 16 * 32 * 16);
  int clusters = 0;
  CUDA(cudaOccupancyMaxActiveClusters(&clusters, plain, &config));
  EXPECT(clusters > 0);
  cluster(0, 2, 0);
  EXPECT_EQ(launch(plain, 8, 1, out), cudaErrorInvalidValue);

  // Attributes of kernels.
  cudaFuncAttributes about;
  CUDA(cudaFuncGetAttributes(&about, made_for_two));
  EXPECT_EQ(about.clusterDimMustBeSet, 1);
  EXPECT_EQ(about.requiredClusterWidth, 2);
  EXPECT_EQ(cudaFuncSetAttribute(made_for_two, cudaFuncAttributeRequiredClusterWidth, 4),
            cudaErrorNotPermitted);
  EXPECT_EQ(cudaGetLastError(), cudaErrorNotPermitted);
  CUDA(cudaFuncGetAttributes(&about, plain));
  EXPECT_EQ(about.clusterDimMustBeSet, 0);
  EXPECT_EQ(about.nonPortableClusterSizeAllowed, 1);

  // A cooperative grid of clusters.
  cluster(0, 2);
  attributes[1].id = cudaLaunchAttributeCooperative;
  attributes[1].val = {};
  attributes[1].val.cooperative = 1;
  out[0] = 0;
  EXPECT_EQ(launch(whole_grid, 4, 2, out), cudaSuccess);
  EXPECT_EQ(out[1], 4 * 32 * 10 + 2);

  // Hints, and what cannot be.
  cudaLaunchAttributeValue value = {};
  EXPECT_EQ(with(cudaLaunchAttributeIgnore, value, out), cudaSuccess);
  value.priority = -1;
  EXPECT_EQ(with(cudaLaunchAttributePriority, value, out), cudaSuccess);
  value = {};
  value.programmaticStreamSerializationAllowed = 1;
  EXPECT_EQ(with(cudaLaunchAttributeProgrammaticStreamSerialization, value, out), cudaSuccess);
  value = {};
  value.memSyncDomain = cudaLaunchMemSyncDomainRemote;
  EXPECT_EQ(with(cudaLaunchAttributeMemSyncDomain, value, out), cudaSuccess);
  value = {};
  value.memSyncDomainMap.remote = 1;
  EXPECT_EQ(with(cudaLaunchAttributeMemSyncDomainMap, value, out), cudaSuccess);
  value = {};
  value.syncPolicy = cudaSyncPolicySpin;
  EXPECT_EQ(with(cudaLaunchAttributeSynchronizationPolicy, value, out), cudaSuccess);
  value = {};
  value.clusterSchedulingPolicyPreference = cudaClusterSchedulingPolicySpread;
  EXPECT_EQ(with(cudaLaunchAttributeClusterSchedulingPolicyPreference, value, out), cudaSuccess);
  value = {};
  value.sharedMemCarveout = 50;
  EXPECT_EQ(with(cudaLaunchAttributePreferredSharedMemoryCarveout, value, out), cudaSuccess);
  value.sharedMemCarveout = 101;
  EXPECT_EQ(with(cudaLaunchAttributePreferredSharedMemoryCarveout, value, out),
            cudaErrorInvalidValue);
  value = {};
  value.deviceUpdatableKernelNode.deviceUpdatable = 1;
  EXPECT_EQ(with(cudaLaunchAttributeDeviceUpdatableKernelNode, value, out), cudaErrorNotSupported);
  EXPECT_EQ(with(cudaLaunchAttributeID(99), value, out), cudaErrorInvalidValue);
  config = config_of(2, 1);
  config.attrs = nullptr;
  EXPECT_EQ(cudaLaunchKernelEx(&config, plain, out), cudaErrorInvalidValue);
  EXPECT_EQ(cudaLaunchKernelExC(nullptr, (const void *)plain, nullptr), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);

  // Events that a launch records.
  cudaEvent_t event;
  CUDA(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  value = {};
  value.programmaticEvent.event = event;
  EXPECT_EQ(with(cudaLaunchAttributeProgrammaticEvent, value, out), cudaSuccess);
  CUDA(cudaEventSynchronize(event));
  value = {};
  value.launchCompletionEvent.event = event;
  EXPECT_EQ(with(cudaLaunchAttributeLaunchCompletionEvent, value, out), cudaSuccess);
  CUDA(cudaEventQuery(event));
  value.launchCompletionEvent.event = nullptr;
  EXPECT_EQ(with(cudaLaunchAttributeLaunchCompletionEvent, value, out),
            cudaErrorInvalidResourceHandle);

  // In a capture.
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));
  CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  cluster(0, 4);
  attributes[1].id = cudaLaunchAttributePriority;
  config = config_of(8, 2, stream);
  CUDA(cudaLaunchKernelEx(&config, plain, out));
  cudaGraph_t graph;
  CUDA(cudaStreamEndCapture(stream, &graph));
  cudaGraphExec_t executable;
  CUDA(cudaGraphInstantiate(&executable, graph, 0));
  out[0] = 0;
  CUDA(cudaGraphLaunch(executable, stream));
  CUDA(cudaGraphLaunch(executable, stream));
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(out[0], 2 * 8 * 32 * 4);
  return verdict();
}
