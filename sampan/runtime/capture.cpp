#include "capture.h"

#include <algorithm>
#include <map>
#include <set>

#include "api.h"
#include "events.h"

namespace sampan {

struct Capture {
  unsigned long long id = 0;
  Stream *origin = nullptr;
  Graph *graph = nullptr;
  bool own_graph = true;
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusActive;
  // The last nodes of each stream that takes part: what its next node needs.
  std::map<Stream *, std::vector<Node *>> tips;
};

namespace {

std::mutex mutex;                 // of all that follows, and of what captures hold
std::set<Capture *> &captures() { // that are active or spoilt
  static auto *all = new std::set<Capture *>;
  return *all;
}
std::atomic<unsigned> capture_count{0};
unsigned long long next_id = 1;

cudaError_t spoil(Capture &capture, cudaError_t error) {
  capture.status = cudaStreamCaptureStatusInvalidated;
  return error;
}

bool active(const Capture &capture) { return capture.status == cudaStreamCaptureStatusActive; }

Capture *capture_of_event(const Event &event) {
  for (Capture *capture : captures()) {
    if (capture->id == event.captured_in)
      return capture;
  }
  return nullptr;
}

cudaError_t add(Capture &capture, Stream *stream, Work work) {
  if (!active(capture))
    return cudaErrorStreamCaptureInvalidated;
  std::vector<Node *> &tips = capture.tips[stream];
  tips = {capture.graph->add(std::move(work), tips)};
  return cudaSuccess;
}

// The nodes that `tips` come after, themselves included.
std::set<const Node *> history(const std::vector<Node *> &tips) {
  std::set<const Node *> seen(tips.begin(), tips.end());
  std::vector<const Node *> open(tips.begin(), tips.end());
  while (!open.empty()) {
    const Node *node = open.back();
    open.pop_back();
    for (Node *need : node->needs) {
      if (seen.insert(need).second)
        open.push_back(need);
    }
  }
  return seen;
}

} // namespace

cudaError_t capture_work(Stream *stream, Work work) {
  std::lock_guard<std::mutex> lock(mutex);
  Capture *capture = stream->capture;
  return capture ? add(*capture, stream, std::move(work)) : cudaErrorIllegalState;
}

cudaError_t capture_copy(Stream *stream, Region to, Region from, Size3D size, cudaMemcpyKind kind) {
  CopyWork work;
  auto pitched = [&](const Region &region) {
    size_t pitch = region.pitch ? region.pitch : size.width;
    size_t rows = region.slice && region.pitch ? region.slice / region.pitch : size.height;
    return cudaPitchedPtr{region.start, pitch, size.width, rows};
  };
  work.parameters.dstPtr = pitched(to);
  work.parameters.srcPtr = pitched(from);
  work.parameters.extent = {size.width, size.height, size.depth};
  work.parameters.kind = kind;
  work.to = to;
  work.from = from;
  work.size = size;
  return capture_work(stream, std::move(work));
}

cudaError_t capture_fill(Stream *stream, Region to, Size3D size, unsigned value, unsigned element) {
  for (size_t z = 0; z < size.depth; ++z) {
    FillWork work;
    work.parameters = {to.start + z * to.slice, to.pitch,   value, element,
                       size.width / element,    size.height};
    if (cudaError_t error = capture_work(stream, std::move(work)))
      return error;
  }
  return cudaSuccess;
}

cudaError_t capture_allocation(Stream *stream, void **pointer, size_t size) {
  MemoryWork work;
  work.memory = std::make_shared<GraphMemory>(size);
  work.start = work.memory->start;
  work.parameters.bytesize = size;
  work.parameters.dptr = work.start;
  *pointer = work.start;
  return capture_work(stream, std::move(work));
}

cudaError_t capture_conflict(Stream *stream) {
  if (capture_count == 0 || stream->capture || stream != Scheduler::get().find_stream(nullptr))
    return cudaSuccess;
  std::lock_guard<std::mutex> lock(mutex);
  for (Capture *capture : captures()) {
    for (auto &taking_part : capture->tips) {
      if (taking_part.first->blocking())
        return spoil(*capture, cudaErrorStreamCaptureImplicit);
    }
  }
  return cudaSuccess;
}

cudaError_t capture_wait_conflict(Stream *stream) {
  if (capture_count == 0)
    return cudaSuccess;
  std::lock_guard<std::mutex> lock(mutex);
  for (Capture *capture : captures()) {
    if (!stream || capture->tips.count(stream))
      return spoil(*capture, cudaErrorStreamCaptureUnsupported);
  }
  return cudaSuccess;
}

cudaError_t capture_record(Event &event, cudaEvent_t handle, Stream *stream, unsigned flags) {
  std::lock_guard<std::mutex> lock(mutex);
  Capture *capture = stream->capture;
  if (!capture || !active(*capture))
    return cudaErrorStreamCaptureInvalidated;
  if (flags & cudaEventRecordExternal)
    return add(*capture, stream, EventWork{handle, true});
  event.captured_in = capture->id;
  event.captured_after = capture->tips[stream];
  return cudaSuccess;
}

cudaError_t capture_wait(Event &event, cudaEvent_t handle, Stream *stream, unsigned flags,
                         bool &handled) {
  handled = true;
  if (capture_count == 0) {
    handled = false;
    return cudaSuccess;
  }
  std::lock_guard<std::mutex> lock(mutex);
  Capture *own = stream->capture, *of_event = capture_of_event(event);
  if (!own && !of_event) {
    handled = false;
    return cudaSuccess;
  }
  if (own && !active(*own))
    return cudaErrorStreamCaptureInvalidated;
  if (own && flags & cudaEventWaitExternal)
    return add(*own, stream, EventWork{handle, false});
  if (!of_event) // recorded outside
    return spoil(*own, cudaErrorStreamCaptureIsolation);
  if (!active(*of_event))
    return cudaErrorStreamCaptureInvalidated;
  if (own && own != of_event) {
    spoil(*own, cudaErrorStreamCaptureMerge);
    return spoil(*of_event, cudaErrorStreamCaptureMerge);
  }
  if (stream == Scheduler::get().find_stream(nullptr))
    return spoil(*of_event, cudaErrorStreamCaptureImplicit);
  stream->capture = of_event;
  std::vector<Node *> &tips = of_event->tips[stream];
  for (Node *node : event.captured_after) {
    if (std::find(tips.begin(), tips.end(), node) == tips.end())
      tips.push_back(node);
  }
  return cudaSuccess;
}

namespace {

cudaError_t begin(Stream *stream, cudaStreamCaptureMode mode, Graph *graph,
                  std::vector<Node *> needs) {
  if (stream == Scheduler::get().find_stream(nullptr))
    return cudaErrorStreamCaptureUnsupported;
  if (static_cast<unsigned>(mode) > cudaStreamCaptureModeRelaxed)
    return cudaErrorInvalidValue;
  std::lock_guard<std::mutex> lock(mutex);
  if (stream->capture)
    return cudaErrorIllegalState;
  auto *capture = new Capture;
  capture->id = next_id++;
  capture->origin = stream;
  capture->own_graph = !graph;
  capture->graph = graph ? graph : new Graph;
  capture->tips[stream] = std::move(needs);
  captures().insert(capture);
  ++capture_count;
  stream->capture = capture;
  return cudaSuccess;
}

// `result` may be null where the program gave the graph.
cudaError_t end(Stream *stream, cudaGraph_t *result) {
  std::lock_guard<std::mutex> lock(mutex);
  Capture *capture = stream->capture;
  if (!result && (!capture || capture->own_graph))
    return cudaErrorInvalidValue;
  cudaGraph_t unused;
  if (!result)
    result = &unused;
  *result = nullptr;
  if (!capture)
    return cudaErrorIllegalState;
  if (capture->origin != stream)
    return spoil(*capture, cudaErrorStreamCaptureUnmatched);
  cudaError_t error = active(*capture) ? cudaSuccess : cudaErrorStreamCaptureInvalidated;
  std::set<const Node *> joined = history(capture->tips[stream]);
  for (auto &taking_part : capture->tips) {
    taking_part.first->capture = nullptr;
    for (Node *node : taking_part.second) {
      if (!error && !joined.count(node))
        error = cudaErrorStreamCaptureUnjoined;
    }
  }
  if (!error)
    *result = handle_of(capture->graph);
  else if (capture->own_graph)
    delete capture->graph;
  captures().erase(capture);
  --capture_count;
  delete capture;
  return error;
}

template <typename Body> cudaError_t on_stream(cudaStream_t handle, Body &&body) {
  return api_call([&]() -> cudaError_t {
    Stream *stream = Scheduler::get().find_stream(handle);
    return stream ? body(stream) : cudaErrorInvalidResourceHandle;
  });
}

} // namespace
} // namespace sampan

