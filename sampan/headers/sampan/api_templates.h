// The typed C++ forms of the runtime API that cuda_runtime.h offers beside the C functions.
#ifndef SAMPAN_API_TEMPLATES_H
#define SAMPAN_API_TEMPLATES_H

// ---- Memory ------------------------------------------------------------------------------------
template <class T> static inline cudaError_t cudaMalloc(T **pointer, size_t size) {
  return ::cudaMalloc((void **)(void *)pointer, size);
}
template <class T>
static inline cudaError_t cudaMallocHost(T **pointer, size_t size, unsigned int flags = 0) {
  return ::cudaHostAlloc((void **)(void *)pointer, size, flags);
}
static inline cudaError_t cudaMallocHost(void **pointer, size_t size, unsigned int flags) {
  return ::cudaHostAlloc(pointer, size, flags);
}
template <class T>
static inline cudaError_t cudaHostAlloc(T **pointer, size_t size, unsigned int flags) {
  return ::cudaHostAlloc((void **)(void *)pointer, size, flags);
}
template <class T>
static inline cudaError_t cudaHostGetDevicePointer(T **devicePointer, void *hostPointer,
                                                   unsigned int flags) {
  return ::cudaHostGetDevicePointer((void **)(void *)devicePointer, hostPointer, flags);
}
template <class T>
static inline cudaError_t cudaMallocManaged(T **pointer, size_t size,
                                            unsigned int flags = cudaMemAttachGlobal) {
  return ::cudaMallocManaged((void **)(void *)pointer, size, flags);
}
template <class T>
static inline cudaError_t cudaMallocPitch(T **pointer, size_t *pitch, size_t width, size_t height) {
  return ::cudaMallocPitch((void **)(void *)pointer, pitch, width, height);
}
template <class T>
static inline cudaError_t cudaMallocAsync(T **pointer, size_t size, cudaStream_t stream) {
  return ::cudaMallocAsync((void **)(void *)pointer, size, stream);
}
template <class T>
static inline cudaError_t cudaMallocAsync(T **pointer, size_t size, cudaMemPool_t pool,
                                          cudaStream_t stream) {
  return ::cudaMallocFromPoolAsync((void **)(void *)pointer, size, pool, stream);
}
template <class T>
static inline cudaError_t cudaMallocFromPoolAsync(T **pointer, size_t size, cudaMemPool_t pool,
                                                  cudaStream_t stream) {
  return ::cudaMallocFromPoolAsync((void **)(void *)pointer, size, pool, stream);
}
template <class T>
static inline cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, T *pointer,
                                                   size_t length = 0,
                                                   unsigned int flags = cudaMemAttachSingle) {
  return ::cudaStreamAttachMemAsync(stream, (void *)pointer, length, flags);
}

// ---- Symbols: a variable stands for its address ------------------------------------------------
template <class T>
static inline cudaError_t cudaMemcpyToSymbol(const T &symbol, const void *from, size_t count,
                                             size_t offset = 0,
                                             cudaMemcpyKind kind = cudaMemcpyHostToDevice) {
  return ::cudaMemcpyToSymbol((const void *)__builtin_addressof(symbol), from, count, offset, kind);
}
template <class T>
static inline cudaError_t cudaMemcpyFromSymbol(void *to, const T &symbol, size_t count,
                                               size_t offset = 0,
                                               cudaMemcpyKind kind = cudaMemcpyDeviceToHost) {
  return ::cudaMemcpyFromSymbol(to, (const void *)__builtin_addressof(symbol), count, offset, kind);
}
template <class T>
static inline cudaError_t
cudaMemcpyToSymbolAsync(const T &symbol, const void *from, size_t count, size_t offset = 0,
                        cudaMemcpyKind kind = cudaMemcpyHostToDevice, cudaStream_t stream = 0) {
  return ::cudaMemcpyToSymbolAsync((const void *)__builtin_addressof(symbol), from, count, offset,
                                   kind, stream);
}
template <class T>
static inline cudaError_t
cudaMemcpyFromSymbolAsync(void *to, const T &symbol, size_t count, size_t offset = 0,
                          cudaMemcpyKind kind = cudaMemcpyDeviceToHost, cudaStream_t stream = 0) {
  return ::cudaMemcpyFromSymbolAsync(to, (const void *)__builtin_addressof(symbol), count, offset,
                                     kind, stream);
}
template <class T> static inline cudaError_t cudaGetSymbolAddress(void **pointer, const T &symbol) {
  return ::cudaGetSymbolAddress(pointer, (const void *)__builtin_addressof(symbol));
}
template <class T> static inline cudaError_t cudaGetSymbolSize(size_t *size, const T &symbol) {
  return ::cudaGetSymbolSize(size, (const void *)__builtin_addressof(symbol));
}

// ---- Events ------------------------------------------------------------------------------------
static inline cudaError_t cudaEventCreate(cudaEvent_t *event, unsigned int flags) {
  return ::cudaEventCreateWithFlags(event, flags);
}

