// Memory, events and pools that two processes share: the program starts itself again.
// not-interpreted: the other process would be the interpreter
#include "check.h"
#include <string>
#include <sys/wait.h>
#include <unistd.h>

const int n = 1 << 18;

__global__ void add(int *x, int by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  x[i] += by;
}
__global__ void twice(int *x) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  x[i] *= 2;
}

static std::string to_text(const char *bytes, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += char('a' + (bytes[i] >> 4 & 15)), text += char('a' + (bytes[i] & 15));
  return text;
}
static void from_text(const char *text, char *bytes, size_t count) {
  for (size_t i = 0; i < count; ++i)
    bytes[i] = char((text[2 * i] - 'a') << 4 | (text[2 * i + 1] - 'a'));
}

// Doubles the numbers when the first event has been reached, and records the second.
static int other_process(char **arguments) {
  cudaIpcMemHandle_t memory;
  cudaIpcEventHandle_t before, after;
  from_text(arguments[1], memory.reserved, sizeof memory);
  from_text(arguments[2], before.reserved, sizeof before);
  from_text(arguments[3], after.reserved, sizeof after);
  int *x;
  cudaEvent_t first, second;
  CUDA(cudaIpcOpenMemHandle((void **)&x, memory, cudaIpcMemLazyEnablePeerAccess));
  CUDA(cudaIpcOpenEventHandle(&first, before));
  CUDA(cudaIpcOpenEventHandle(&second, after));
  cudaPointerAttributes attributes;
  CUDA(cudaPointerGetAttributes(&attributes, x));
  EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
  EXPECT_EQ(cudaFree(x), cudaErrorInvalidValue); // it is the other process's
  cudaGetLastError();
  cudaStream_t stream;
  CUDA(cudaStreamCreate(&stream));

  // A pool, by the file that the program inherited, and memory of it.
  cudaMemPool_t pool;
  cudaMemPoolPtrExportData data;
  from_text(arguments[6], (char *)data.reserved, sizeof data);
  void *file = (void *)(intptr_t)atoi(arguments[5]);
  CUDA(cudaMemPoolImportFromShareableHandle(&pool, file, cudaMemHandleTypePosixFileDescriptor, 0));
  int *of_pool, *none;
  CUDA(cudaMemPoolImportPointer((void **)&of_pool, pool, &data));
  EXPECT_EQ(cudaMallocFromPoolAsync(&none, 4, pool, stream), cudaErrorInvalidValue);
  cudaMemPool_t plain;
  CUDA(cudaDeviceGetDefaultMemPool(&plain, 0));
  EXPECT_EQ(cudaMemPoolImportPointer((void **)&none, plain, &data), cudaErrorInvalidValue);
  cudaGetLastError();
  twice<<<1, 256, 0, stream>>>(of_pool);
  CUDA(cudaFreeAsync(of_pool, stream));
  CUDA(cudaStreamSynchronize(stream));

  CUDA(cudaStreamWaitEvent(stream, first, 0));
  twice<<<n / 256, 256, 0, stream>>>(x);
  CUDA(cudaEventRecord(second, stream));
  EXPECT_EQ(cudaEventQuery(first), cudaErrorNotReady);
  EXPECT_EQ(cudaStreamQuery(stream), cudaErrorNotReady);
  if (write(atoi(arguments[4]), "x", 1) != 1) // all is submitted
    return 1;
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(cudaEventQuery(first), cudaSuccess);
  CUDA(cudaIpcCloseMemHandle(x));
  EXPECT_EQ(cudaIpcCloseMemHandle(x), cudaErrorInvalidValue);
  CUDA(cudaEventDestroy(first));
  CUDA(cudaEventDestroy(second));
  return failures != 0;
}

static void wait_for_byte(void *pipe) {
  char byte;
  if (read(*static_cast<int *>(pipe), &byte, 1) != 1)
    printf("no byte from the other process\n");
}

