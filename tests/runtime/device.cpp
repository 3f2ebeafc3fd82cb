// The device and its settings, texts of errors, what kernels print.
#include "device_module.h"

// As the compiler writes it into a program.
extern "C" int sampan_compute_capability;
int sampan_compute_capability = 75;

struct Print {
  const char *format;
  const void *arguments;
  int *result;
};
LANE_KERNEL(print, Print) { *p.result = sampan_vprintf(p.format, p.arguments); }

// Arguments as CUDA's compiler lays them out.
struct Mixed {
  int count;
  double real;
  const char *text;
  long long large;
  int character;
  int width;
  double padded;
};

static int print_and_wait(const char *format, const void *arguments) {
  int *result = managed<int>(1);
  CUDA(launch(print, 1, 1, Print{format, arguments, result}));
  CUDA(cudaDeviceSynchronize());
  return *result;
}

TEST_PRINTS(
    printf_formats_as_c_does,
    "7 items, 3.50, <abc>, -9000000000, x |   2.7|\n100% sure, 0x00ff +5 [left  ] 1.5e+00") {
  Mixed mixed{7, 3.5, "abc", -9000000000ll, 'x', 6, 2.71};
  EXPECT_EQ(print_and_wait("%d items, %.2f, <%s>, %lld, %c |%*.1f|\n", &mixed), 7);
  struct {
    unsigned hex;
    int plus;
    const char *left;
    double e;
  } more{255, 5, "left", 1.5};
  EXPECT_EQ(print_and_wait("100%% sure, 0x%04hx %+d [%-6s] %.1e\n", &more), 4);
  EXPECT_EQ(print_and_wait("no arguments\n", nullptr), 0);
  EXPECT_EQ(print_and_wait(nullptr, nullptr), -1);
}

TEST(output_is_written_at_synchronisation) {
  // In order with what the host prints, although this output is buffered.
  static char buffer[100];
  std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  std::printf("host\n");
  EXPECT_EQ(print_and_wait("device\n", nullptr), 0);
  std::printf("host again\n");
}

TEST_PRINTS(long_lines_are_whole, "end of line") {
  std::string text(100000, 'a');
  text += " end of line\n";
  const char *pointer = text.c_str();
  EXPECT_EQ(print_and_wait("%s", &pointer), 1);
}

TEST(a_wild_string_is_a_fault_of_the_kernel) {
  const char *wild = reinterpret_cast<const char *>(0x10);
  int *result = managed<int>(1);
  CUDA(launch(print, 1, 1, Print{"%s\n", &wild, result}));
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
}

TEST(the_device_describes_itself) {
  int count = 0;
  CUDA(cudaGetDeviceCount(&count));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(cudaSetDevice(1), cudaErrorInvalidDevice);
  cudaDeviceProp properties;
  CUDA(cudaGetDeviceProperties(&properties, 0));
  const char *arch = std::getenv("SAMPAN_ARCH");
  EXPECT_EQ(properties.major, arch ? 9 : 7);
  EXPECT_EQ(properties.minor, arch ? 0 : 5);
  EXPECT_EQ(properties.warpSize, 32);
  EXPECT_EQ(properties.sharedMemPerBlock, 49152);
  EXPECT(properties.totalGlobalMem > 0);
  EXPECT_EQ(cudaGetDeviceProperties(&properties, 3), cudaErrorInvalidDevice);
  int value = 0;
  CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMaxSharedMemoryPerBlockOptin, 0));
  EXPECT_EQ(value, 166912);
  for (int i = 1; i < cudaDevAttrMax; ++i) {
    bool reserved = i == 44 || (i >= 92 && i <= 94) || (i >= 102 && i <= 105) || i == 107 ||
                    i == 110 || (i >= 122 && i <= 124) || (i >= 127 && i <= 129) || i == 132 ||
                    (i >= 136 && i <= 137) || (i >= 141 && i <= 142);
    cudaError_t error = cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(i), 0);
    if ((error != cudaSuccess) != reserved) {
      std::fprintf(stderr, "attribute %d: %d\n", i, error);
      ++failures;
    }
  }
  int version = 0;
  CUDA(cudaRuntimeGetVersion(&version));
  EXPECT_EQ(version, 12080);
  char id[32];
  int device = -1;
  CUDA(cudaDeviceGetPCIBusId(id, sizeof id, 0));
  CUDA(cudaDeviceGetByPCIBusId(&device, id));
  EXPECT_EQ(device, 0);
  EXPECT_EQ(cudaDeviceGetByPCIBusId(&device, "0000:7f:00.0"), cudaErrorInvalidDevice);
}

TEST(limits_are_kept_until_a_reset) {
  size_t value;
  CUDA(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 1 << 20));
  CUDA(cudaDeviceGetLimit(&value, cudaLimitMallocHeapSize));
  EXPECT_EQ(value, 1 << 20);
  CUDA(cudaDeviceReset());
  CUDA(cudaDeviceGetLimit(&value, cudaLimitMallocHeapSize));
  EXPECT_EQ(value, 8 << 20);
  EXPECT_EQ(cudaDeviceGetLimit(&value, static_cast<cudaLimit>(99)), cudaErrorUnsupportedLimit);
}

// With three workers.
TEST(few_workers_are_told_as_a_usual_number_of_processors) {
  int count = 0;
  CUDA(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0));
  const char *chosen = std::getenv("SAMPAN_PROCESSORS");
  EXPECT_EQ(count, chosen && *chosen ? std::atoi(chosen) : 16);
}

TEST(errors_have_names_and_texts) {
  auto is = [](cudaError_t error, const char *name, const char *text) {
    EXPECT(std::strcmp(cudaGetErrorName(error), name) == 0);
    EXPECT(std::strcmp(cudaGetErrorString(error), text) == 0);
  };
  is(cudaSuccess, "cudaSuccess", "no error");
  is(cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument");
  is(cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration",
     "invalid configuration argument");
  is(cudaErrorIllegalAddress, "cudaErrorIllegalAddress",
     "an illegal memory access was encountered");
  is(cudaErrorAssert, "cudaErrorAssert", "device-side assert triggered");
  is(cudaErrorUnknown, "cudaErrorUnknown", "unknown error");
  is(static_cast<cudaError_t>(12345), "unrecognized error code", "unrecognized error code");
}

int main(int argc, char **argv) {
  main_module();
  return run_tests(argc, argv);
}
