// Thread block clusters: what CUDA C++ has for them without cooperative_groups.h.
// Written from the CUDA C++ Programming Guide, "Thread Block Clusters".
#ifndef SAMPAN_CLUSTERS_H
#define SAMPAN_CLUSTERS_H

// What the compiler knows by name (frontend/clusters.py).
extern "C" __device__ void __sampan_cluster_arrive();
extern "C" __device__ void __sampan_cluster_arrive_relaxed();
extern "C" __device__ void __sampan_cluster_wait();
extern "C" __device__ void *__sampan_cluster_map(const void *, unsigned int rank);
extern "C" __device__ unsigned int __sampan_cluster_rank_of(const void *);
extern "C" __device__ unsigned int __sampan_cluster_rank();
extern "C" __device__ unsigned int __sampan_cluster_blocks();
extern "C" __device__ bool __sampan_cluster_named();
extern "C" __device__ unsigned int __sampan_cluster_dim_x();
extern "C" __device__ unsigned int __sampan_cluster_dim_y();
extern "C" __device__ unsigned int __sampan_cluster_dim_z();
extern "C" __device__ unsigned int __sampan_cluster_block_x();
extern "C" __device__ unsigned int __sampan_cluster_block_y();
extern "C" __device__ unsigned int __sampan_cluster_block_z();
extern "C" __device__ unsigned int __sampan_cluster_index_x();
extern "C" __device__ unsigned int __sampan_cluster_index_y();
extern "C" __device__ unsigned int __sampan_cluster_index_z();
extern "C" __device__ unsigned int __sampan_cluster_grid_x();
extern "C" __device__ unsigned int __sampan_cluster_grid_y();
extern "C" __device__ unsigned int __sampan_cluster_grid_z();

#define __SAMPAN_DEVICE static __device__ __forceinline__

__SAMPAN_DEVICE bool __clusterDimIsSpecified() { return __sampan_cluster_named(); }
__SAMPAN_DEVICE dim3 __clusterDim() {
  return dim3(__sampan_cluster_dim_x(), __sampan_cluster_dim_y(), __sampan_cluster_dim_z());
}
__SAMPAN_DEVICE dim3 __clusterRelativeBlockIdx() {
  return dim3(__sampan_cluster_block_x(), __sampan_cluster_block_y(), __sampan_cluster_block_z());
}
__SAMPAN_DEVICE dim3 __clusterGridDimInClusters() {
  return dim3(__sampan_cluster_grid_x(), __sampan_cluster_grid_y(), __sampan_cluster_grid_z());
}
__SAMPAN_DEVICE dim3 __clusterIdx() {
  return dim3(__sampan_cluster_index_x(), __sampan_cluster_index_y(), __sampan_cluster_index_z());
}
__SAMPAN_DEVICE unsigned int __clusterRelativeBlockRank() { return __sampan_cluster_rank(); }
__SAMPAN_DEVICE unsigned int __clusterSizeInBlocks() { return __sampan_cluster_blocks(); }
__SAMPAN_DEVICE void __cluster_barrier_arrive() { __sampan_cluster_arrive(); }
__SAMPAN_DEVICE void __cluster_barrier_arrive_relaxed() { __sampan_cluster_arrive_relaxed(); }
__SAMPAN_DEVICE void __cluster_barrier_wait() { __sampan_cluster_wait(); }
__SAMPAN_DEVICE void *__cluster_map_shared_rank(const void *address, unsigned int rank) {
  return __sampan_cluster_map(address, rank);
}
__SAMPAN_DEVICE unsigned int __cluster_query_shared_rank(const void *address) {
  return __sampan_cluster_rank_of(address);
}

// ---- Kernels that may begin before the one ahead of them has ended ------------------------------
// Here they never do, so there is nothing to wait for and nobody to tell.

__SAMPAN_DEVICE void cudaGridDependencySynchronize() {}
__SAMPAN_DEVICE void cudaTriggerProgrammaticLaunchCompletion() {}

#undef __SAMPAN_DEVICE

#endif