// ---- Kernels -----------------------------------------------------------------------------------
template <class T>
static inline cudaError_t cudaLaunchKernel(T *function, dim3 gridDim, dim3 blockDim,
                                           void **arguments, size_t sharedMemory = 0,
                                           cudaStream_t stream = 0) {
  return ::cudaLaunchKernel((const void *)function, gridDim, blockDim, arguments, sharedMemory,
                            stream);
}
template <class T>
static inline cudaError_t cudaLaunchCooperativeKernel(T *function, dim3 gridDim, dim3 blockDim,
                                                      void **arguments, size_t sharedMemory = 0,
                                                      cudaStream_t stream = 0) {
  return ::cudaLaunchCooperativeKernel((const void *)function, gridDim, blockDim, arguments,
                                       sharedMemory, stream);
}
template <class T>
static inline cudaError_t cudaFuncSetCacheConfig(T *function, cudaFuncCache config) {
  return ::cudaFuncSetCacheConfig((const void *)function, config);
}
template <class T>
static inline cudaError_t cudaFuncSetSharedMemConfig(T *function, cudaSharedMemConfig config) {
  return ::cudaFuncSetSharedMemConfig((const void *)function, config);
}
template <class T>
static inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, T *function) {
  return ::cudaFuncGetAttributes(attributes, (const void *)function);
}
template <class T>
static inline cudaError_t cudaFuncSetAttribute(T *function, cudaFuncAttribute attribute,
                                               int value) {
  return ::cudaFuncSetAttribute((const void *)function, attribute, value);
}
template <class T> static inline cudaError_t cudaFuncGetName(const char **name, T *function) {
  return ::cudaFuncGetName(name, (const void *)function);
}
template <class T>
static inline cudaError_t cudaGetFuncBySymbol(cudaFunction_t *result, const T *symbol) {
  return ::cudaGetFuncBySymbol(result, (const void *)symbol);
}

#if __cplusplus >= 201103L
template <class... Parameters, class... Arguments>
static inline cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config,
                                             void (*kernel)(Parameters...),
                                             Arguments &&...arguments) {
  return [&](Parameters... converted) {
    void *pointers[sizeof...(Parameters) + 1] = {
        const_cast<void *>(static_cast<const volatile void *>(__builtin_addressof(converted)))...};
    return ::cudaLaunchKernelExC(config, (const void *)kernel, pointers);
  }(static_cast<Arguments &&>(arguments)...);
}
#endif

// ---- Occupancy ---------------------------------------------------------------------------------
template <class T>
static inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, T function,
                                                                        int blockSize,
                                                                        size_t dynamicShared) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(blocks, (const void *)function, blockSize,
                                                         dynamicShared);
}
template <class T>
static inline cudaError_t
cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, T function, int blockSize,
                                                       size_t dynamicShared, unsigned int flags) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, (const void *)function,
                                                                  blockSize, dynamicShared, flags);
}
template <class T>
static inline cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicShared,
                                                                    T *function, int blocks,
                                                                    int blockSize) {
  return ::cudaOccupancyAvailableDynamicSMemPerBlock(dynamicShared, (const void *)function, blocks,
                                                     blockSize);
}
template <class T>
static inline cudaError_t cudaOccupancyMaxActiveClusters(int *clusters, T *function,
                                                         const cudaLaunchConfig_t *config) {
  return ::cudaOccupancyMaxActiveClusters(clusters, (const void *)function, config);
}
template <class T>
static inline cudaError_t cudaOccupancyMaxPotentialClusterSize(int *clusterSize, T *function,
                                                               const cudaLaunchConfig_t *config) {
  return ::cudaOccupancyMaxPotentialClusterSize(clusterSize, (const void *)function, config);
}

