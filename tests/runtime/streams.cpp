// Streams and events: what runs in which order, and what the host may rely on.
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "device_module.h"

struct Step {
  std::atomic<int> *log; // the next place; the places follow
  int value;
  std::atomic<int> *gate; // wait until it is not 0, if given
};
LANE_KERNEL(note, Step) {
  while (p.gate && !p.gate->load())
    sampan_yield(self);
  p.log[1 + p.log->fetch_add(1)] = p.value;
}
BLOCK_KERNEL(add_one, Step) { reinterpret_cast<std::atomic<int> &>(*p.log).fetch_add(1); }

struct Log {
  std::atomic<int> places[64] = {};
  int count() const { return places[0]; }
  int operator[](int i) const { return places[i + 1]; }
};

static Step step(Log &log, int value, std::atomic<int> *gate = nullptr) {
  return {log.places, value, gate};
}
static cudaStream_t make_stream(unsigned flags = cudaStreamDefault) {
  cudaStream_t stream = nullptr;
  CUDA(cudaStreamCreateWithFlags(&stream, flags));
  return stream;
}
static void rest() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

TEST(launches_return_before_the_kernel_ends) {
  Log log;
  std::atomic<int> gate{0};
  CUDA(launch(note, 1, 1, step(log, 1, &gate)));
  EXPECT_EQ(cudaStreamQuery(nullptr), cudaErrorNotReady);
  CUDA(cudaGetLastError()); // "not ready" is not remembered
  gate = 1;
  CUDA(cudaDeviceSynchronize());
  CUDA(cudaStreamQuery(nullptr));
  EXPECT_EQ(log.count(), 1);
}

TEST(a_stream_is_in_order) {
  Log log;
  cudaStream_t stream = make_stream();
  for (int i = 0; i < 50; ++i)
    CUDA(launch(note, 1, 1, step(log, i), 0, stream));
  CUDA(cudaStreamSynchronize(stream));
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(log[i], i);
}

TEST(streams_do_not_wait_for_each_other) {
  int workers = 0;
  CUDA(cudaDeviceGetAttribute(&workers, cudaDevAttrMultiProcessorCount, 0));
  if (workers < 2)
    return;
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t a = make_stream(), b = make_stream();
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, a));
  CUDA(launch(note, 1, 1, step(log, 2), 0, b));
  CUDA(cudaStreamSynchronize(b));
  EXPECT_EQ(log[0], 2);
  gate = 1;
  CUDA(cudaStreamSynchronize(a));
  EXPECT_EQ(log[1], 1);
}

TEST(the_legacy_stream_waits_for_blocking_streams_and_they_for_it) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t a = make_stream(), b = make_stream();
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, a));
  CUDA(launch(note, 1, 1, step(log, 2)));
  CUDA(launch(note, 1, 1, step(log, 3), 0, b));
  rest();
  EXPECT_EQ(log.count(), 0);
  gate = 1;
  CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(log[i], i + 1);
}

TEST(non_blocking_streams_pass_the_legacy_stream) {
  int workers = 0;
  CUDA(cudaDeviceGetAttribute(&workers, cudaDevAttrMultiProcessorCount, 0));
  if (workers < 2)
    return;
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t free = make_stream(cudaStreamNonBlocking);
  CUDA(launch(note, 1, 1, step(log, 1, &gate)));
  CUDA(launch(note, 1, 1, step(log, 2), 0, free));
  CUDA(cudaStreamSynchronize(free));
  EXPECT_EQ(log[0], 2);
  gate = 1;
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(log[1], 1);
}

TEST(streams_wait_for_events) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t a = make_stream(cudaStreamNonBlocking), b = make_stream(cudaStreamNonBlocking);
  cudaEvent_t event;
  CUDA(cudaEventCreate(&event));
  CUDA(cudaStreamWaitEvent(b, event, 0)); // never recorded: no wait
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, a));
  CUDA(cudaEventRecord(event, a));
  EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
  CUDA(cudaStreamWaitEvent(b, event, 0));
  CUDA(cudaEventDestroy(event)); // the wait stays
  CUDA(launch(note, 1, 1, step(log, 2), 0, b));
  rest();
  EXPECT_EQ(log.count(), 0);
  gate = 1;
  CUDA(cudaStreamSynchronize(b));
  EXPECT_EQ(log[0], 1);
  EXPECT_EQ(log[1], 2);
  EXPECT_EQ(cudaEventQuery(event), cudaErrorInvalidResourceHandle);
}

TEST(events_measure_time) {
  Log log;
  std::atomic<int> gate{0};
  cudaEvent_t start, end, untimed;
  CUDA(cudaEventCreate(&start));
  CUDA(cudaEventCreate(&end));
  CUDA(cudaEventCreateWithFlags(&untimed, cudaEventDisableTiming));
  float milliseconds = -1;
  EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorInvalidResourceHandle);
  CUDA(cudaEventRecord(start, nullptr));
  CUDA(cudaEventSynchronize(start)); // not while this thread rests
  CUDA(launch(note, 1, 1, step(log, 1, &gate)));
  CUDA(cudaEventRecord(end, nullptr));
  CUDA(cudaEventRecord(untimed, nullptr));
  EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorNotReady);
  rest();
  gate = 1;
  CUDA(cudaEventSynchronize(end));
  CUDA(cudaEventElapsedTime(&milliseconds, start, end));
  EXPECT(milliseconds >= 20 && milliseconds < 60000);
  EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, untimed), cudaErrorInvalidResourceHandle);
}