int main(int count, char **arguments) {
  if (count > 1)
    return other_process(arguments);
  int *x, pipes[2];
  if (pipe(pipes) != 0)
    return 1;
  CUDA(cudaMalloc(&x, n * sizeof(int)));
  CUDA(cudaMemset(x, 0, n * sizeof(int)));
  add<<<n / 256, 256>>>(x, 5);
  cudaIpcMemHandle_t memory;
  cudaIpcEventHandle_t before, after;
  cudaEvent_t first, second, own;
  CUDA(cudaIpcGetMemHandle(&memory, x)); // keeps what is in it
  EXPECT_EQ(cudaEventCreateWithFlags(&first, cudaEventInterprocess), cudaErrorInvalidValue);
  cudaGetLastError();
  CUDA(cudaEventCreateWithFlags(&first, cudaEventInterprocess | cudaEventDisableTiming));
  CUDA(cudaEventCreateWithFlags(&second, cudaEventInterprocess | cudaEventDisableTiming));
  CUDA(cudaEventCreate(&own));
  CUDA(cudaIpcGetEventHandle(&before, first));
  CUDA(cudaIpcGetEventHandle(&after, second));
  EXPECT_EQ(cudaIpcGetEventHandle(&before, own), cudaErrorInvalidResourceHandle);
  cudaIpcMemHandle_t none = {};
  void *nothing;
  EXPECT_EQ(cudaIpcOpenMemHandle(&nothing, none, 0), cudaErrorInvalidResourceHandle);
  cudaGetLastError();
  EXPECT_EQ(cudaEventQuery(first), cudaSuccess); // never recorded

  cudaMemPoolProps properties = {};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.handleTypes = cudaMemHandleTypePosixFileDescriptor;
  properties.location.type = cudaMemLocationTypeDevice;
  cudaMemPool_t pool;
  CUDA(cudaMemPoolCreate(&pool, &properties));
  int *of_pool, file;
  cudaMemPoolPtrExportData data;
  CUDA(cudaMallocFromPoolAsync(&of_pool, 256 * sizeof(int), pool, 0));
  CUDA(cudaMemset(of_pool, 0, 256 * sizeof(int)));
  add<<<1, 256>>>(of_pool, 21);
  CUDA(cudaMemPoolExportPointer(&data, of_pool));
  EXPECT_EQ(cudaMemPoolExportPointer(&data, x), cudaErrorInvalidValue); // of no such pool
  cudaGetLastError();
  CUDA(cudaMemPoolExportToShareableHandle(&file, pool, cudaMemHandleTypePosixFileDescriptor, 0));
  file = dup(file); // for the other process to inherit

  // The first event is reached when the other process has submitted all that waits for it.
  cudaStream_t stream;
  CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  CUDA(cudaLaunchHostFunc(stream, wait_for_byte, &pipes[0]));
  add<<<n / 256, 256, 0, stream>>>(x, 10);
  CUDA(cudaEventRecord(first, stream));
  fflush(stdout);
  std::string texts[] = {to_text(memory.reserved, sizeof memory),
                         to_text(before.reserved, sizeof before),
                         to_text(after.reserved, sizeof after),
                         std::to_string(pipes[1]),
                         std::to_string(file),
                         to_text((char *)data.reserved, sizeof data)};
  char *others[8] = {arguments[0]};
  for (int i = 0; i < 6; ++i)
    others[i + 1] = &texts[i][0];
  pid_t child = fork();
  if (child == 0) {
    execv("/proc/self/exe", others);
    _exit(1);
  }
  CUDA(cudaEventSynchronize(first));
  // The child recorded the second one before it wrote its byte.
  CUDA(cudaStreamWaitEvent(stream, second, 0));
  add<<<n / 256, 256, 0, stream>>>(x, 1);
  CUDA(cudaStreamSynchronize(stream));
  static int result[n];
  CUDA(cudaMemcpy(result, x, sizeof result, cudaMemcpyDeviceToHost));
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(result[i], (5 + 10) * 2 + 1);
  int status;
  EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CUDA(cudaEventSynchronize(second));
  CUDA(cudaMemcpy(result, of_pool, 256 * sizeof(int), cudaMemcpyDeviceToHost));
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(result[i], 42);
  CUDA(cudaFreeAsync(of_pool, 0));
  CUDA(cudaMemPoolDestroy(pool));
  CUDA(cudaFree(x));
  EXPECT_EQ(cudaIpcOpenMemHandle(&nothing, memory, 0), cudaErrorInvalidResourceHandle);
  cudaGetLastError();
  int *small;
  CUDA(cudaMalloc(&small, 16));
  EXPECT_EQ(cudaIpcGetMemHandle(&memory, small), cudaErrorNotSupported);
  CUDA(cudaFree(small));
  return verdict();
}