// The block size that keeps most threads resident: the largest wins a tie, as on a GPU.
template <class SharedOf, class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(
    int *minGridSize, int *blockSize, T function, SharedOf sharedOf, int blockSizeLimit = 0,
    unsigned int flags = 0) {
  int device = 0, multiprocessors = 0, warp = 32, largest = 1024;
  cudaFuncAttributes attributes;
  cudaError_t error = ::cudaGetDevice(&device);
  if (error == cudaSuccess)
    error = ::cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device);
  if (error == cudaSuccess)
    error = ::cudaDeviceGetAttribute(&warp, cudaDevAttrWarpSize, device);
  if (error == cudaSuccess)
    error = ::cudaDeviceGetAttribute(&largest, cudaDevAttrMaxThreadsPerBlock, device);
  if (error == cudaSuccess)
    error = ::cudaFuncGetAttributes(&attributes, (const void *)function);
  if (error != cudaSuccess)
    return error;
  if (attributes.maxThreadsPerBlock < largest)
    largest = attributes.maxThreadsPerBlock;
  if (blockSizeLimit > 0 && blockSizeLimit < largest)
    largest = blockSizeLimit;
  int bestSize = 0, bestBlocks = 0;
  for (int size = (largest + warp - 1) / warp * warp; size > 0; size -= warp) {
    int tried = size < largest ? size : largest, blocks = 0;
    error = ::cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
        &blocks, (const void *)function, tried, sharedOf(tried), flags);
    if (error != cudaSuccess)
      return error;
    if (tried * blocks > bestSize * bestBlocks) {
      bestSize = tried;
      bestBlocks = blocks;
    }
  }
  *minGridSize = bestBlocks * multiprocessors;
  *blockSize = bestSize;
  return cudaSuccess;
}
template <class SharedOf, class T>
static inline cudaError_t
cudaOccupancyMaxPotentialBlockSizeVariableSMem(int *minGridSize, int *blockSize, T function,
                                               SharedOf sharedOf, int blockSizeLimit = 0) {
  return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(
      minGridSize, blockSize, function, sharedOf, blockSizeLimit, cudaOccupancyDefault);
}
struct __sampan_constant_shared {
  size_t bytes;
  size_t operator()(int) const { return bytes; }
};
template <class T>
static inline cudaError_t
cudaOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, T function,
                                            size_t dynamicShared = 0, int blockSizeLimit = 0,
                                            unsigned int flags = 0) {
  __sampan_constant_shared sharedOf = {dynamicShared};
  return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(minGridSize, blockSize, function,
                                                                 sharedOf, blockSizeLimit, flags);
}
template <class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize,
                                                             T function, size_t dynamicShared = 0,
                                                             int blockSizeLimit = 0) {
  return cudaOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, function,
                                                     dynamicShared, blockSizeLimit);
}

// ---- Graphs: the argument lists before CUDA 12 -------------------------------------------------
static inline cudaError_t cudaGraphInstantiate(cudaGraphExec_t *executable, cudaGraph_t graph,
                                               cudaGraphNode_t *errorNode, char *log,
                                               size_t logSize) {
  (void)errorNode;
  if (log && logSize)
    *log = 0;
  return ::cudaGraphInstantiate(executable, graph, 0ull);
}

static inline cudaError_t cudaGraphExecUpdate(cudaGraphExec_t executable, cudaGraph_t graph,
                                              cudaGraphNode_t *errorNode,
                                              cudaGraphExecUpdateResult *result) {
  cudaGraphExecUpdateResultInfo info = {};
  cudaError_t error = ::cudaGraphExecUpdate(executable, graph, &info);
  if (errorNode)
    *errorNode = info.errorNode;
  if (result)
    *result = info.result;
  return error;
}

// ---- Graphs: the argument lists from CUDA 13 on, with data of edges -----------------------------
static inline cudaError_t cudaGraphAddNode(cudaGraphNode_t *node, cudaGraph_t graph,
                                           const cudaGraphNode_t *dependencies,
                                           const cudaGraphEdgeData *edges, size_t count,
                                           cudaGraphNodeParams *parameters) {
  return ::cudaGraphAddNode_v2(node, graph, dependencies, edges, count, parameters);
}

static inline cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream,
                                                   cudaStreamCaptureStatus *status,
                                                   unsigned long long *id, cudaGraph_t *graph,
                                                   const cudaGraphNode_t **dependencies,
                                                   const cudaGraphEdgeData **edges, size_t *count) {
  return ::cudaStreamGetCaptureInfo_v3(stream, status, id, graph, dependencies, edges, count);
}

static inline cudaError_t cudaStreamUpdateCaptureDependencies(cudaStream_t stream,
                                                              cudaGraphNode_t *dependencies,
                                                              const cudaGraphEdgeData *edges,
                                                              size_t count, unsigned int flags) {
  return ::cudaStreamUpdateCaptureDependencies_v2(stream, dependencies, edges, count, flags);
}

// ---- Graphs: variables -------------------------------------------------------------------------
template <typename T>
static inline cudaError_t
cudaGraphAddMemcpyNodeToSymbol(cudaGraphNode_t *node, cudaGraph_t graph,
                               const cudaGraphNode_t *dependencies, size_t count, const T &symbol,
                               const void *from, size_t bytes, size_t offset, cudaMemcpyKind kind) {
  return ::cudaGraphAddMemcpyNodeToSymbol(node, graph, dependencies, count, (const void *)&symbol,
                                          from, bytes, offset, kind);
}

template <typename T>
static inline cudaError_t cudaGraphAddMemcpyNodeFromSymbol(cudaGraphNode_t *node, cudaGraph_t graph,
                                                           const cudaGraphNode_t *dependencies,
                                                           size_t count, void *to, const T &symbol,
                                                           size_t bytes, size_t offset,
                                                           cudaMemcpyKind kind) {
  return ::cudaGraphAddMemcpyNodeFromSymbol(node, graph, dependencies, count, to,
                                            (const void *)&symbol, bytes, offset, kind);
}

#endif
