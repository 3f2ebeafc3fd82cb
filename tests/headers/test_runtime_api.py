"""The C++ overloads of the runtime API reach the C functions, and launches their stubs."""

from __future__ import annotations

from header_support import compile_snippet

SOURCE = """
__constant__ float coefficients[16];
__device__ float *pointer;
__managed__ int counter = 5;
__global__ void kernel(int *p, float v) { p[0] = int(v) + counter; }
template <class T> __global__ void __launch_bounds__(256, 2) typed(T *p) { p[0] = T(1); }

cudaError_t use() {
  float *f; int *i; void *v; float host[16]; int grid, block;
  cudaMalloc(&f, 4); cudaMalloc((void **)&f, 4); cudaMallocManaged(&i, 4);
  cudaMallocHost(&f, 4); cudaMallocHost((void **)&f, 4); cudaHostAlloc(&f, 4, cudaHostAllocMapped);
  cudaHostGetDevicePointer(&i, f, 0); cudaMallocAsync(&f, 4, 0); size_t pitch;
  cudaMallocPitch(&f, &pitch, 1, 1);
  cudaMemcpyToSymbol(coefficients, host, sizeof host);
  cudaMemcpyToSymbolAsync(coefficients, host, 4, 0, cudaMemcpyHostToDevice, 0);
  cudaMemcpyFromSymbol(host, coefficients, 4); cudaMemcpyToSymbol(pointer, &f, sizeof f);
  cudaGetSymbolAddress(&v, pointer); cudaGetSymbolAddress((void **)&f, coefficients);
  cudaGetSymbolSize(&pitch, coefficients);
  kernel<<<1, 32>>>(i, 2.0f);
  typed<<<dim3(1, 2), dim3(3), 64, cudaStreamPerThread>>>(f);
  void *arguments[] = {&i, &f};
  cudaLaunchKernel(kernel, 1, dim3(2), arguments);
  cudaLaunchKernel((void *)kernel, 1, 1, arguments, 0, 0);
  cudaLaunchCooperativeKernel((void *)kernel, 1, 1, arguments);
  cudaLaunchConfig_t config = {}; cudaLaunchKernelEx(&config, kernel, i, 2);
  cudaFuncSetAttribute(typed<int>, cudaFuncAttributeMaxDynamicSharedMemorySize, 65536);
  cudaFuncAttributes attributes; cudaFuncGetAttributes(&attributes, kernel);
  cudaFuncSetCacheConfig(kernel, cudaFuncCachePreferL1);
  cudaOccupancyMaxPotentialBlockSize(&grid, &block, typed<float>, 0, 0);
  cudaOccupancyMaxPotentialBlockSizeVariableSMem(&grid, &block, kernel,
                                                 [](int b) { return b * 4; });
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&grid, kernel, 128, 0);
  cudaEvent_t event; cudaEventCreate(&event, cudaEventDisableTiming); cudaEventRecord(event);
  cudaStream_t stream; cudaStreamCreate(&stream); cudaStreamWaitEvent(stream, event);
  cudaChannelFormatDesc texel = cudaCreateChannelDesc<float4>();
  cudaMemcpyAsync(f, f, texel.x, cudaMemcpyDefault);
  cudaExtent extent = make_cudaExtent(1, 2, 3); cudaPitchedPtr pitched;
  cudaMalloc3D(&pitched, extent);
  cudaGraph_t graph; cudaGraphExec_t executable;
  cudaGraphInstantiate(&executable, graph, NULL, NULL, 0);
  counter += 2;
  return cudaMemcpy(f, host, sizeof host, cudaMemcpyHostToDevice);
}
static_assert(CUDART_VERSION == 12080 && __CUDACC_VER_MAJOR__ == 12, "the version we stand for");
#if !defined(__CUDACC__) || !defined(__NVCC__)
#error "programs tell nvcc's sources by these"
#endif
#ifdef __CUDA_ARCH__
static_assert(__CUDA_ARCH__ == 800, "the default architecture");
#endif
"""


def test_overloads_and_launches() -> None:
    halves = compile_snippet(SOURCE)
    names = "cudaMalloc cudaMallocManaged cudaHostAlloc cudaMemcpyToSymbol cudaGetSymbolAddress "
    names += "cudaLaunchKernel cudaLaunchKernelExC cudaFuncSetAttribute __cudaRegisterVar "
    names += "cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags __cudaRegisterFunction "
    names += "__cudaPushCallConfiguration"
    for name in names.split():
        assert f"@{name}(" in halves.host, name
    assert "0123456789abcdef" in halves.host
    assert halves.warnings == ()


def test_managed_variable_is_annotated_on_both_sides() -> None:
    halves = compile_snippet(SOURCE)
    for text in (halves.device, halves.host):
        assert "sampan.managed" in text and "@llvm.global.annotations" in text
        annotations = next(
            line for line in text.splitlines() if line.startswith("@llvm.global.ann")
        )
        assert "@counter" in annotations
    assert "global i32 5" in halves.device  # the initial value lives with the device half


def test_launch_bounds_and_kernel_marks() -> None:
    device = compile_snippet(SOURCE).device
    assert "ptx_kernel" in device and '"nvvm.maxntid"="256"' in device
