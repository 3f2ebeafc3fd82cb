// Memory: allocation, what is refused, copies of all shapes, symbols, attributes of pointers.
#include <thread>

#include "device_module.h"

static int table[16]; // "device" variables
static float coefficient;
static char table_shadow, coefficient_shadow; // whose addresses the host uses

struct Out {
  int *out;
};
LANE_KERNEL(read_table, Out) { *p.out = table[3]; }
LANE_KERNEL(heap, Out) {
  auto *memory = static_cast<int *>(sampan_device_malloc(400));
  memory[99] = 9;
  *p.out = memory[99];
  sampan_device_free(memory);
}

template <typename T = char> static T *device(size_t count) {
  void *memory = nullptr;
  CUDA(cudaMalloc(&memory, count * sizeof(T)));
  return static_cast<T *>(memory);
}

TEST(allocations_are_aligned_and_freed_once) {
  for (size_t size : {size_t{1}, size_t{100}, size_t{70000}, size_t{5} << 20}) {
    char *memory = device(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 256, 0);
    memory[0] = memory[size - 1] = 1;
    CUDA(cudaFree(memory));
    EXPECT_EQ(cudaFree(memory), cudaErrorInvalidValue);
  }
  CUDA(cudaFree(nullptr));
  int local;
  EXPECT_EQ(cudaFree(&local), cudaErrorInvalidValue);
  char *inside = device(1000);
  EXPECT_EQ(cudaFree(inside + 1), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFreeHost(inside), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMalloc(nullptr, 4), cudaErrorInvalidValue);
  void *nothing = inside;
  CUDA(cudaMalloc(&nothing, 0));
  EXPECT(nothing == nullptr);
}

TEST(too_much_memory_is_an_error) {
  size_t free, total;
  CUDA(cudaMemGetInfo(&free, &total));
  EXPECT(free <= total && free > 0);
  void *memory;
  EXPECT_EQ(cudaMalloc(&memory, total + 1), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaMalloc(&memory, ~size_t{0}), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaMallocHost(&memory, ~size_t{0} / 2), cudaErrorMemoryAllocation);
  size_t pitch;
  EXPECT_EQ(cudaMallocPitch(&memory, &pitch, 1 << 20, ~size_t{0} / 2), cudaErrorMemoryAllocation);
  char *some = device(64 << 20);
  size_t less;
  CUDA(cudaMemGetInfo(&less, &total));
  CUDA(cudaFree(some));
}

TEST(copies_of_all_kinds_and_sizes) {
  for (size_t size : {size_t{3}, size_t{100000}, size_t{9} << 20}) {
    char *a = device(size), *b = device(size);
    char *host = static_cast<char *>(std::malloc(size)),
         *back = static_cast<char *>(std::malloc(size));
    for (size_t i = 0; i < size; ++i)
      host[i] = static_cast<char>(i * 7);
    CUDA(cudaMemcpy(a, host, size, cudaMemcpyHostToDevice));
    CUDA(cudaMemcpy(b, a, size, cudaMemcpyDeviceToDevice));
    CUDA(cudaMemcpy(back, b, size, cudaMemcpyDeviceToHost));
    EXPECT(std::memcmp(host, back, size) == 0);
    CUDA(cudaMemset(b, 3, size));
    CUDA(cudaMemcpy(back, b, size, cudaMemcpyDefault));
    EXPECT(back[0] == 3 && back[size - 1] == 3);
    CUDA(cudaMemcpy(back, host, size, cudaMemcpyHostToHost));
    EXPECT(std::memcmp(host, back, size) == 0);
    CUDA(cudaFree(a));
    CUDA(cudaFree(b));
    std::free(host);
    std::free(back);
  }
}