struct Called {
  Log *log;
  int value;
};
static void host_function(void *data) {
  auto *called = static_cast<Called *>(data);
  called->log->places[1 + called->log->places[0].fetch_add(1)] = called->value;
}
static void callback(cudaStream_t, cudaError_t status, void *data) {
  EXPECT_EQ(status, cudaSuccess);
  host_function(data);
}

TEST(host_functions_run_in_stream_order) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t stream = make_stream();
  Called second{&log, 2}, third{&log, 3};
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, stream));
  CUDA(cudaLaunchHostFunc(stream, host_function, &second));
  CUDA(cudaStreamAddCallback(stream, callback, &third, 0));
  CUDA(launch(note, 1, 1, step(log, 4), 0, stream));
  EXPECT_EQ(log.count(), 0);
  gate = 1;
  CUDA(cudaStreamSynchronize(stream));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(log[i], i + 1);
}

TEST(copies_and_fills_are_in_stream_order) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t stream = make_stream();
  int *device = managed<int>(1024);
  void *pinned;
  CUDA(cudaMallocHost(&pinned, 4096));
  auto *host = static_cast<int *>(pinned);
  for (int i = 0; i < 1024; ++i)
    host[i] = 7;
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, stream));
  CUDA(cudaMemsetAsync(device, 0xff, 4096, stream));
  CUDA(cudaMemcpyAsync(host, device, 4096, cudaMemcpyDeviceToHost, stream));
  EXPECT_EQ(host[5], 7);
  gate = 1;
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(host[5], -1);
}

TEST(pageable_memory_may_change_after_an_asynchronous_copy_from_it) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t stream = make_stream();
  int *device = managed<int>(1);
  int local = 5;
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, stream));
  CUDA(cudaMemcpyAsync(device, &local, 4, cudaMemcpyHostToDevice, stream));
  local = 6;
  gate = 1;
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(*device, 5);
}

TEST(freed_memory_is_there_until_its_stream_gets_to_it) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t stream = make_stream();
  void *memory;
  CUDA(cudaMallocAsync(&memory, 1 << 20, stream));
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, stream));
  CUDA(cudaMemsetAsync(memory, 1, 1 << 20, stream));
  CUDA(cudaFreeAsync(memory, stream));
  gate = 1;
  CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(cudaFree(memory), cudaErrorInvalidValue);
}

TEST(destroyed_streams_finish_their_work) {
  Log log;
  std::atomic<int> gate{0};
  cudaStream_t stream = make_stream();
  CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, stream));
  CUDA(cudaStreamDestroy(stream));
  EXPECT_EQ(launch(note, 1, 1, step(log, 2), 0, stream), cudaErrorInvalidResourceHandle);
  gate = 1;
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(log.count(), 1);
}

TEST(thousands_of_streams_and_launches) {
  std::atomic<int> total{0};
  std::vector<cudaStream_t> streams;
  for (int i = 0; i < 200; ++i)
    streams.push_back(make_stream());
  for (int round = 0; round < 50; ++round) {
    for (cudaStream_t stream : streams) {
      CUDA(launch(add_one, 3, 32, Step{&total, 0, nullptr}, 0, stream));
    }
    if (round % 10 == 0)
      CUDA(launch(add_one, 1, 32, Step{&total, 0, nullptr}));
  }
  CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(total.load(), 200 * 50 * 3 + 5);
  for (cudaStream_t stream : streams)
    CUDA(cudaStreamDestroy(stream));
}

TEST(many_host_threads_with_events) {
  std::atomic<int> total{0};
  auto body = [&] {
    cudaStream_t a = make_stream(cudaStreamNonBlocking), b = make_stream();
    cudaEvent_t event;
    CUDA(cudaEventCreate(&event));
    for (int i = 0; i < 200; ++i) {
      CUDA(launch(add_one, 5, 32, Step{&total, 0, nullptr}, 0, a));
      CUDA(cudaEventRecord(event, a));
      CUDA(cudaStreamWaitEvent(b, event, 0));
      CUDA(launch(add_one, 5, 32, Step{&total, 0, nullptr}, 0, b));
      if (i % 20 == 0)
        CUDA(cudaStreamSynchronize(b));
    }
    CUDA(cudaStreamSynchronize(a));
    CUDA(cudaStreamSynchronize(b));
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back(body);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(total.load(), 6 * 200 * 10);
}

TEST(the_program_ends_though_a_kernel_does_not) {
  static Log log;
  static std::atomic<int> gate{0};
  for (int i = 0; i < 3; ++i)
    CUDA(launch(note, 1, 1, step(log, 1, &gate), 0, make_stream()));
  rest();
}

// Not a check: prints what a launch costs, for people.
TEST(cost_of_an_empty_launch) {
  std::atomic<int> total{0};
  constexpr int launches = 20000;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < launches; ++i)
    CUDA(launch(add_one, 1, 32, Step{&total, 0, nullptr}));
  auto queued = std::chrono::steady_clock::now();
  CUDA(cudaDeviceSynchronize());
  auto done = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) {
    CUDA(launch(add_one, 1, 32, Step{&total, 0, nullptr}));
    CUDA(cudaDeviceSynchronize());
  }
  auto synchronised = std::chrono::steady_clock::now();
  auto each = [](auto span, int count) {
    return std::chrono::duration<double, std::micro>(span).count() / count;
  };
  std::printf("launch %.2f us, launched and run %.2f us, launched and waited for %.2f us\n",
              each(queued - start, launches), each(done - start, launches),
              each(synchronised - done, 2000));
}

int main(int argc, char **argv) {
  main_module();
  return run_tests(argc, argv);
}