using namespace sampan;

SAMPAN_API cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
  return on_stream(handle, [&](Stream *stream) { return begin(stream, mode, nullptr, {}); });
}

SAMPAN_API cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t *graph) {
  return on_stream(handle, [&](Stream *stream) { return end(stream, graph); });
}

// Into a graph that there is, behind these of its nodes.
SAMPAN_API cudaError_t cudaStreamBeginCaptureToGraph(cudaStream_t handle, cudaGraph_t graph_handle,
                                                     const cudaGraphNode_t *needs,
                                                     const cudaGraphEdgeData *edges, size_t count,
                                                     cudaStreamCaptureMode mode) {
  return on_stream(handle, [&](Stream *stream) {
    Graph *graph = find_graph(graph_handle);
    std::vector<Node *> tips;
    if (!graph || (count && !needs))
      return cudaErrorInvalidValue;
    if (!default_edges(edges, count))
      return cudaErrorNotSupported;
    for (size_t i = 0; i < count; ++i) {
      Node *node = find_node(needs[i]);
      if (!node || node->graph != graph)
        return cudaErrorInvalidValue;
      tips.push_back(node);
    }
    return begin(stream, mode, graph, std::move(tips));
  });
}

SAMPAN_API cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus *status) {
  return on_stream(handle, [&](Stream *stream) {
    if (!status)
      return cudaErrorInvalidValue;
    if (cudaError_t error = capture_conflict(stream))
      return error;
    std::lock_guard<std::mutex> lock(sampan::mutex);
    Capture *capture = stream->capture;
    *status = capture ? capture->status : cudaStreamCaptureStatusNone;
    return cudaSuccess;
  });
}