TEST(wrong_copies_are_refused) {
  char *memory = device(1000);
  char host[2000];
  EXPECT_EQ(cudaMemcpy(memory, host, 1001, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(memory + 500, host, 501, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(nullptr, host, 1, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(host, memory, 10, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(memory, host, 10, static_cast<cudaMemcpyKind>(7)),
            cudaErrorInvalidMemcpyDirection);
  EXPECT_EQ(cudaMemset(memory, 0, 1001), cudaErrorInvalidValue);
  CUDA(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
  EXPECT_EQ(cudaMemcpy2D(memory, 10, host, 20, 11, 2, cudaMemcpyHostToDevice),
            cudaErrorInvalidPitchValue);
}

TEST(copies_in_two_and_three_dimensions) {
  void *pitched;
  size_t pitch;
  CUDA(cudaMallocPitch(&pitched, &pitch, 100, 20));
  EXPECT(pitch >= 100 && pitch % 512 == 0);
  CUDA(cudaMemset2D(pitched, pitch, 1, 100, 20));
  char host[20][100], back[20][100];
  std::memset(host, 7, sizeof host);
  CUDA(cudaMemcpy2D(static_cast<char *>(pitched) + pitch + 10, pitch, host, 100, 50, 10,
                    cudaMemcpyHostToDevice));
  CUDA(cudaMemcpy2D(back, 100, pitched, pitch, 100, 20, cudaMemcpyDeviceToHost));
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 100; ++x) {
      EXPECT_EQ(back[y][x], y >= 1 && y < 11 && x >= 10 && x < 60 ? 7 : 1);
    }
  }

  cudaPitchedPtr volume;
  CUDA(cudaMalloc3D(&volume, {40, 5, 3}));
  char source[3][5][40], result[3][5][40] = {};
  for (size_t i = 0; i < sizeof source; ++i)
    (&source[0][0][0])[i] = static_cast<char>(i);
  cudaMemcpy3DParms parms{};
  parms.srcPtr = {source, 40, 40, 5};
  parms.dstPtr = volume;
  parms.extent = {40, 5, 3};
  parms.kind = cudaMemcpyHostToDevice;
  CUDA(cudaMemcpy3D(&parms));
  cudaMemcpy3DParms part{};
  part.srcPtr = volume;
  part.srcPos = {4, 1, 1};
  part.dstPtr = {result, 40, 40, 5};
  part.dstPos = {0, 0, 2};
  part.extent = {8, 2, 1};
  part.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaMemcpy3D(&part));
  EXPECT_EQ(result[2][0][0], source[1][1][4]);
  EXPECT_EQ(result[2][1][7], source[1][2][11]);
  EXPECT_EQ(result[2][1][8], 0);
}

TEST(arrays_hold_elements) {
  cudaChannelFormatDesc format{32, 0, 0, 0, cudaChannelFormatKindFloat};
  cudaArray_t array;
  CUDA(cudaMallocArray(&array, &format, 10, 4, 0));
  float host[4][10], back[2][5] = {};
  for (int i = 0; i < 40; ++i)
    (&host[0][0])[i] = static_cast<float>(i);
  CUDA(cudaMemcpy2DToArray(array, 0, 0, host, 40, 40, 4, cudaMemcpyHostToDevice));
  cudaMemcpy3DParms parms{};
  parms.srcArray = array;
  parms.srcPos = {5, 2, 0}; // elements
  parms.dstPtr = {back, 20, 20, 2};
  parms.extent = {5, 2, 1};
  parms.kind = cudaMemcpyDeviceToHost;
  CUDA(cudaMemcpy3D(&parms));
  EXPECT_EQ(back[0][0], 25);
  EXPECT_EQ(back[1][4], 39);
  parms.extent.width = 6;
  EXPECT_EQ(cudaMemcpy3D(&parms), cudaErrorInvalidValue);
  CUDA(cudaFreeArray(array));
}

TEST(symbols_are_found_by_their_host_shadows) {
  int values[16];
  for (int i = 0; i < 16; ++i)
    values[i] = i * i;
  CUDA(cudaMemcpyToSymbol(&table_shadow, values, sizeof values, 0, cudaMemcpyHostToDevice));
  int *out = managed<int>(1);
  CUDA(launch(read_table, 1, 1, Out{out}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 9);
  int two[2];
  CUDA(cudaMemcpyFromSymbol(two, &table_shadow, 8, 4 * sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT_EQ(two[1], 25);
  EXPECT_EQ(cudaMemcpyToSymbol(&table_shadow, values, 64, 4, cudaMemcpyHostToDevice),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpyToSymbol(&values, values, 4, 0, cudaMemcpyHostToDevice),
            cudaErrorInvalidSymbol);
  void *address;
  size_t size;
  CUDA(cudaGetSymbolAddress(&address, &coefficient_shadow));
  CUDA(cudaGetSymbolSize(&size, &table_shadow));
  EXPECT(address == &coefficient);
  EXPECT_EQ(size, sizeof table);
  CUDA(cudaMemset(static_cast<char *>(address), 0, 4));
}

TEST(pointers_know_their_kind) {
  auto type = [](const void *pointer) {
    cudaPointerAttributes attributes;
    CUDA(cudaPointerGetAttributes(&attributes, pointer));
    return attributes.type;
  };
  void *pinned;
  CUDA(cudaMallocHost(&pinned, 100));
  int *registered = static_cast<int *>(std::malloc(4000));
  CUDA(cudaHostRegister(registered, 4000, 0));
  EXPECT_EQ(cudaHostRegister(registered + 10, 4, 0), cudaErrorHostMemoryAlreadyRegistered);
  EXPECT_EQ(type(device(10) + 5), cudaMemoryTypeDevice);
  EXPECT_EQ(type(managed<char>(10)), cudaMemoryTypeManaged);
  EXPECT_EQ(type(pinned), cudaMemoryTypeHost);
  EXPECT_EQ(type(registered + 999), cudaMemoryTypeHost);
  EXPECT_EQ(type(&type), cudaMemoryTypeUnregistered);
  EXPECT_EQ(type(&table[2]), cudaMemoryTypeDevice);
  void *mapped;
  CUDA(cudaHostGetDevicePointer(&mapped, registered, 0));
  EXPECT(mapped == registered);
  CUDA(cudaHostUnregister(registered));
  EXPECT_EQ(cudaHostUnregister(registered), cudaErrorHostMemoryNotRegistered);
  EXPECT_EQ(type(registered), cudaMemoryTypeUnregistered);
  CUDA(cudaFreeHost(pinned));
  std::free(registered);
}

TEST(managed_memory_takes_advice) {
  int *memory = managed<int>(1000);
  CUDA(cudaMemAdvise(memory, 4000, cudaMemAdviseSetReadMostly, 0));
  CUDA(cudaMemPrefetchAsync(memory, 4000, cudaCpuDeviceId, nullptr));
  EXPECT_EQ(cudaMemPrefetchAsync(memory, 4000, 5, nullptr), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaMemAdvise(device(10), 10, cudaMemAdviseSetReadMostly, 0), cudaErrorInvalidValue);
}

TEST(kernels_have_a_heap) {
  int *out = managed<int>(1);
  CUDA(launch(heap, 4, 64, Out{out}));
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(*out, 9);
}

TEST(host_threads_allocate_and_copy_at_once) {
  auto body = [] {
    for (int i = 0; i < 300; ++i) {
      int *memory = device<int>(1000), value = i, back = -1;
      CUDA(cudaMemcpy(memory + 999, &value, 4, cudaMemcpyHostToDevice));
      CUDA(cudaMemcpy(&back, memory + 999, 4, cudaMemcpyDeviceToHost));
      EXPECT_EQ(back, i);
      CUDA(cudaFree(memory));
    }
  };
  std::thread a(body), b(body);
  a.join();
  b.join();
}

TEST(a_reset_frees_device_memory) {
  char *memory = device(1 << 20);
  CUDA(cudaDeviceReset());
  EXPECT_EQ(cudaFree(memory), cudaErrorInvalidValue);
}

int main(int argc, char **argv) {
  ModuleDefinition &module =
      main_module({{"table", table, sizeof table, 0, 0},
                   {"coefficient", &coefficient, sizeof coefficient, SAMPAN_VAR_CONSTANT, 0}});
  __cudaRegisterVar(module.handle, &table_shadow, nullptr, "table", 0, sizeof table, 0, 0);
  __cudaRegisterVar(module.handle, &coefficient_shadow, nullptr, "coefficient", 0,
                    sizeof coefficient, 1, 0);
  return run_tests(argc, argv);
}