// The list of dependencies is valid until the stream captures more.
SAMPAN_API cudaError_t cudaStreamGetCaptureInfo(cudaStream_t handle,
                                                cudaStreamCaptureStatus *status,
                                                unsigned long long *id, cudaGraph_t *graph,
                                                const cudaGraphNode_t **needs, size_t *count) {
  return on_stream(handle, [&](Stream *stream) {
    if (!status)
      return cudaErrorInvalidValue;
    if (cudaError_t error = capture_conflict(stream))
      return error;
    std::lock_guard<std::mutex> lock(sampan::mutex);
    Capture *capture = stream->capture;
    *status = capture ? capture->status : cudaStreamCaptureStatusNone;
    if (!capture || !active(*capture))
      return cudaSuccess;
    const std::vector<Node *> &tips = capture->tips[stream];
    if (id)
      *id = capture->id;
    if (graph)
      *graph = handle_of(capture->graph);
    if (needs)
      *needs = reinterpret_cast<const cudaGraphNode_t *>(tips.data());
    if (count)
      *count = tips.size();
    return cudaSuccess;
  });
}

SAMPAN_API cudaError_t cudaStreamUpdateCaptureDependencies(cudaStream_t handle,
                                                           cudaGraphNode_t *needs, size_t count,
                                                           unsigned flags) {
  return on_stream(handle, [&](Stream *stream) {
    std::lock_guard<std::mutex> lock(sampan::mutex);
    Capture *capture = stream->capture;
    if (!capture || !active(*capture))
      return cudaErrorIllegalState;
    if (flags > cudaStreamSetCaptureDependencies || (count && !needs))
      return cudaErrorInvalidValue;
    std::vector<Node *> &tips = capture->tips[stream];
    if (flags == cudaStreamSetCaptureDependencies)
      tips.clear();
    for (size_t i = 0; i < count; ++i) {
      Node *node = find_node(needs[i]);
      if (!node || node->graph != capture->graph)
        return cudaErrorInvalidValue;
      tips.push_back(node);
    }
    return cudaSuccess;
  });
}

// Edges have no data but the default.
SAMPAN_API cudaError_t cudaStreamGetCaptureInfo_v3(cudaStream_t handle,
                                                   cudaStreamCaptureStatus *status,
                                                   unsigned long long *id, cudaGraph_t *graph,
                                                   const cudaGraphNode_t **needs,
                                                   const cudaGraphEdgeData **edges, size_t *count) {
  static thread_local std::vector<cudaGraphEdgeData> data;
  size_t found = 0;
  cudaError_t error = cudaStreamGetCaptureInfo(handle, status, id, graph, needs, &found);
  if (count)
    *count = found;
  if (edges) {
    data.assign(found, {});
    *edges = data.data();
  }
  return error;
}

SAMPAN_API cudaError_t cudaStreamUpdateCaptureDependencies_v2(cudaStream_t handle,
                                                              cudaGraphNode_t *needs,
                                                              const cudaGraphEdgeData *edges,
                                                              size_t count, unsigned flags) {
  if (!default_edges(edges, count))
    return record_error(cudaErrorNotSupported);
  return cudaStreamUpdateCaptureDependencies(handle, needs, count, flags);
}

SAMPAN_API cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode *mode) {
  static thread_local cudaStreamCaptureMode of_thread = cudaStreamCaptureModeGlobal;
  if (!mode || static_cast<unsigned>(*mode) > cudaStreamCaptureModeRelaxed)
    return record_error(cudaErrorInvalidValue);
  std::swap(*mode, of_thread);
  return cudaSuccess;
}
